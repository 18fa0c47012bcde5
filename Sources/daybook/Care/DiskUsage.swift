import EventSourcing
import Foundation
import Ledger
import Wire

/// What a workspace's ledger takes on the disk.
struct DiskUsage {
    /// How far back growth is looked at.
    private static let days: Timestamp = 7
    private static let dayMicroseconds: Timestamp = 86_400_000_000
    /// Free pages that are worth compacting: a quarter of the file, and at least this much.
    private static let freeBytesMin: UInt64 = 1_000_000
    /// A reader that is so many commits behind keeps pages from being used again.
    private static let behindMax = 1_000

    private let ledger: Ledger.Usage
    private let views: UInt64
    private let keys: UInt64
    private let aside: UInt64
    private let left: UInt64
    private let diskFree: UInt64
    private let eventsPerDay: Double
    private let backup: LastBackup?
    private let now: Timestamp

    init(of workplace: Workplace) throws {
        do {
            ledger = try workplace.ledger.usage()
        } catch {
            throw Complaint(error)
        }
        let folder = "\(workplace.directory)/\(Workplace.ledgerFolder)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        func bytes(_ isMeant: (String) -> Bool) -> UInt64 {
            names.filter(isMeant).reduce(0) { $0 + Self.bytes(at: "\(folder)/\($1)") }
        }
        views = bytes { $0 == "views" }
        keys = bytes { $0 == "keys" }
        aside = bytes { $0.hasPrefix("before-restore-") }
        left = bytes { $0.hasPrefix("restore-") || $0.hasPrefix("verify-") || $0 == "ledger.mdb.compact" }
        var disk = statvfs()
        diskFree = statvfs(folder, &disk) == 0 ? UInt64(disk.f_bavail) * UInt64(disk.f_frsize) : 0
        now = workplace.world.now()
        eventsPerDay = try Self.eventsPerDay(in: workplace.ledger, before: now)
        backup = try LastBackup(in: workplace.ledger.events(of: StreamName("ledger"), after: 0))
    }

    /// The bytes of a file, or of all files in a folder.
    private static func bytes(at path: String) -> UInt64 {
        func size(_ path: String) -> UInt64 {
            (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64) ?? 0
        }
        guard let names = FileManager.default.enumerator(atPath: path) else { return size(path) }
        return names.reduce(0) { sum, name in
            guard let name = name as? String else { return sum }
            let kind = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.type] as? FileAttributeType
            return kind == .typeRegular ? sum + size("\(path)/\(name)") : sum
        }
    }

    /// Of the last days; of a younger ledger, since it began.
    private static func eventsPerDay(in ledger: Ledger, before now: Timestamp) throws -> Double {
        let head = try ledger.head()
        guard head > 0, let first = try ledger.events(after: 0, limit: 1).first else { return 0 }
        let since = max(first.time, now - days * dayMicroseconds)
        // Positions are in the order of time, but for a clock that went backwards: near enough for a rate.
        var (low, high): (Position, Position) = (0, head)
        while low < high {
            let middle = (low + high) / 2
            guard let event = try ledger.events(after: middle, limit: 1).first else { break }
            if event.time < since { low = middle + 1 } else { high = middle }
        }
        return Double(head - low) * Double(dayMicroseconds) / Double(max(now - since, dayMicroseconds))
    }

    // MARK: - Figures

    private var freeBytes: UInt64 { UInt64(ledger.freePages * ledger.pageBytes) }
    private var usedBytes: UInt64 { ledger.fileBytes > freeBytes ? ledger.fileBytes - freeBytes : 0 }
    private var bytesPerEvent: UInt64 { ledger.events > 0 ? usedBytes / ledger.events : 0 }
    private var bytesPerDay: UInt64 { UInt64(eventsPerDay * Double(bytesPerEvent)) }
    private func bytes(of table: Ledger.TableUse) -> UInt64 { UInt64(table.pages * ledger.pageBytes) }
    private func behind(_ transaction: Int) -> Int { max(0, ledger.lastTransaction - transaction) }

    private var canShrink: Bool { freeBytes >= Self.freeBytesMin && freeBytes * 4 >= ledger.fileBytes }

    var json: JSON {
        .fields(
            ("events", .number(ledger.events)),
            (
                "ledger",
                .fields(
                    ("bytes", .number(ledger.fileBytes)), ("free_bytes", .number(freeBytes)),
                    ("bytes_per_event", .number(bytesPerEvent)), ("bytes_per_day", .number(bytesPerDay)),
                    (
                        "tables",
                        .array(
                            ledger.tables.map {
                                .fields(
                                    ("table", .string($0.name)), ("rows", .number($0.rows)),
                                    ("bytes", .number(bytes(of: $0))))
                            })
                    ))
            ),
            ("views", .number(views)), ("keys", .number(keys)), ("aside", .number(aside)), ("left", .number(left)),
            (
                "readers",
                .array(
                    ledger.readers.map {
                        .fields(("process", .number($0.process)), ("behind", .number(behind($0.transaction))))
                    })
            ),
            ("backup", backup?.json(now: now) ?? .null), ("disk_free", .number(diskFree)))
    }

    func show() {
        func line(_ name: String, _ bytes: UInt64, _ words: String = "") {
            Terminal.line("\(name.column(16)) \(Format.bytes(bytes).rightColumn(10))   \(words)")
        }
        line(
            "ledger.mdb", ledger.fileBytes,
            "\(Format.plural(ledger.events, "event")), \(Format.bytes(bytesPerEvent)) each with all that belongs to it")
        for table in ledger.tables where table.rows > 0 {
            line("  \(table.name)", bytes(of: table), Format.plural(table.rows, "row"))
        }
        line("  free", freeBytes, "filled before the file grows")
        line("views", views, "can be made again at any time")
        line("keys", keys, "in no backup")
        if aside > 0 { line("before-restore", aside, "ledgers that a restore replaced") }
        if left > 0 { line("left behind", left, "by a process that died") }
        line("growth a day", bytesPerDay, "as in the last days; \(Format.bytes(diskFree)) free on this disk")
        Terminal.line(
            "\("backup".column(16)) \("".rightColumn(10))   \(backup?.words(now: now) ?? "none was taken yet")")
        for reader in ledger.readers where behind(reader.transaction) > 0 {
            let age = Format.plural(behind(reader.transaction), "commit")
            Terminal.line("reader           process \(reader.process) reads what was \(age) ago")
        }
        showNext()
    }

    private func showNext() {
        if let oldest = ledger.readers.first, behind(oldest.transaction) > Self.behindMax {
            Terminal.line("Next: end process \(oldest.process)    pages it may still read cannot be used again")
        } else if canShrink {
            Terminal.line("Next: daybook compact    gives \(Format.bytes(freeBytes)) back")
        } else if aside > 0 {
            Terminal.line("Next: rm -r .daybook/before-restore-*    once you are sure of the ledger that is here")
        } else if backup == nil {
            Terminal.line("Next: daybook backup FOLDER")
        } else {
            Terminal.line("Nothing to do.")
        }
    }
}
