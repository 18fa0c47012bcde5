import ArgumentParser
import Wire

struct DiskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disk", abstract: "What the ledger takes on the disk, what for, and how it grows.",
        discussion: """
            With --json: one object with `events`, `ledger` (`bytes`, `free_bytes`, `bytes_per_event`, \
            `bytes_per_day`, `tables`: objects with `table`, `rows`, `bytes`), `views`, `keys`, `aside`, `left` (bytes \
            each; of files beside the ledger, of ledgers kept by a restore, of what a process that died left behind), \
            `readers` (objects with `process` and `behind`, in commits), `backup` (as in `daybook status`) and \
            `disk_free`.
            """)

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        let usage = try DiskUsage(of: workplace)
        options.json ? Terminal.line(usage.json.description) : usage.show()
    }
}
