import ArgumentParser
import EventSourcing
import Events
import Foundation
import Ledger
import Wire

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the ledger into one file while work goes on, and verify the copy.",
        discussion: """
            daybook backup /media/usb            a new file in this folder
            daybook backup ~/safe/monday.mdb     this file; it must not exist
            daybook backup /media/usb --compact  without free pages: smaller, and slower to make

            The file holds everything but the keys in .daybook/keys: what is sealed for people cannot be read without
            them. Keep a copy of those elsewhere, and make it anew whenever you forget somebody. A signed checkpoint is
            put beside it. With --json: one object with `path`, `events`, `root`, `bytes` (of the file) and `position`
            (of the event that notes it).
            """)

    @Argument(help: "A new file, or a folder.")
    var destination: String

    @Flag(help: "Leave free pages out.")
    var compact = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let path = try BackupPlace.path(destination, workspace: workplace.directory, now: workplace.world.now())
        let found = try await complaining { () throws(LedgerError) in
            try workplace.ledger.backup(to: path, compact: compact)
        }
        let bytes = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64) ?? 0
        let taken = BackupTaken(
            events: found.events, root: found.root, copyBytes: bytes, form: compact ? .compact : .pages)
        let position = workplace.ledger.isReadOnly ? nil : try await workplace.note([.backupTaken(taken)])
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("path", .string(path)), ("events", .number(found.events)),
                    ("root", .string(found.root.description)),
                    ("bytes", .number(bytes)), ("position", position.map { .number($0) } ?? .null)
                ).description)
        }
        Terminal.line("\(path)   \(Format.bytes(bytes)), \(Format.plural(found.events, "event")), verified")
        Terminal.line("Root  \(found.root)")
        Terminal.line("Keys  not in it: keep .daybook/keys elsewhere too, anew whenever you forget somebody")
        Terminal.line("Next: daybook restore \(path)    brings it back")
    }
}
