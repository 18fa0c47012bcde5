import EventSourcing
import Events
import Wire

/// The newest backup that the ledger knows of.
struct LastBackup {
    let taken: BackupTaken
    let position: Position
    let time: Timestamp

    /// Nil if there is none among these events of the stream `ledger`.
    init?(in events: [RecordedEvent]) {
        for event in events.reversed() {
            guard case .backupTaken(let taken)? = try? event.decode(LedgerObservation.self) else { continue }
            (self.taken, position, time) = (taken, event.position, event.time)
            return
        }
        return nil
    }

    /// `Mon 2 Nov 09:14 @147, 3 d ago, 1.4 MB compact`
    func words(now: Timestamp) -> String {
        let age = Format.age(now - time)
        let size = taken.copyBytes == 0 ? "" : ", \(Format.bytes(taken.copyBytes))"
        return "taken \(Format.moment(time)) @\(position), \(age)\(size)\(taken.form == .compact ? " compact" : "")"
    }

    func json(now: Timestamp) -> JSON {
        .fields(
            ("position", .number(position)), ("time", .string(Format.iso(time))),
            ("age_seconds", .number(max(0, now - time) / 1_000_000)), ("events", .number(taken.events)),
            ("bytes", taken.copyBytes == 0 ? .null : .number(taken.copyBytes)),
            ("form", .string(taken.form == .compact ? "compact" : "pages")))
    }
}
