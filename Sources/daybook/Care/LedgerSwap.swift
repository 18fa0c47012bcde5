import EventSourcing
import Foundation
import Ledger
import Wire

/// Puts a restored ledger in the place of the one that is there, which is kept aside.
struct LedgerSwap {
    struct Result {
        let events: Position
        let root: Wire.Digest
        /// Where the ledger from before is kept; nil if there was none.
        let aside: String?
        /// Why the restored ledger takes no commits; nil if it does.
        let readOnlyReason: String?
    }

    private let folder: String
    private var ledgerPath: String { "\(folder)/ledger.mdb" }
    var lockPath: String { "\(folder)/driver.lock" }

    init(_ directory: String) {
        folder = "\(directory)/\(Workplace.ledgerFolder)"
        // The lock and the copy need it; a workspace that was cloned has none yet.
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// - Parameter force: also in place of a ledger whose events the backup does not have.
    /// - Throws: `Complaint` or `LedgerError`; then everything is as it was.
    func restore(_ backup: String, force: Bool) throws -> Result {
        let place = "\(folder)/restore-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: place) }
        let found = try Ledger.restore(from: backup, to: place)
        let aside = try keepOld(restoring: place, force: force)
        // One rename: whoever looks sees the old ledger or the new one, never none.
        try Ledger.replace(in: folder, with: "\(place)/ledger.mdb")
        let ledger = try Ledger(at: folder, Ledger.Options(acceptsDifference: force))
        defer { ledger.close() }
        return Result(events: found.events, root: found.root, aside: aside, readOnlyReason: ledger.readOnlyReason)
    }

    /// Gives the ledger that is there a second name, so that it survives the rename.
    private func keepOld(restoring place: String, force: Bool) throws -> String? {
        guard FileManager.default.fileExists(atPath: ledgerPath) else { return nil }
        if !force { try refuseLoss(restoring: place) }
        var number = 1
        while FileManager.default.fileExists(atPath: "\(folder)/before-restore-\(number)") { number += 1 }
        let aside = "\(folder)/before-restore-\(number)"
        try FileManager.default.createDirectory(
            atPath: aside, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        guard link(ledgerPath, "\(aside)/ledger.mdb") == 0 else {
            throw Complaint("cannot keep the old ledger aside: \(String(cString: strerror(errno)))", status: .storage)
        }
        // What it was signed as goes with it.
        try? FileManager.default.copyItem(atPath: "\(folder)/checkpoint", toPath: "\(aside)/checkpoint")
        return aside
    }

    /// A ledger that cannot be opened loses nothing by being replaced: it is kept aside.
    private func refuseLoss(restoring place: String) throws {
        guard let old = try? Ledger(at: folder, Ledger.Options(readOnly: true)) else { return }
        defer { old.close() }
        let new = try Ledger(at: place, Ledger.Options(readOnly: true))
        defer { new.close() }
        guard old.origin == new.origin else {
            throw Complaint(
                "the backup is of another ledger", hint: "--force puts it in the place of the one here", status: .failed
            )
        }
        let (head, events) = (try old.head(), try new.head())
        guard head <= events else {
            throw Complaint(
                "the ledger here has \(Format.plural(head, "event")), the backup \(Format.count(events)): "
                    + "\(Format.plural(head - events, "event")) would be lost",
                hint: "daybook backup FILE keeps them; --force then replaces the ledger", status: .failed)
        }
        // The last event here must stand in the backup too, or the two went different ways.
        guard head > 0 else { return }
        let last = (old: try old.events(after: head - 1, limit: 1), new: try new.events(after: head - 1, limit: 1))
        guard last.old == last.new else {
            throw Complaint(
                "the ledger here has events that the backup does not have: the two went different ways",
                hint: "daybook backup FILE keeps them; --force then replaces the ledger", status: .failed)
        }
    }
}
