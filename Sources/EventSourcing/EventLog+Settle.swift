extension EventLog {
    /// Appends a commit, and settles an outcome that is unknown: the same commit is sent again, under its id.
    ///
    /// If the first attempt was taken after all, the receipt says `isRepeat` and mints no permit.
    /// - Parameter attempts: how often it is sent at most.
    /// - Throws: `AppendFailure`; `outcomeUnknown` only if the last attempt left it so.
    public func settle(_ commit: NewCommit, attempts: Int = 3) async throws(AppendFailure) -> Receipt {
        for _ in 1..<max(1, attempts) {
            do throws(AppendFailure) {
                return try await append(commit)
            } catch {
                guard case .outcomeUnknown = error else { throw error }
            }
        }
        return try await append(commit)
    }
}
