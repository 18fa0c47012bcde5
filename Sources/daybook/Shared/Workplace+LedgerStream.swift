import Coordinator
import EventSourcing
import Events
import Ledger
import Wire

extension Workplace {
    /// Writes down what was done to the ledger itself, in its own stream.
    ///
    /// - Parameter id: of the commit; nil for a new one.
    @discardableResult
    func note(
        _ observations: [LedgerObservation], artifacts: [[UInt8]] = [], id: CommitID? = nil
    ) async throws -> Position {
        try requireWritable()
        let events = observations.map { NewEvent($0, kind: .observation) }
        let commit = NewCommit(
            id: id ?? world.commitID(), time: world.now(), actor: "owner",
            appends: [StreamAppend(events, to: StreamName("ledger"), expecting: .any)], artifacts: artifacts)
        return try await complaining { () async throws(AppendFailure) in try await ledger.append(commit).last }
    }
}
