import Foundation
import Testing
import Wire

@Suite struct `A person who is forgotten` {
    /// What only Ann's record says, and what it is called.
    static let secret = "purple-envelopes-7391"
    static let name = "Quillfeather"
    static let ann = "ann.q@example.com"

    /// A company that knows two customers, has written to Ann, and has sent two newsletters.
    private func company() throws -> Company {
        let company = try Company()
        try company.edit("lists/weekly.csv", "email,name,since\n", "email,name,since\n\(Self.ann),Ann,2026-01-01\n")
        try FileManager.default.createDirectory(
            atPath: company.path("knowledge/customers"), withIntermediateDirectories: true)
        for (number, title, person, text) in [
            ("17", "Ann \(Self.name)", Self.ann, Self.secret), ("18", "Ben", "ben@example.com", "yellow paper"),
        ] {
            try company.write(
                "knowledge/customers/customer-\(number).md",
                "---\ntitle: \(title)\nsubject: \(person)\n---\n\nWants \(text).\n")
        }
        try company.addLetter()
        #expect(try company.daybook("knowledge", "import").status == 0)
        try company.send()
        let letter = try company.daybook("run", "letter", "-f", "customer=\(Self.ann)", "--about", Self.ann, "--json")
        let job = try #require(letter.objects.first?["job"]?.text)
        #expect(try company.daybook("job", "steer", job, "Call her \(Self.name)").status == 0)
        #expect(try company.daybook("review", job, "--approve", "-m", "as \(Self.ann) wishes").status == 0)
        #expect(try company.mails().contains { try company.read("outbox/new/\($0)").contains(Self.secret) })
        return company
    }

    @Test func `is in no file of the ledger, in no backup and in no bundle`() throws {
        let company = try company()
        let folder = company.path(".daybook/keys/subjects")
        let keys = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name -> [UInt8]? in
            let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            guard text.contains("person \(Self.ann)\n"), let line = text.split(separator: "\n").dropFirst().first
            else { return nil }
            return [UInt8](hex: line.dropFirst(4))
        }
        #expect(keys.count == 1 && keys[0].count == 32)
        let words = [Self.secret, Self.name, Self.ann].map { Array($0.utf8) }
        // Before: nowhere in the clear but beside the key.
        for (path, bytes) in company.files(below: ".daybook") where !path.hasPrefix("keys/subjects") {
            for word in words { #expect(!bytes.contains(word), "\(path)") }
        }
        let early = company.path("early.mdb")
        #expect(try company.daybook("backup", early).status == 0)
        let forgotten = try company.daybook("forget", Self.ann, "--yes")
        #expect(forgotten.status == 0, "\(forgotten.errors)")
        #expect(try company.daybook("backup", company.path("late.mdb")).status == 0)
        for job in ["newsletter-1", "letter-1"] {
            let toFile = ["/bin/sh", "-c", "exec \"$@\" > \(job).bundle", "sh"]
            #expect(try DaybookBinary.run(["bundle", job], in: company.folder, launcher: toFile).status == 0)
        }
        let export = ["/bin/sh", "-c", "exec \"$@\" > export.jsonl", "sh"]
        #expect(try DaybookBinary.run(["export", "--all"], in: company.folder, launcher: export).status == 0)
        var files = company.files(below: ".daybook")
        for name in ["early.mdb", "late.mdb", "newsletter-1.bundle", "letter-1.bundle", "export.jsonl"] {
            files[name] = Data(try #require(FileManager.default.contents(atPath: company.path(name))))
        }
        #expect(files.count > 10)
        for (path, bytes) in files {
            for word in words + keys + keys.map({ Array($0.hex.utf8) }) { #expect(!bytes.contains(word), "\(path)") }
        }
        #expect(try company.daybook("verify").status == 0)
        // The older copy, brought back, says no more.
        #expect(try company.daybook("restore", early, "--force").status == 0)
        #expect(try company.daybook("knowledge", "show", "customer-17").errors.contains("erased"))
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `leaves every proof valid, every replay exact or not checkable, and others readable`() throws {
        let company = try company()
        #expect(try company.daybook("replay", "--all").output.contains("2 of 2 jobs reproduce"))
        #expect(try company.daybook("forget", Self.ann, "--yes").status == 0)
        #expect(try company.daybook("verify").status == 0)
        let replay = try company.daybook("replay", "--all")
        #expect(replay.status == 0)
        #expect(replay.output.contains("1 of 2 jobs reproduce; 1 not checkable (erased)"), "\(replay.output)")
        let gone = try company.daybook("knowledge", "show", "customer-17")
        #expect(gone.status == 66 && gone.errors.contains("erased"))
        #expect(try company.daybook("knowledge", "show", "customer-18").output.contains("yellow paper"))
        #expect(try company.daybook("knowledge", "list", "--json").objects.allSatisfy { $0["entry"] != "customer-17" })
        #expect(try !company.daybook("knowledge", "search", "purple", "envelopes").output.contains("customer-17"))
        #expect(try !company.daybook("exposure", Self.ann).output.contains("delivered"))
        #expect(try company.daybook("audit", "letter-1").output.contains(", erased"))
        let erased = try company.events(ofStream: "ledger").last
        #expect(erased?["event"] == "SubjectErased")
        #expect(erased?.description.contains(Self.ann) == false)
        // The mails to the others can still be made again.
        let messages = try company.events("newsletter-1", named: "EffectStarted").compactMap {
            $0["data"]?["message"]?.text
        }
        let shown = try messages.map { try company.daybook("show", $0).output }
        #expect(shown.filter { $0.contains("To: recipient@daybook.invalid") }.count == 1)
        #expect(shown.contains { $0.contains("To: ana@example.com") })
    }

    @Test func `is met by no later context, and the owner's own files are named`() throws {
        let company = try company()
        let plan = try company.daybook("forget", Self.ann.uppercased(), "--plan", "--json").objects.first
        #expect(plan?["erased"] == false)
        let files = plan?["files"]?.elements?.compactMap(\.text) ?? []
        #expect(files.contains("lists/weekly.csv:2"))
        #expect(files.contains("knowledge/customers/customer-17.md:3"))
        #expect(files.contains { $0.hasPrefix("outbox/new/") })
        #expect(plan?["entries"]?.elements == ["customer-17"])
        #expect(plan?["clear_artifacts"]?.elements == [])
        #expect(plan?["clear_events"]?.elements == [])
        #expect(try company.daybook("forget", Self.ann, "--yes").status == 0)
        try company.edit("lists/weekly.csv", "\(Self.ann),Ann,2026-01-01\n", "")
        try FileManager.default.removeItem(atPath: company.path("knowledge/customers/customer-17.md"))
        let head = try company.head()
        try company.send()
        let letter = try company.daybook("run", "letter", "-f", "customer=ben@example.com", "--json")
        let job = try #require(letter.objects.first?["job"]?.text)
        #expect(try company.daybook("review", job, "--approve").status == 0)
        let later = try company.daybook("log", "--since", "@\(head + 1)", "--json").objects
        #expect(later.count > 20)
        let contexts = later.filter { $0["event"] == "ContextAssembled" }
        #expect(!contexts.isEmpty)
        #expect(contexts.allSatisfy { !$0.description.contains("customer-17") })
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `gets no mail of a job that waits, and a job about them ends`() throws {
        let company = try company()
        #expect(try company.daybook("run", "newsletter").status == 3)
        let letter = ["run", "letter", "-f", "customer=\(Self.ann)", "--about", Self.ann]
        #expect(try DaybookBinary.run(letter, in: company.folder).status == 3)
        let plan = try company.daybook("forget", Self.ann, "--plan", "--json").objects.first
        #expect(plan?["stopped"]?.elements == ["letter-2"])
        #expect(plan?["spared"]?.elements == ["letter-2", "newsletter-2"])
        #expect(try company.daybook("forget", Self.ann, "--yes").status == 0)
        let sent = try company.mails().count
        #expect(try company.daybook("review", "newsletter-2", "--approve").status == 0)
        let mails = try company.mails()
        #expect(mails.count == sent + 5)
        #expect(try mails.filter { try company.read("outbox/new/\($0)").contains(Self.ann) }.count == 2)
        let review = try company.daybook("review", "letter-2", "--approve")
        #expect(review.status == 66 && review.errors.contains("erased"))
        #expect(try company.daybook("job", "cancel", "letter-2").status == 0)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `is not forgotten by accident, and nobody else is`() throws {
        let company = try company()
        let head = try company.head()
        let asked = try company.daybook("forget", Self.ann)
        #expect(asked.status == 64 && asked.errors.contains("--yes"))
        #expect(try company.daybook("forget", "nobody.at.all@example.com", "--yes").status == 66)
        #expect(try company.daybook("forget", Self.ann, "--plan").status == 0)
        #expect(try company.head() == head)
        #expect(try company.daybook("knowledge", "show", "customer-17").output.contains(Self.secret))
    }

    @Test func `stays forgotten when the process dies before the key is gone`() throws {
        let company = try company()
        let folder = company.path(".daybook/keys/subjects")
        let before = company.files(below: ".daybook/keys/subjects")
        #expect(try company.daybook("forget", Self.ann, "--yes").status == 0)
        let after = company.files(below: ".daybook/keys/subjects")
        let (name, bytes) = try #require(before.first { $0.key.count == 32 && after[$0.key] == nil })
        // As if only the event had been written: the next driver finishes it.
        try bytes.write(to: URL(filePath: "\(folder)/\(name)"))
        #expect(try company.daybook("work").status == 0)
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(name)"))
        #expect(try company.events(ofStream: "ledger").filter { $0["event"] == "SubjectErased" }.count == 1)
    }

    @Test func `whose name would stand in the name of an entry is refused`() throws {
        let company = try Company()
        let added = try company.daybook(
            "knowledge", "add", "quillfeather", "-", "--about", "Ann Quillfeather", input: "Likes cats.\n")
        #expect(added.status == 64 && added.errors.contains("in the clear for ever"))
        try company.write("knowledge/quillfeather.md", "---\ntitle: A\nsubject: Ann Quillfeather\n---\n\nLikes cats.\n")
        let imported = try company.daybook("knowledge", "import")
        #expect(imported.status == 65 && imported.errors.contains("rename the file"))
    }
}

extension Company {
    /// Adds the flow `letter`: a program repeats what it is shown of a customer, a person reviews it, a mail says it.
    func addLetter() throws {
        try edit(
            "daybook.yaml", "  writing: heuristic\n",
            "  writing: heuristic\n  repeater: {command: [/bin/sh, repeater.sh], workdir: ., reconcile: pure}\n")
        try write(
            "repeater.sh",
            """
            fact=$(grep -o 'Wants [a-z0-9 -]*' | head -n 1)
            printf '{"subject":"A letter","body":"%s."}' "$fact"

            """)
        try write(
            "agents/repeater.md",
            """
            ---
            name: repeater
            description: Says what a customer wants
            model: repeater
            knowledge: {read: [customers], k: 2, max_tokens: 500}
            output: {subject: text(60), body: markdown}
            ---
            Say what the customer wants.

            """)
        try write(
            "flows/letter.yaml",
            """
            name: letter
            on: {manual: {inputs: {customer: {type: text, required: true}}}}
            steps:
              - id: draft
                agent: repeater
                recall: {wishes: {from: customers, query: "purple envelopes", k: 1}}
              - id: edit
                review: draft
                shows: publish
              - id: publish
                effect: newsletter.send
                with: {to: "${{ inputs.customer }}", mail: "${{ steps.edit }}"}

            """)
    }

    /// The bytes of every file below a folder of the workspace, by path.
    func files(below folder: String) -> [String: Data] {
        var found: [String: Data] = [:]
        for name in FileManager.default.enumerator(atPath: path(folder))?.compactMap({ $0 as? String }) ?? [] {
            if let data = FileManager.default.contents(atPath: path("\(folder)/\(name)")) { found[name] = data }
        }
        return found
    }

    /// The events of a stream, oldest first.
    func events(ofStream stream: String) throws -> [JSON] {
        try daybook("log", "--stream", stream, "--json").objects
    }
}

extension Data {
    fileprivate func contains(_ bytes: [UInt8]) -> Bool { range(of: Data(bytes)) != nil }
}
