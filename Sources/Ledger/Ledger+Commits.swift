public import EventSourcing
import LMDB

extension Ledger {
    /// The id of the commit whose first event has this position; nil if none begins there.
    public func commitID(at first: Position) throws(ReadFailure) -> CommitID? {
        do {
            return try read { transaction in try tables.commitHeader(at: first, in: transaction)?.id }
        } catch {
            throw ReadFailure("\(error)")
        }
    }
}
