@_spi(Minting) public import EventSourcing

extension Ledger {
    public func append(_ commit: NewCommit) async throws(AppendFailure) -> Receipt {
        guard let writer, readOnlyReason == nil else { throw .unavailable(readOnlyReason ?? "") }
        let prepared = try PreparedCommit(commit)
        let outcome = await withUnsafeContinuation { caller in
            writer.post(WriterThread.Pending(commit: prepared, caller: caller))
        }
        let taken = try outcome.get()
        return Receipt(
            id: commit.id, first: taken.first, last: taken.last, streams: taken.streams, isRepeat: taken.isRepeat)
    }
}
