public import EventSourcing

extension Ledger {
    public func append(_ commit: NewCommit) async throws(AppendFailure) -> Receipt {
        guard let writer, readOnlyReason == nil else { throw .unavailable(readOnlyReason ?? "") }
        let pending = PendingCommit(try PreparedCommit(commit))
        await withUnsafeContinuation { caller in
            pending.caller = caller
            writer.post(pending)
        }
        return try pending.receipt()
    }
}
