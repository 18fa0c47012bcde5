import ArgumentParser
import Coordinator
import EventSourcing
import Ledger
import Wire

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Bring a backup back. The ledger that is there is kept aside.",
        discussion: """
            daybook restore ~/safe/monday.mdb

            The backup is verified first. A ledger that has more events is not replaced unless you say --force; then \
            the restored one also becomes what the next checkpoint is signed for. Nothing is ever deleted. \
            With --json: one object with `events`, `root` and `aside` (null, or where the old ledger is kept).
            """)

    @Argument(help: "A file that `daybook backup` made.")
    var backup: String

    @Flag(help: "Also in place of a ledger that has more events, or that is another one.")
    var force = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let directory = try Workplace.find(from: options.directory)
        // In a process of its own, for a damaged page can end the one that reads it.
        let check = try LedgerCheck.elsewhere(["verify", "--inside", "--backup", backup], in: directory, what: backup)
        guard check.isOK else {
            let problem = check.json["problems"]?.elements?.first?.text ?? ""
            throw Complaint("\(backup) does not verify: \(problem)", hint: "take another backup", status: .damaged)
        }
        let swap = LedgerSwap(directory)
        guard let lock = DriverLock(path: swap.lockPath) else {
            throw Complaint(
                "another daybook drives this workspace", hint: "stop it first, then restore", status: .busy)
        }
        defer { withExtendedLifetime(lock) {} }
        let result: LedgerSwap.Result
        do {
            result = try swap.restore(backup, force: force)
        } catch {
            throw Complaint(error)
        }
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("events", .number(result.events)), ("root", .string(result.root.description)),
                    ("aside", result.aside.map { .string($0) } ?? .null)
                ).description)
        }
        Terminal.line("Restored. \(Format.plural(result.events, "event")), root \(result.root.short), verified.")
        if let aside = result.aside { Terminal.line("The ledger from before is kept as \(aside)") }
        if let reason = result.readOnlyReason {
            Terminal.line("Reading works; writing waits for your word: \(reason)")
            return Terminal.line("Next: daybook status --accept-rollback    if this older state is what you want")
        }
        Terminal.line("Next: daybook status")
    }
}
