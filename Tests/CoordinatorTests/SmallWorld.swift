import Coordinator
import EventSourcing
import Events
import JobFixtures
import Jobs
import Ledger
import Synchronization
import Wire

/// Time and chance of a test: time passes only when somebody sleeps.
final class TestWorld: World {
    private let state: Mutex<(time: Timestamp, random: UInt64)>

    init(seed: UInt64 = 1) {
        state = Mutex((1_000_000_000_000_000, seed))
    }

    func now() -> Timestamp {
        state.withLock { state in
            // Each look takes a microsecond, so that names of commits differ.
            state.time += 1
            return state.time
        }
    }

    func random() -> UInt64 {
        state.withLock { state in
            state.random = state.random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state.random
        }
    }

    func sleep(until time: Timestamp) async {
        state.withLock { $0.time = max($0.time, time) }
    }
}

/// A model that answers, or fails as often as it is told to.
final class TestModel: CallExecutor {
    private let failures: Mutex<[CallError]>
    private let counted = Mutex(0)

    init(failures: [CallError] = []) {
        self.failures = Mutex(failures)
    }

    var calls: Int { counted.withLock { $0 } }

    func execute(_ call: Call, permit: consuming Permit<Live>) async -> CallReport {
        counted.withLock { $0 += 1 }
        let failure = failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let failure {
            return CallReport(
                outcome: .failed(
                    CallFailed(
                        error: failure, status: 500, retryAfterMs: nil, detail: "as told", evidence: nil,
                        costMicrodollars: 0)), latencyUs: 1)
        }
        let isPlan = String(decoding: call.request, as: UTF8.self).contains("\"topic\"")
        let answer: JSON =
            isPlan
            ? .fields(("topic", "pricing")) : .fields(("subject", "Small prices"), ("body", "One idea."))
        let completed = CallCompleted(
            response: Digest.of(answer.bytes), usage: Usage(inputTokens: 1, outputTokens: 1, cachedTokens: 0),
            costMicrodollars: 1, finish: .stop, model: "small", cachedFrom: nil)
        return CallReport(outcome: .completed(completed), artifacts: [answer.bytes], latencyUs: 1)
    }
}

/// The other side of a connector: what really arrived, by idempotency key.
final class TestPost: EffectExecutor {
    private let arrived = Mutex<[Digest: Int]>([:])
    /// Whether it can be asked what arrived.
    private let canBeAsked: Bool

    init(canBeAsked: Bool = true) {
        self.canBeAsked = canBeAsked
    }

    private let addresses = Mutex<[String]>([])

    /// In the order in which they were written to.
    var recipients: [String] { addresses.withLock { $0 } }

    var counts: [Digest: Int] { arrived.withLock { $0 } }

    func deliver(_ delivery: Delivery, permit: consuming Permit<Live>) async -> DeliveryReport {
        arrived.withLock { $0[delivery.idempotencyKey, default: 0] += 1 }
        addresses.withLock { $0.append(delivery.recipient) }
        return receipt
    }

    func find(_ delivery: Delivery) async -> DeliveryReport? {
        guard canBeAsked else { return nil }
        if arrived.withLock({ $0[delivery.idempotencyKey] != nil }) { return receipt }
        return DeliveryReport(
            outcome: .failed(EffectFailed(error: .missing, status: 0, detail: "not there", retryable: true)))
    }

    private var receipt: DeliveryReport {
        let bytes = Array("kept".utf8)
        return DeliveryReport(
            outcome: .succeeded(EffectSucceeded(receipt: Digest.of(bytes))), artifacts: [bytes])
    }
}

/// Finds two people on the list, and nothing else.
struct TestContext: ContextProvider {
    let people: People

    func context(for task: ContextRequest) async throws(ContextFailure) -> AssembledContext {
        let (audience, artifacts) = people.audience(["ana@example.com", "ben@example.com"])
        let isEffect = task.step.effectWork != nil
        return AssembledContext(
            event: ContextAssembled(
                task: task.task, asOf: 1, method: .none, queries: nil, items: isEffect ? [audience] : [], cut: [],
                budgetTokens: 0),
            artifacts: isEffect ? artifacts : [])
    }
}

/// A log whose process dies: before or after its n-th append.
final class DyingLog: EventLog {
    struct Death: Error {}

    private let log: any EventLog
    private let left: Mutex<Int>
    private let writesFirst: Bool

    init(_ log: any EventLog, after appends: Int, writesFirst: Bool) {
        self.log = log
        left = Mutex(appends)
        self.writesFirst = writesFirst
    }

    var isDead: Bool { left.withLock { $0 < 0 } }

    func append(_ commit: NewCommit) async throws(AppendFailure) -> Receipt {
        let dies = left.withLock { left in
            left -= 1
            return left < 0
        }
        guard dies else { return try await log.append(commit) }
        if writesFirst { _ = try await log.append(commit) }
        // Nobody lives to hear about it: everything in memory is thrown away by the test.
        throw .unavailable("the process died")
    }

    func head() throws(ReadFailure) -> Position { try log.head() }
    func events(after position: Position, limit: Int) throws(ReadFailure) -> [RecordedEvent] {
        try log.events(after: position, limit: limit)
    }
    func events(of stream: StreamName, after version: StreamVersion) throws(ReadFailure) -> [RecordedEvent] {
        try log.events(of: stream, after: version)
    }
    func version(of stream: StreamName) throws(ReadFailure) -> StreamVersion { try log.version(of: stream) }
    func streams(in category: String) throws(ReadFailure) -> [StreamName] { try log.streams(in: category) }
    func commit(_ id: CommitID) throws(ReadFailure) -> ClosedRange<Position>? { try log.commit(id) }
    func record(of id: CommitID) throws(ReadFailure) -> CommitRecord? { try log.record(of: id) }
    func artifact(_ digest: Digest) throws(ReadFailure) -> [UInt8]? { try log.artifact(digest) }
    func artifacts(startingWith hex: String, limit: Int) throws(ReadFailure) -> [Digest] {
        try log.artifacts(startingWith: hex, limit: limit)
    }
    func grown(beyond position: Position) async throws(ReadFailure) -> Position {
        try await log.grown(beyond: position)
    }
}
