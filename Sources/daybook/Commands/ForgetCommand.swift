import ArgumentParser
import EventSourcing
import Wire

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Forget a person: what the ledger holds of them becomes unreadable, for ever.",
        discussion: """
            daybook forget ann@example.com --plan    what becomes unreadable; changes nothing
            daybook forget ann@example.com           asks, then destroys the key

            What is personal lies sealed in the ledger, under a key of the person's own. Destroying the key makes it
            unreadable here and in every backup of the ledger; all proofs stay valid. It cannot be taken back. Your own
            files (lists, what was delivered into folders) are named and left to you. A copy that you made of
            .daybook/keys must go, too.

            With --json: one object with `person`, `known`, `erased`, `position`, `artifacts`, `bytes`, `jobs`,
            `mails`, `entries`, `stopped`, `spared`, `clear_artifacts`, `clear_events`, `files`, `skipped`.
            """)

    @Argument(help: "An e-mail address, or the name that `subject:` or --about gave.")
    var person: [String]

    @Flag(help: "Only say what becomes unreadable.")
    var plan = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options, readOnly: plan)
        defer { workplace.close() }
        let study: ErasureStudy
        do {
            study = try ErasureStudy(person.joined(separator: " "), in: workplace)
        } catch {
            throw Complaint(error)
        }
        let page = ErasurePage(study, OwnFiles(naming: study.person, in: workplace.directory))
        guard study.isKnown || !page.isEmpty else {
            throw Complaint(
                "nobody called \(study.person) has a key here, and nothing says that name",
                hint: "whoever was forgotten before is not known any more", status: .notFound)
        }
        guard !plan, study.isKnown else {
            page.show(json: options.json, erased: nil)
            if !options.json { page.showNext() }
            return
        }
        try workplace.requireWritable()
        let lock = try workplace.takeDriverLock()
        defer { withExtendedLifetime(lock) {} }
        try confirm(page)
        let position = try await workplace.erase(study)
        if options.json { return page.show(json: true, erased: position ?? 0) }
        let place = position.map { " @\($0)" } ?? ""
        Terminal.line("Forgotten\(place). The key is destroyed; \(page.unreadable) can be read by nobody.")
        page.showNext()
    }

    private func confirm(_ page: ErasurePage) throws {
        if yes { return }
        guard Terminal.canAsk, !options.json else {
            throw Complaint("forgetting cannot be taken back", hint: "look at --plan, then say --yes", status: .usage)
        }
        page.show(json: false, erased: nil)
        Terminal.prompt("Make this unreadable for ever? [y/N] ")
        guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
            throw Complaint("nothing was changed", status: .declined)
        }
    }
}
