import Testing
import Wire

@Suite struct `What is shown` {
    @Test func `are the exact bytes behind a hash, kept or computed`() throws {
        let company = try Company()
        let job = try company.send()
        let done = try company.events(job, named: "TaskCompleted").first { $0["data"]?["step"] == "draft" }
        let output = done?["data"]?["output"]?.text ?? ""
        let shown = try company.daybook("show", String(output.prefix(8)))
        #expect(Digest.of(Array(shown.output.utf8)).description == output)
        // Neither a request nor a mail is kept: both are made again, byte for byte.
        for (name, field) in [("CallRequested", "request"), ("EffectStarted", "message")] {
            for event in try company.events(job, named: name) {
                let digest = event["data"]?[field]?.text ?? ""
                let made = try company.daybook("show", String(digest.prefix(10)))
                #expect(made.status == 0)
                #expect(Self.digest(of: made.output) == digest)
            }
        }
        let mail = try company.events(job, named: "EffectStarted")[0]["data"]?["message"]?.text ?? ""
        let sent = try company.mails().map { try company.read("outbox/new/\($0)") }
        #expect(sent.contains(try company.daybook("show", mail).output))
        let json = try company.daybook("show", mail, "--json").objects.first
        #expect(json?["digest"]?.text == mail)
        #expect(json?["text"]?.text.map { Self.digest(of: $0) } == mail)
    }

    /// A mail is bound with a stand-in for the recipient's address: no event holds a digest of an address.
    private static func digest(of text: String) -> String {
        let bound = text.replacing(
            /\r\nTo: [^\r]*\r\n/, with: "\r\nTo: recipient@daybook.invalid\r\n", maxReplacements: 1)
        return Digest.of(Array(bound.utf8)).description
    }

    @Test func `is an event with its fields and the contents it names`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        let event = try company.events("newsletter-1", named: "CallEnded")[0]
        let shown = try company.daybook("show", event.place)
        #expect(shown.output.contains("CallEnded"))
        #expect(shown.output.contains("completed.response"))
        let json = try company.daybook("show", event.place, "--json").objects.first
        #expect(json?["data"] == event["data"])
        let named = json?["artifacts"]?.elements?.first
        #expect(named?["digest"] == event["data"]?["completed"]?["response"])
        #expect((named?["bytes"]?.integer ?? 0) > 0)
        let version = event["version"]?.integer ?? 0
        #expect(try company.daybook("show", "newsletter-1@\(version)", "--json").objects.first == json)
    }

    @Test func `is a version of a knowledge entry, as it was`() throws {
        let company = try Company()
        try company.setPrice(29)
        #expect(try company.daybook("show", "pricing@1").output.contains("$39"))
        #expect(try company.daybook("show", "pricing", "@2").output.contains("$29"))
        #expect(try company.daybook("show", "pricing@2", "--json").objects.first?["version"] == 2)
        #expect(try company.daybook("show", "pricing@3").status == 66)
    }

    @Test func `is never guessed`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        for (name, status) in [
            ("@0", Int32(64)), ("@99999", 66), ("a@b", 64), ("nothing-1", 66), ("ffffffffff", 66), ("newsletter-1", 64),
            ("newsletter-1.draft", 64), ("newsletter-1.nope", 66), ("pricing", 64), ("../../etc/passwd", 64),
        ] {
            let result = try company.daybook("show", name)
            #expect(result.status == status, "\(name)")
            #expect(result.output.isEmpty && result.errors.hasPrefix("daybook: "), "\(name)")
        }
        // Four digits that several contents share: all of them are named, none is taken.
        let digests = try company.daybook("log", "--json").objects.compactMap { $0["data"]?["content"]?["body"]?.text }
        var groups: [Substring: Set<String>] = [:]
        for digest in digests { groups[digest.prefix(4), default: []].insert(digest) }
        for (prefix, group) in groups where group.count > 1 {
            let result = try company.daybook("show", String(prefix))
            #expect(result.status == 64 && group.allSatisfy { result.errors.contains($0.prefix(16)) })
        }
    }
}
