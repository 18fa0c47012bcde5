import ArgumentParser
import Coordinator
import Events
import Ledger
import Wire

struct CompactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Write the ledger's file anew without its free pages.",
        discussion: """
            No event goes, and no proof changes: only pages that nothing uses are given back to the disk. \
            `daybook disk` says how many there are. The new file is verified before it takes the old one's place, \
            in one step; whatever happens, one of the two is there, whole. Nobody else may have the ledger open \
            meanwhile. With --json: one object with `events`, `bytes_before`, `bytes_after` and `position` (of the \
            event that notes it).
            """)

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let place = try Workplace(options)
        let directory = place.directory
        defer { place.close() }
        try place.requireWritable()
        place.close()
        guard let lock = DriverLock(path: LedgerSwap(directory).lockPath) else {
            throw Complaint(
                "another daybook drives this workspace", hint: "stop it first, then compact", status: .busy)
        }
        defer { withExtendedLifetime(lock) {} }
        let done = try await complaining { () throws(LedgerError) in
            try Ledger.compact(at: "\(directory)/\(Workplace.ledgerFolder)")
        }
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let note = LedgerCompacted(bytesBefore: done.bytesBefore, bytesAfter: done.bytesAfter)
        let position = try await workplace.note([.ledgerCompacted(note)])
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("events", .number(done.events)), ("bytes_before", .number(done.bytesBefore)),
                    ("bytes_after", .number(done.bytesAfter)), ("position", .number(position))
                ).description)
        }
        Terminal.line(
            "\(Format.bytes(done.bytesBefore)) -> \(Format.bytes(done.bytesAfter)), "
                + "\(Format.plural(done.events, "event")), verified")
        Terminal.line("Next: daybook disk")
    }
}
