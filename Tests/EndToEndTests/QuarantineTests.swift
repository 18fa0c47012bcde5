import Foundation
import Testing
import Wire

/// Whatever an imported ledger had begun, nothing of it happens here.
@Suite struct Quarantine {
    /// Exports of a job that was left in the middle: behind the commit of its last event of this type.
    static let places = [
        "JobQueued", "TaskRequested", "CallRequested", "ApprovalRequested", "ApprovalDecided", "EffectLeased",
        "EffectStarted",
    ]

    @Test(arguments: places)
    func `no effect ever follows from what was imported`(type: String) throws {
        let company = try Company()
        try company.send()
        var export = try company.export("newsletter-1")
        let event = try #require(export.events.last { $0["type"]?.text == "daybook.v1.\(type)" })
        // A commit is whole or not at all.
        let commit = try #require(event["id"]?.text?.prefix(32))
        let last = try #require(export.lines.lastIndex { $0["id"]?.text?.hasPrefix(commit) == true })
        export.lines.removeSubrange(last + 1..<export.lines.count - 1)
        export.recount()

        let other = try Company()
        let before = try figures(of: other)
        let result = try other.import(export)
        #expect(result.status == 0)
        let name = "import/\(result.objects.first?["ledger"]?.text ?? "")/job/newsletter-1"
        let head = try other.head()
        #expect(try figures(of: other) == before)
        // A driver begins, and finds nothing to do.
        let work = try other.daybook("work", "--json")
        #expect(work.status == 0 && work.objects.isEmpty)
        #expect(try other.head() - head <= 1)
        #expect(try other.mails().isEmpty)
        for command in [
            ["review", name, "--approve"], ["job", "resume", name], ["job", "retry", name], ["job", "cancel", name],
            ["job", "show", name], ["rerun", name, "--from", "draft"], ["outcome", "set", name, "opens", "9"],
        ] {
            #expect(try DaybookBinary.run(command, in: other.folder).status != 0)
        }
        #expect(try other.head() - head <= 1)
        #expect(try figures(of: other) == before)
        // It replays as far as it went.
        #expect(try other.daybook("replay", name).status == 0)
        #expect(try other.daybook("audit", name).status == 0)
        #expect(try other.daybook("verify").status == 0)
    }

    @Test func `no agent is shown what was imported, and no budget counts it`() throws {
        let company = try Company()
        try company.daybook("knowledge", "add", "secret-plan", "-", input: "The zebra costs $77 a month.\n")
        try company.send()
        let other = try Company()
        let spent = try figures(of: other)
        #expect(try other.import(company.export("--all")).status == 0)
        #expect(try figures(of: other) == spent)
        #expect(try other.daybook("knowledge", "show", "secret-plan").status == 66)
        #expect(!(try other.daybook("knowledge", "search", "zebra").output.contains("secret-plan")))
        // A job here begins its own count, and sends all of its mails.
        let job = try other.send()
        #expect(job == "newsletter-1")
        #expect(try other.mails().count == company.mails().count)
        let shown = try other.events(job, named: "ContextAssembled").map(\.description).joined()
        #expect(!shown.contains("secret-plan") && !shown.isEmpty)
        #expect(try other.daybook("doctor").output.contains("!!") == company.daybook("doctor").output.contains("!!"))
    }

    /// Everything that counts something.
    private func figures(of company: Company) throws -> [String] {
        try [
            ["job", "list", "--json"], ["inbox", "--json"], ["metrics", "--json"], ["knowledge", "list", "--json"],
            ["outcome", "list", "--json"], ["agent", "list", "--json"],
        ].map { command in
            let result = try DaybookBinary.run(command, in: company.folder)
            return "\(command) \(result.status) \(result.output)"
        }
    }
}
