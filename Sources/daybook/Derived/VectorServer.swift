import Agents
import Coordinator
import Embedding
import EventSourcing
import Events
import Foundation
import Jobs
import Keys
import Ledger
import Sealing
import Wire
import Workspace

/// Asks the server for vectors: each request is in the log before a text leaves this machine, each answer before
/// anybody uses it.
struct VectorServer {
    /// Requests for the same texts, while the server cannot answer.
    private static let attemptsMax = 4
    /// Between them, in microseconds, at first; twice as long each time.
    private static let pause: Timestamp = 500_000
    /// The longest pause that a server may ask for, in microseconds.
    private static let pauseMax: Timestamp = 60_000_000
    /// How long another process may take with its request, and how often it is looked whether it is done, in
    /// microseconds.
    private static let waitMax: Timestamp = 120_000_000
    private static let waitStep: Timestamp = 20_000
    /// How long words do, where they can, after a server has failed, in microseconds.
    static let rest: Timestamp = 60_000_000

    let workplace: Workplace
    let recorded: RecordedVectors
    let actor: String

    /// What was asked for, and what it cost as far as that is known.
    struct Spent {
        var texts = 0
        var requests = 0
        var tokens: UInt64 = 0
        var microdollars: UInt64 = 0
    }

    /// How long somebody waits for vectors.
    struct Patience {
        /// How long a job waits for the vector of what it looks for, in microseconds, where its agent has no
        /// `max_time`.
        static let recallMax: Timestamp = 10_000_000

        /// Requests for the same texts.
        let attempts: Int
        /// Nil for as long as it takes.
        let end: Timestamp?

        /// Until the server cannot be expected to answer.
        static let long = Patience(attempts: VectorServer.attemptsMax, end: nil)

        /// One request, no longer than this: its words will do.
        static func once(until end: Timestamp) -> Patience { Patience(attempts: 1, end: end) }

        /// What is left of some microseconds.
        func left(of span: Timestamp, at now: Timestamp) -> Timestamp { end.map { min(span, $0 - now) } ?? span }
    }

    /// Nil where the model on this machine makes vectors.
    init?(_ workplace: Workplace, actor: String) {
        guard let recorded = workplace.finder.recorded else { return nil }
        self.workplace = workplace
        self.recorded = recorded
        self.actor = actor
    }

    // MARK: - Before

    /// What these texts will cost, as far as it can be said before.
    func estimate(_ texts: some Sequence<TextToEmbed>) -> Spent {
        var spent = Spent()
        for text in texts {
            spent.texts += 1
            spent.tokens += UInt64(tokenEstimate(ofBytes: text.text.utf8.count))
        }
        spent.microdollars = Cost.microdollars(
            ofInput: spent.tokens, at: recorded.settings.inputMicrodollars)
        return spent
    }

    // MARK: - Asking

    /// Asks for vectors, and records them. What was recorded before a failure stays.
    ///
    /// - Parameter progress: called after each request.
    func embed(
        _ texts: [TextToEmbed], _ patience: Patience = .long, progress: (Spent) -> Void = { _ in }
    ) async throws -> Spent {
        try workplace.requireWritable()
        var spent = Spent()
        // What is about different people is sealed apart, so that whoever is forgotten blinds nobody else.
        for group in Dictionary(grouping: texts, by: \.about).values.sorted(by: { $0[0].key < $1[0].key }) {
            for batch in EmbeddingEndpoint.batches(of: group.map(\.text.utf8.count)) {
                try await embed(batch: Array(group[batch]), patience, &spent)
                progress(spent)
            }
        }
        return spent
    }

    private func embed(batch: [TextToEmbed], _ patience: Patience, _ spent: inout Spent) async throws {
        var pause = Self.pause
        for attempt in 1...patience.attempts {
            let lock = try await lock(patience)
            defer { withExtendedLifetime(lock) {} }
            // Another process may have asked for some meanwhile, and somebody may have been forgotten.
            let texts = batch.filter { text in
                recorded.vector(of: text.key) == nil && text.about.allSatisfy { workplace.keys.key($0) != nil }
            }
            guard !texts.isEmpty else { return }
            let end = try await request(texts, patience)
            spent.requests += 1
            switch end.outcome {
            case .completed(let done):
                spent.texts += texts.count
                spent.tokens += UInt64(done.usage.inputTokens)
                spent.microdollars = Cost.sum(spent.microdollars, done.costMicrodollars)
                return
            case .failed(let failed):
                guard attempt < patience.attempts, failed.error.mayPass else {
                    recorded.restsUntil = workplace.world.now() + Self.rest
                    throw Complaint(
                        "\(recorded.settings.url) made no vectors: \(failed.detail)",
                        hint: "what was made is kept; daybook knowledge embed goes on", status: .failed)
                }
                // Whoever waits for the lock leaves the server alone as well.
                pause = max(pause, Timestamp(clamping: failed.retryAfterMs ?? 0) * 1_000)
                guard pause <= Self.pauseMax else {
                    throw Complaint(
                        "\(recorded.settings.url) asks to be left alone for \(Format.duration(UInt64(pause)))",
                        hint: "what was made is kept; daybook knowledge embed goes on then", status: .failed)
                }
            case .unresolved:
                throw Complaint(
                    "nobody knows how the request ended", hint: "daybook knowledge embed asks again", status: .failed)
            }
            await workplace.world.sleep(until: workplace.world.now() + pause)
            pause *= 2
        }
    }

    private func request(_ texts: [TextToEmbed], _ patience: Patience) async throws -> CallEnded {
        let timeout = patience.left(of: Timestamp(EmbedderSettings.timeoutMs) * 1_000, at: workplace.world.now())
        guard timeout >= 1_000 else { throw Complaint("there is no time left for vectors", status: .busy) }
        let settings = recorded.settings
        let keys = TextKeys(keys: texts.map(\.key)).wireBytes
        let work = EmbeddingWork(
            url: settings.url, model: settings.model, dimensions: settings.dimensions, texts: Digest.of(keys),
            count: UInt32(texts.count))
        let asked = DerivationAsked(
            work: .embedding(work), tokens: UInt32(clamping: estimate(texts).tokens), maxOutputTokens: 0,
            inputMicrodollars: settings.inputMicrodollars, outputMicrodollars: 0,
            spendableMicrodollars: try Spendable.microdollars(in: workplace))
        let endpoint = EmbeddingEndpoint(
            EmbeddingEndpoint.Settings(
                url: settings.url, model: settings.model, keyVariable: settings.keyVariable,
                dimensions: Int(settings.dimensions), inputMicrodollars: settings.inputMicrodollars,
                timeoutMs: UInt64(timeout) / 1_000)
        ) { ProcessInfo.processInfo.environment[$0] }
        do {
            return try await Derivations(
                on: workplace.ledger, keyring: workplace.keys, world: workplace.world, actor: actor
            ).make(asked, on: recorded.stream, artifacts: [keys], about: texts[0].about) { permit in
                await endpoint.report(of: texts.map(\.text), permit: permit)
            }.end
        } catch {
            throw Complaint(error)
        }
    }

    /// One process at a time has a request of the stream under way.
    private func lock(_ patience: Patience) async throws -> DriverLock {
        let path = "\(workplace.directory)/\(Workplace.ledgerFolder)/derived.lock"
        let end = workplace.world.now() + patience.left(of: Self.waitMax, at: workplace.world.now())
        while workplace.world.now() < end {
            if let lock = DriverLock(path: path) { return lock }
            await workplace.world.sleep(until: workplace.world.now() + Self.waitStep)
        }
        throw Complaint(
            "another daybook asks the server for vectors all the time", hint: "try again when it is done",
            status: .busy)
    }
}

extension CallError {
    /// Whether the same may succeed a little later.
    fileprivate var mayPass: Bool {
        switch self {
        case .rateLimit, .timeout, .server, .unreachable: true
        default: false
        }
    }
}

extension Workplace {
    /// The vector of what somebody looks for; nil where the model on this machine makes it, or if there is none.
    ///
    /// - Parameters:
    ///   - subjects: whom it is about.
    ///   - asks: whether the server may be asked. What it said before is found without.
    ///   - patience: how long that may take.
    func vector(
        ofQuery query: String, about subjects: Set<SubjectID> = [], asks: Bool, actor: String,
        _ patience: VectorServer.Patience = .long
    ) async throws -> [Float]? {
        guard query.contains(where: { $0.isLetter || $0.isNumber }), let server = VectorServer(self, actor: actor)
        else { return nil }
        let text = TextToEmbed(query: query, about: subjects, artifacts)
        if let known = server.recorded.vector(of: text.key) { return known }
        guard asks, !ledger.isReadOnly else { return nil }
        guard patience.attempts > 1 || world.now() >= server.recorded.restsUntil else {
            throw Complaint("\(server.recorded.settings.url) made no vectors a moment ago", status: .busy)
        }
        _ = try await server.embed([text], patience)
        return server.recorded.vector(of: text.key)
    }

    /// The vector of what a person looks for, or why words have to do.
    func vectorOrReason(ofQuery query: String, asks: Bool) async -> (vector: [Float]?, reason: String?) {
        do {
            let end = world.now() + VectorServer.Patience.recallMax
            return (try await vector(ofQuery: query, asks: asks, actor: "owner", .once(until: end)), nil)
        } catch {
            return (nil, Complaint(error).message)
        }
    }

    /// Gives what was just written its vectors, if daybook.yaml says so. What was written stands, whatever comes of it.
    func embedOnWrite(actor: String) async {
        guard let server = VectorServer(self, actor: actor), server.recorded.settings.isOnWrite else { return }
        do {
            guard var missing = try finder.missingTexts() else { return }
            var texts: [TextToEmbed] = []
            while texts.count <= EmbedderSettings.textsOnWriteMax, let more = try missing.next() { texts += more }
            guard !texts.isEmpty else { return }
            guard texts.count <= EmbedderSettings.textsOnWriteMax else {
                return Terminal.note("Many texts have no vector yet: daybook knowledge embed    asks for them")
            }
            _ = try await server.embed(texts)
        } catch {
            Terminal.note("note: no vectors yet. \(Complaint(error).message)")
        }
    }
}
