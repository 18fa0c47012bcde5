import ArgumentParser
import Glibc

/// The command `daybook`.
struct Daybook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook",
        abstract: "The operating system of a one-person company: agents, knowledge and approvals on one ledger.",
        discussion: """
            Begin with:
              daybook init newsletter my-company
              cd my-company && daybook run newsletter

            `-C DIR` before or behind a command works in that folder; `--json` is for scripts.
            Exit codes: 0 done, 1 failed, 2 declined, 3 waiting for you, 4 no access, 5 budget, 6 parked,
            64 usage, 65 invalid file, 66 not found, 74 storage, 75 busy, 76 ledger damaged.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Every day",
                subcommands: [
                    InitCommand.self, CheckCommand.self, StatusCommand.self, StateCommand.self, RunCommand.self,
                    JobCommands.self, RerunCommand.self, InboxCommand.self, ReviewCommand.self, WorkCommand.self,
                ]),
            CommandGroup(
                name: "What the business knows", subcommands: [KnowledgeCommands.self, OutcomeCommands.self]),
            CommandGroup(
                name: "What the ledger proves",
                subcommands: [
                    LogCommand.self, ShowCommand.self, ReplayCommand.self, AuditCommand.self, WhyCommand.self,
                    ExposureCommand.self, RebuildCommand.self, VerifyCommand.self, ProofCommand.self,
                    BundleCommand.self, MetricsCommand.self,
                ]),
            CommandGroup(
                name: "Care",
                subcommands: [
                    AgentCommands.self, BackupCommand.self, RestoreCommand.self, ExportCommand.self, ImportCommand.self,
                    ForgetCommand.self, DiskCommand.self, CompactCommand.self, DoctorCommand.self,
                ]),
        ])
}

/// What this build calls itself.
enum Version {
    static let text = "0.1.0"
}

@main
enum Main {
    static func main() async {
        // A closed pipe and a full file are errors of one write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        setlocale(LC_TIME, "")
        do {
            let arguments = try changeFolder(Array(CommandLine.arguments.dropFirst()))
            var command = try Daybook.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            finish(.done)
        } catch let status as Ending {
            finish(status.status)
        } catch  where error is Complaint || Daybook.exitCode(for: error) == .failure {
            // What is no fault of the command line is a room's own error.
            let complaint = Complaint(error)
            Terminal.note("daybook: \(complaint.message.printable)")
            if !complaint.hint.isEmpty { Terminal.note("  \(complaint.hint.printable)") }
            finish(complaint.status)
        } catch {
            Daybook.exit(withError: error)
        }
    }

    /// As in git: `daybook -C DIR status`.
    private static func changeFolder(_ arguments: [String]) throws -> [String] {
        guard arguments.first == "-C" else { return arguments }
        guard arguments.count > 1 else { throw Complaint("-C needs a folder", status: .usage) }
        guard chdir(arguments[1]) == 0 else {
            throw Complaint("\(arguments[1]) is no folder that can be entered", status: .notFound)
        }
        return Array(arguments.dropFirst(2))
    }

    private static func finish(_ status: ExitStatus) -> Never {
        // What could not be written was not done.
        exit(Terminal.hasFailed && status == .done ? ExitStatus.storage.rawValue : status.rawValue)
    }
}

/// The end of a command that has said everything already.
struct Ending: Error {
    let status: ExitStatus
    init(_ status: ExitStatus) { self.status = status }
}
