@_spi(Minting) import EventSourcing

/// A commit on its way: made by its caller, answered by the writer, read by its caller again.
///
/// An object, so that handing it over moves a reference; all that it needs is allocated on the caller's thread.
final class PendingCommit: @unchecked Sendable {
    // `@unchecked`: one thread touches what is mutable, between `post` and `resume`: the writer's, or the watch's when
    // it takes the commit away from the writer.

    let prepared: PreparedCommit
    /// Who waits for the outcome; set before it is posted.
    var caller: UnsafeContinuation<Void, Never>?
    /// Nil until the writer has answered.
    private(set) var outcome: Result<Taken, AppendFailure>?
    /// The versions of the streams that it appends to, as they were before it.
    private(set) var before: [StreamVersion]

    /// Where a commit stands in the log.
    struct Taken: Sendable {
        let first: Position
        let last: Position
        /// Nothing was written: it had been taken before.
        var isRepeat = false
    }

    init(_ prepared: PreparedCommit) {
        self.prepared = prepared
        before = Array(repeating: 0, count: prepared.commit.appends.count)
    }

    /// Whether it was written by this attempt.
    var isWritten: Bool {
        if case .success(let taken) = outcome { !taken.isRepeat } else { false }
    }

    func note(before version: StreamVersion, of place: Int) { before[place] = version }

    func settle(_ outcome: Result<Taken, AppendFailure>) { self.outcome = outcome }

    func resume() {
        let caller = caller
        self.caller = nil
        caller?.resume()
    }

    /// What its caller is told.
    func receipt() throws(AppendFailure) -> Receipt {
        guard let outcome else { throw .outcomeUnknown("the writer gave no answer") }
        let taken = try outcome.get()
        let commit = prepared.commit
        let streams = commit.appends.indices.map { place in
            let append = commit.appends[place]
            return Receipt.Written(
                stream: append.stream, before: before[place], after: before[place] + UInt32(append.events.count))
        }
        return Receipt(
            id: commit.id, first: taken.first, last: taken.last, streams: streams, isRepeat: taken.isRepeat)
    }
}

// MARK: - Repeats
extension PendingCommit {
    /// Answers a commit whose id is taken with what was recorded under it.
    ///
    /// The same id with other events is refused: they would be lost in silence.
    func settle(asRepeatOf recorded: [RecordedEvent]) {
        let commit = prepared.commit
        guard prepared.isRecorded(as: recorded), let first = recorded.first, let last = recorded.last else {
            return settle(.failure(.invalid("the commit id \(commit.id) was used for other events")))
        }
        for (place, append) in commit.appends.enumerated() {
            let after = recorded.lazy.filter { $0.stream == append.stream }.map(\.version).max() ?? 0
            note(before: after - UInt32(append.events.count), of: place)
        }
        settle(.success(Taken(first: first.position, last: last.position, isRepeat: true)))
    }
}
