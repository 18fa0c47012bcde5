import Coordinator
import EventSourcing
import Events
import JobFixtures
import Jobs
import Knowledge
import Ledger
import Sealing
import Synchronization
import Testing
import Wire

@Suite struct `What others make` {
    private static let stream = StreamName(category: "derived", id: "embeddings-test")

    /// A server that is asked for vectors: it counts how often, and gives bytes that look like a secret's.
    private final class Server: Sendable {
        private let counted = Mutex(0)
        private let failures: Mutex<[CallError]>

        init(failures: [CallError] = []) { self.failures = Mutex(failures) }

        var requests: Int { counted.withLock { $0 } }

        func answer(_ texts: [String], permit: consuming Permit<Live>) -> CallReport {
            _ = consume permit
            counted.withLock { $0 += 1 }
            if let failure = failures.withLock({ $0.popLast() }) {
                let failed = CallFailed(error: failure, status: 0, detail: "as told", costMicrodollars: 0)
                return CallReport(outcome: .failed(failed), latencyUs: 1)
            }
            let vectors = Array(texts.joined().utf8)
            let usage = Usage(inputTokens: 5, outputTokens: 0, cachedTokens: 0)
            let done = CallCompleted(
                response: Digest.of(vectors), usage: usage, costMicrodollars: 7, finish: .stop, model: "small")
            return CallReport(outcome: .completed(done), artifacts: [vectors], latencyUs: 1)
        }
    }

    private let log = MemoryLog()
    private let world = TestWorld()
    private let people = People()

    private func make(
        _ text: String, by server: Server, on log: (any EventLog)? = nil, about subjects: Set<SubjectID> = [],
        spendable: UInt64? = nil
    ) async throws -> Derivations.Made {
        let keys = TextKeys(keys: [Digest.of(Array(text.utf8))]).wireBytes
        let work = EmbeddingWork(
            url: "http://127.0.0.1/v1", model: "small", dimensions: 1, texts: Digest.of(keys), count: 1)
        let asked = DerivationAsked(
            work: .embedding(work), tokens: 5, maxOutputTokens: 0, inputMicrodollars: 1_000_000,
            outputMicrodollars: 0, spendableMicrodollars: spendable)
        return try await Derivations(on: log ?? self.log, keyring: people, world: world, actor: "owner")
            .make(asked, on: Self.stream, artifacts: [keys], about: subjects) { permit in
                server.answer([text], permit: permit)
            }
    }

    private func names() -> [String] {
        log.events(of: Self.stream, after: 0).map { EventCatalog.entry(of: $0.type)?.name ?? "" }
    }

    @Test func `is requested durably, made once, and recorded`() async throws {
        let server = Server()
        let made = try await make("four", by: server)
        #expect(made.version == 3)
        #expect(names() == ["DerivationAsked", "DerivationRequested", "DerivationEnded"])
        // The request is in a commit of its own.
        #expect(Set(log.events(of: Self.stream, after: 0).map(\.commit)) == [1, 3])
        guard case .completed(let done) = made.end.outcome else { return #expect(Bool(false), "it is not made") }
        #expect(log.artifact(done.response) == Array("four".utf8))
        #expect(server.requests == 1)
    }

    @Test func `is not asked for when the budgets leave too little`() async throws {
        let server = Server()
        do throws(any Error) {
            _ = try await make("four", by: server, spendable: 4)
            Issue.record("it was made")
        } catch let failure as DerivationFailure {
            #expect(failure.isBudget)
        }
        #expect(server.requests == 0)
        #expect(log.head() == 0)
    }

    @Test func `is kept sealed for whom it is about, and gone with them`() async throws {
        let person = try #require(people.id(of: "anna@example.com"))
        let made = try await make("Anna", by: Server(), about: [person])
        guard case .completed(let done) = made.end.outcome else { return #expect(Bool(false), "it is not made") }
        let shelf = ArtifactShelf(log, people)
        #expect(log.artifact(done.response) != Array("Anna".utf8))
        #expect(shelf.bytes(done.response) == Array("Anna".utf8))
        people.forget("anna@example.com")
        #expect(ArtifactShelf(log, people).bytes(done.response) == nil)
        #expect(ArtifactShelf(log, people).isErased(done.response))
    }

    @Test func `that fails is recorded as failed, and may be asked for again`() async throws {
        let server = Server(failures: [.rateLimit])
        let failed = try await make("four", by: server)
        guard case .failed(let failure) = failed.end.outcome else { return #expect(Bool(false), "it did not fail") }
        #expect(failure.error == .rateLimit)
        let made = try await make("four", by: server)
        guard case .completed = made.end.outcome else { return #expect(Bool(false), "it is not made") }
        #expect(server.requests == 2)
    }

    @Test(arguments: [true, false])
    func `dies at every append: nothing is sent without a request, and nothing recorded is lost`(
        writesFirst: Bool
    ) async throws {
        for appends in 0..<5 {
            let fresh = MemoryLog()
            let dying = DyingLog(fresh, after: appends, writesFirst: writesFirst)
            let server = Server()
            for text in ["one", "two"] { _ = try? await make(text, by: server, on: dying) }
            let requests = fresh.events(of: Self.stream, after: 0).count { $0.kind == .decision }
            #expect(server.requests <= requests)
            // The next process settles what was left open, and asks again.
            _ = try await make("three", by: server, on: fresh)
            let state = try DerivationDecider().fold(fresh.events(of: Self.stream, after: 0))
            #expect(state.open == nil)
            let replay = try Replay(DerivationDecider(), fresh.events(of: Self.stream, after: 0))
            #expect(replay.isExact)
            let ends = try fresh.events(of: Self.stream, after: 0).filter { $0.kind == .observation }
                .compactMap { event -> CallEnded? in
                    guard case .derivationEnded(let ended) = try event.decode(DerivedObservation.self) else {
                        return nil
                    }
                    return ended.end
                }
            #expect(ends.count == replay.decisions)
            #expect(ends.count { $0.outcome == .unresolved } <= 1)
        }
    }
}
