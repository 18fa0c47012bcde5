public import EventSourcing
import Synchronization
public import Wire

/// A log whose answers get lost, as they do over a network: what becomes of an append is then unknown.
///
/// It shows that callers settle such an outcome by the commit's id, on any adapter behind it.
public final class ForgetfulLog: EventLog {
    /// What happens to an append.
    public enum Fate: Sendable {
        /// It is taken, and answered.
        case answered
        /// It is taken, and the answer is lost.
        case answerLost
        /// It never arrives.
        case requestLost
    }

    private let log: any EventLog
    private let fates: Mutex<[Fate]>

    /// - Parameter fates: those of the first appends, in order; later ones are answered.
    public init(_ log: any EventLog, fates: [Fate]) {
        self.log = log
        self.fates = Mutex(fates)
    }

    public func append(_ commit: NewCommit) async throws(AppendFailure) -> Receipt {
        switch fates.withLock({ $0.isEmpty ? .answered : $0.removeFirst() }) {
        case .answered: return try await log.append(commit)
        case .answerLost: _ = try await log.append(commit)
        case .requestLost: break
        }
        throw .outcomeUnknown("the answer was lost")
    }

    public func head() throws(ReadFailure) -> Position { try log.head() }
    public func events(after position: Position, limit: Int) throws(ReadFailure) -> [RecordedEvent] {
        try log.events(after: position, limit: limit)
    }
    public func events(of stream: StreamName, after version: StreamVersion) throws(ReadFailure) -> [RecordedEvent] {
        try log.events(of: stream, after: version)
    }
    public func version(of stream: StreamName) throws(ReadFailure) -> StreamVersion { try log.version(of: stream) }
    public func streams(in category: String) throws(ReadFailure) -> [StreamName] { try log.streams(in: category) }
    public func commit(_ id: CommitID) throws(ReadFailure) -> ClosedRange<Position>? { try log.commit(id) }
    public func record(of id: CommitID) throws(ReadFailure) -> CommitRecord? { try log.record(of: id) }
    public func artifact(_ digest: Wire.Digest) throws(ReadFailure) -> [UInt8]? { try log.artifact(digest) }
    public func artifacts(startingWith hex: String, limit: Int) throws(ReadFailure) -> [Wire.Digest] {
        try log.artifacts(startingWith: hex, limit: limit)
    }
    public func grown(beyond position: Position) async throws(ReadFailure) -> Position {
        try await log.grown(beyond: position)
    }
}
