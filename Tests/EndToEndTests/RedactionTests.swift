import Foundation
import Testing
import Wire

@Suite struct `A secret` {
    static let key = "q7Rk+secret/of.the~company-8841"

    @Test func `that an agent, a file or a person repeats is in no byte of the ledger`() throws {
        let company = try Company()
        try company.addParrot()
        try company.edit(
            "daybook.yaml", "workdir: ., reconcile: pure}", "workdir: ., reconcile: pure, pass_env: [POST_KEY]}")
        try company.write(
            "parrot.sh",
            """
            raw=$POST_KEY
            base=$(printf 'user:%s!' "$POST_KEY" | base64 -w 0)
            hex=$(printf %s "$POST_KEY" | od -An -tx1 | tr -d ' \\n')
            echo "failed with $raw" >&2
            printf '{"subject":"The price","body":"%s and %s and %s."}' "$raw" "$base" "$hex"

            """)
        let secret = ["POST_KEY": Self.key]
        #expect(try company.daybook("run", "offer", environment: secret).status == 3)
        let note = "take \(Self.key) or sk-\(String(repeating: "a1", count: 20))"
        #expect(try company.daybook("job", "steer", "offer-1", note, environment: secret).status == 0)
        #expect(
            try company.daybook("knowledge", "add", "post", "-", environment: secret, input: "\(note)\n").status == 0)
        #expect(try company.daybook("review", "offer-1", "--approve", "-m", note, environment: secret).status == 0)
        let mail = try #require(try company.mails().first)
        #expect(try company.read("outbox/new/\(mail)").contains("[redacted]"))
        let bytes = Array(Self.key.utf8)
        let forms = [
            bytes, Array(bytes.hex.utf8), Array(Data(("user:" + Self.key + "!").utf8).base64EncodedString().utf8),
            Array("sk-a1a1".utf8),
        ]
        let files = company.files(below: ".daybook")
        #expect(files.count > 5)
        for (path, data) in files {
            for form in forms { #expect(data.range(of: Data(form)) == nil, "\(path)") }
        }
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `in a definition is refused, and nothing is written`() throws {
        let company = try Company()
        let text = try company.read("agents/writer.md")
        try company.write("agents/writer.md", text + "\nUse ghp_\(String(repeating: "Ab1", count: 12)).\n")
        let head = try company.head()
        let run = try company.daybook("run", "newsletter")
        #expect(run.status != 0 && run.errors.contains("agents/writer.md holds a secret"))
        #expect(try company.head() == head)
    }
}
