import ArgumentParser
import Wire

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at everything that should be right, and say what to do where it is not.",
        discussion: """
            `ok` is right, `!!` is wrong, `--` is worth knowing. Exit code 1 if something is wrong. With --json: one \
            object a check with `check`, `mark` (ok, wrong, note), `words` and `next` (null, or what to do).
            """)

    @Flag(help: "Also open a connection to each model and mail server; no call is made, nothing is sent.")
    var probe = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let directory = try Workplace.find(from: options.directory)
        let findings = Checkup(directory: directory, probes: probe).findings()
        let wrong = findings.filter { $0.mark == .wrong }
        if options.json {
            for finding in findings { Terminal.line(finding.json.description) }
        } else {
            for finding in findings { finding.show() }
            Terminal.line(wrong.isEmpty ? "All is well." : "\(Format.plural(wrong.count, "thing")) to mend.")
        }
        if !wrong.isEmpty { throw Ending(.failed) }
    }
}
