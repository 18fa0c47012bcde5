import Foundation
import Testing
import Wire

@Suite struct `The doctor` {
    private func check(_ name: String, _ result: DaybookBinary.Result) -> JSON? {
        result.objects.first { $0["check"]?.text == name }
    }

    @Test func `finds nothing wrong in a fresh workspace`() throws {
        let company = try Company()
        let doctor = try company.daybook("doctor")
        #expect(doctor.status == 0)
        #expect(doctor.output.contains("All is well."))
        let json = try company.daybook("doctor", "--json")
        #expect(json.objects.allSatisfy { $0["mark"] != "wrong" })
        #expect(check("backup", json)?["mark"] == "note")
        try company.daybook("backup", company.path("copy.mdb"))
        #expect(check("backup", try company.daybook("doctor", "--json"))?["mark"] == "ok")
    }

    @Test func `names each thing that is wrong, with what mends it`() throws {
        let company = try Company()
        try company.edit(
            "daybook.yaml", "  writing: heuristic\n",
            """
              writing: heuristic
              far: {url: "http://127.0.0.1:9/v1", model: nobody, key: env:DAYBOOK_TEST_KEY}
              tool: {command: [no-such-program-here], workdir: .}

            """)
        chmod(company.path(".daybook/keys"), 0o755)
        let doctor = try company.daybook("doctor", "--json")
        #expect(doctor.status == 1)
        #expect(check("far", doctor)?["words"]?.text?.contains("DAYBOOK_TEST_KEY") == true)
        #expect(check("tool", doctor)?["mark"] == "wrong")
        #expect(check("modes", doctor)?["next"] == "chmod go-rwx .daybook/keys")
        let key = ["DAYBOOK_TEST_KEY": "only-a-test"]
        #expect(check("far", try company.daybook("doctor", "--json", environment: key))?["mark"] == "note")
        let probed = try company.daybook("doctor", "--probe", "--json", environment: key)
        #expect(check("far", probed)?["mark"] == "wrong")
        #expect(check("far", probed)?["words"]?.text?.contains("nobody listens") == true)
        #expect(!(try company.daybook("doctor", "--probe", environment: key).output.contains("only-a-test")))
    }

    @Test func `sees a server that listens`() throws {
        let company = try Company()
        let server = try ModelServer()
        try company.edit(
            "daybook.yaml", "  writing: heuristic\n",
            "  writing: heuristic\n  near: {url: \"\(server.url)\", model: scripted}\n")
        #expect(check("near", try company.daybook("doctor", "--probe", "--json"))?["mark"] == "ok")
    }

    @Test func `says that files are broken, and that a ledger is`() throws {
        let company = try Company()
        try company.edit("flows/newsletter.yaml", "agent: writer", "agent: wrtier")
        let files = try company.daybook("doctor", "--json")
        #expect(files.status == 1)
        #expect(check("files", files)?["next"] == "daybook check")
        let path = company.path(".daybook/ledger.mdb")
        let whole = try Data(contentsOf: URL(filePath: path))
        try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
        #expect(check("ledger", try company.daybook("doctor", "--json"))?["mark"] == "wrong")
    }

    @Test func `says who makes vectors, and whether that works`() throws {
        let company = try Company()
        let nowhere = ["DAYBOOK_EMBEDDER": "/nowhere/minilm.pack"]
        func embedder(_ environment: [String: String] = [:], _ more: String...) throws -> JSON? {
            check(
                "embedder",
                try DaybookBinary.run(["doctor", "--json"] + more, in: company.folder, environment: environment))
        }
        #expect(try embedder(nowhere)?["mark"] == "note")
        #expect(try embedder(nowhere)?["next"] == "tools/setup-embedder")
        let settings = try company.read("daybook.yaml")
        try company.write("daybook.yaml", settings + "\nembedder: {path: models/minilm.pack}\n")
        let missing = try embedder(["DAYBOOK_EMBEDDER": ""])
        #expect(missing?["mark"] == "wrong")
        #expect(missing?["words"]?.text?.contains("\(company.folder)/models/minilm.pack") == true)
        #expect(try company.daybook("check").errors.contains("there is no file models/minilm.pack"))
        try FileManager.default.createDirectory(atPath: company.path("models"), withIntermediateDirectories: true)
        try company.write("models/minilm.pack", "No weights.")
        #expect(try embedder(["DAYBOOK_EMBEDDER": ""])?["mark"] == "wrong")
        let url = "http://127.0.0.1:9/v1"
        try company.write(
            "daybook.yaml", settings + "\nembedder: {url: \"\(url)\", model: tiny, dimensions: 5}\n")
        #expect(try embedder()?["mark"] == "note")
        let probed = try embedder([:], "--probe")
        #expect(probed?["mark"] == "wrong" && probed?["words"]?.text?.contains("tiny, \(url)") == true)
    }

    @Test(.enabled(if: Model.isThere, Model.lack))
    func `takes weights from where daybook yaml says`() throws {
        let company = try Company()
        let usual = try #require(check("embedder", try company.daybook("doctor", "--json"))?["words"]?.text)
        let path = try #require(usual.split(separator: " ").last.map(String.init))
        try FileManager.default.createSymbolicLink(atPath: company.path("weights.pack"), withDestinationPath: path)
        try company.write("daybook.yaml", company.read("daybook.yaml") + "\nembedder: {path: weights.pack}\n")
        let doctor = try company.daybook("doctor", "--json", environment: ["DAYBOOK_EMBEDDER": ""])
        #expect(check("embedder", doctor)?["mark"] == "ok")
        #expect(check("embedder", doctor)?["words"]?.text?.hasSuffix("\(company.folder)/weights.pack") == true)
        let found = try company.daybook("knowledge", "search", "price", environment: ["DAYBOOK_EMBEDDER": ""])
        #expect(!found.errors.contains("words alone"))
    }
}
