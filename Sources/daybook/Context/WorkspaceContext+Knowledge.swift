import Coordinator
import Embedding
import EventSourcing
import Events
import Jobs
import Ledger
import Retrieval
import Sealing
import Views
import Wire

extension WorkspaceContext {
    /// What an agent is shown: what its step recalls, or what its role may read that is closest to its task.
    func knowledge(for request: ContextRequest, _ work: AgentWork) async throws -> AssembledContext {
        guard let agent = request.definitions.agent(work.agent) else {
            throw ContextFailure("the job has no agent \(work.agent)")
        }
        let reading = try workplace.finder.reading()
        var gathered = Gathered(asOf: reading.position)
        gathered.budgetTokens = agent.knowledgeTokensMax
        // Of other clients a job learns nothing.
        let customer = request.customer.map(Visibility.Customer.one) ?? .none
        let library = try Library(reading, readableBy: agent, customer: customer, now: workplace.world.now())
        var recalls = work.recall
        if recalls.isEmpty, !agent.knowledge.isEmpty {
            // A role that reads knowledge is given what is closest to what it works on.
            recalls = [Recall(name: "knowledge", from: "", query: "", k: agent.k, last: 0)]
        }
        for recall in recalls {
            if recall.from == Self.outcomes {
                try addOutcomes(recall, for: request, to: &gathered)
            } else {
                try await add(recall, from: library, for: request, agent, to: &gathered)
            }
        }
        addSession(for: request, agent, to: &gathered)
        // After the recalls: their vectors may have cost something.
        gathered.spendable = try Spendable.microdollars(in: workplace)
        return gathered.assembled(for: request.task, about: request.about, with: workplace.keys)
    }

    /// The name under which a flow recalls figures of what was sent.
    private static let outcomes = "outcomes"

    private func add(
        _ recall: Recall, from library: Library, for request: ContextRequest, _ agent: AgentDefinition,
        to gathered: inout Gathered
    ) async throws {
        let query = try query(of: recall, for: request)
        let k = min(recall.k > 0 ? Int(recall.k) : Int(agent.k), gathered.room)
        let tokensMax = gathered.tokensLeft
        let reading = library.reading
        var visibility = library.visibility(within: recall.from)
        // A view that has stopped keeps no job from its knowledge.
        if let overview = try? library.overview(named: recall.from, in: workplace) {
            if let summary = overview.summary, add(summary, recall, tokensMax: tokensMax, to: &gathered) { return }
            // Where it does not hold, is too long or may not be seen whole, what it was made of is looked through.
            visibility.within = Set(overview.entries)
        }
        let found: FoundKnowledge
        let why: Why
        if recall.last > 0 {
            found = FoundKnowledge(reading.newest(Int(recall.last), in: visibility), k: k, tokensMax: tokensMax)
            why = .recent
        } else if let entry = try library.entry(named: recall.from) {
            let chunks = reading.chunks(of: entry, in: library.visibility)
            if addSummary(of: chunks, entry, recall, from: library, agent, tokensMax: tokensMax, to: &gathered) {
                return
            }
            found = FoundKnowledge(chunks, k: k, tokensMax: tokensMax)
            why = .named
        } else if query.isEmpty {
            found = FoundKnowledge(reading.newest(Int(recall.k), in: visibility), k: k, tokensMax: tokensMax)
            why = .scope
        } else {
            let time = Time(of: agent, now: workplace.world.now())
            var search = SearchRequest(
                query, visibility: visibility, k: k, tokensMax: tokensMax,
                mode: agent.mode(startedBy: request.trigger), recency: time.recency, floor: Floor())
            if reading.meaning != nil, reading.count(in: visibility) > 0 {
                // A server that cannot be asked, or may not for want of money, keeps no job from its words.
                search.vector = try? await workplace.vector(
                    ofQuery: query, about: request.about, asks: true, actor: "driver",
                    .once(until: time.end ?? workplace.world.now() + VectorServer.Patience.recallMax))
            }
            found = reading.search(search) { time.isUp(workplace.world.now()) }
            why = .similar
            if found.isByMeaning {
                (gathered.method, gathered.embedder) = (.fused, reading.meaning.map { "\($0.embedder.identity)" })
            } else if gathered.method == .none {
                gathered.method = .lexical
            }
            if reading.meaning != nil, found.visible > 0, !found.isByMeaning {
                gathered.omission = time.isUp(workplace.world.now()) || found.omission == .time ? .time : .noVector
            }
            gathered.queries.append(.init(recall.name, .string(query)))
        }
        let shown = found.hits.prefix(gathered.room)
        for hit in shown {
            gathered.add(
                .knowledge(hit.source), label: recall.name,
                content: workplace.artifacts.observed(Array(hit.shown.utf8), about: library.about(hit)),
                why: hit.reason == .neighbour ? .beside : why, found: hit)
        }
        func cut(_ hit: FoundChunk, _ reason: Events.CutReason) -> CutItem {
            CutItem(
                label: recall.name, knowledge: hit.source, scoreMillionths: hit.scoreMillionths, tokens: hit.tokens,
                reason: reason)
        }
        gathered.leaveOut(found.hits.dropFirst(shown.count).map { cut($0, .count) })
        gathered.leaveOut(found.cut.map { cut($0.hit, $0.reason.recorded) }, total: found.cutTotal)
    }

    /// Shows the summary of an entry that is longer than there is room for, or of one with several chunks to an agent
    /// that is to read little; if it has one that fits.
    ///
    /// - Returns: whether it does.
    private func addSummary(
        of chunks: [FoundChunk], _ entry: String, _ recall: Recall, from library: Library, _ agent: AgentDefinition,
        tokensMax: UInt32, to gathered: inout Gathered
    ) -> Bool {
        let isTooLong = chunks.reduce(UInt64(0)) { $0 + UInt64($1.tokens) } > tokensMax
        guard isTooLong || agent.retrieval == .live && chunks.count > 1, let first = chunks.first else { return false }
        // A view that has stopped keeps no job from the entry itself.
        guard let summary = try? library.summary(of: entry, in: workplace) else { return false }
        let passage = first.passage
        let text = passage.title.isEmpty ? summary.text : "# \(passage.title)\n\n\(summary.text)"
        guard tokenEstimate(ofBytes: text.utf8.count) <= tokensMax else { return false }
        let source = KnowledgeSource(entry: entry, version: passage.version, chunk: 0, chunks: passage.chunks)
        let about = summary.row.sources.map(\.content).reduce(into: library.about(first)) { about, content in
            about.formUnion(workplace.artifacts.about(content))
        }
        gathered.add(
            .knowledge(source), label: recall.name,
            content: workplace.artifacts.observed(Array(text.utf8), about: about), why: .summary,
            derived: summary.source)
        gathered.leaveOut(
            chunks.map { chunk in
                CutItem(
                    label: recall.name, knowledge: chunk.source, scoreMillionths: chunk.scoreMillionths,
                    tokens: chunk.tokens, reason: isTooLong ? .budget : .count)
            })
        return true
    }

    /// Shows a summary of several entries, if it fits.
    ///
    /// - Returns: whether it does.
    private func add(
        _ summary: SummaryBook.Summary, _ recall: Recall, tokensMax: UInt32, to gathered: inout Gathered
    ) -> Bool {
        guard let first = summary.row.sources.first, tokenEstimate(ofBytes: summary.text.utf8.count) <= tokensMax
        else { return false }
        let about = workplace.artifacts.about(summary.row.sources.map(\.content))
        gathered.add(
            .knowledge(KnowledgeSource(entry: first.entry.entry, version: first.entry.version, chunk: 0, chunks: 0)),
            label: recall.name, content: workplace.artifacts.observed(Array(summary.text.utf8), about: about),
            why: .summary, derived: summary.source)
        return true
    }

    /// The recall's own query, or the words of the step's `with` if it has none.
    private func query(of recall: Recall, for request: ContextRequest) throws -> String {
        let source =
            recall.query.isEmpty
            ? (request.step.agentWork?.with ?? []).map(\.text).joined(separator: " ") : recall.query
        do throws(ExpressionError) {
            return try ExpressionTemplate(parsing: source).evaluate(in: request.scope).asText.trimmedText
        } catch {
            throw ContextFailure("the query of `\(recall.name)` in \(request.step.id): \(error.message)")
        }
    }

    /// Figures that are looked through for those that a job may see.
    private static let figuresMax = 1_000

    /// The newest figures of what was sent, each with the subject it belongs to; none of another client's jobs.
    private func addOutcomes(_ recall: Recall, for request: ContextRequest, to gathered: inout Gathered) throws {
        let metrics = try workplace.view(Metrics())
        let limit = min(recall.last > 0 ? Int(recall.last) : Int(recall.k), gathered.room)
        var customers: [String: String?] = [:]
        let rows = try Metrics.flows(in: metrics)
            .flatMap { try Metrics.outcomes(ofFlow: $0.flow, last: Self.figuresMax, in: metrics) }
            .sorted { $0.position > $1.position }
            .filter { row in
                if customers[row.job] == nil { customers[row.job] = .some(try workplace.customer(of: row.job)) }
                let customer = customers[row.job] ?? nil
                return customer == nil || customer == request.customer
            }
        var drafts: [String: (subject: String, about: Set<SubjectID>)] = [:]
        for row in rows.prefix(limit) {
            let draft = try drafts[row.job] ?? draft(of: row.job)
            drafts[row.job] = draft
            let content = JSON.fields(
                ("job", .string(row.job)), ("subject", .string(draft.subject)), ("metric", .string(row.metric)),
                ("value", .number(Self.decimal(row.valueMillionths))))
            gathered.add(
                .view(ViewSource(view: Metrics.name, key: row.key)), label: recall.name,
                content: workplace.artifacts.observed(content.bytes, about: draft.about), why: .recent)
        }
    }

    /// The subject line of what a job sent, and whom that is about.
    private func draft(of job: String) throws -> (subject: String, about: Set<SubjectID>) {
        let state = try workplace.session(job).state
        let draft = state.effects.last { !$0.isVoid }?.draft
        let json = draft.flatMap { workplace.artifacts.bytes($0) }.flatMap { try? JSON(parsing: $0) }
        return (json?["subject"]?.text ?? "", draft.map { workplace.artifacts.about($0) } ?? [])
    }

    /// 460,000 millionths read `0.46`, 214,000,000 read `214`.
    static func decimal(_ millionths: Int64) -> String {
        let magnitude = millionths.magnitude
        var text = (millionths < 0 ? "-" : "") + String(magnitude / 1_000_000)
        guard magnitude % 1_000_000 != 0 else { return text }
        var digits = String(magnitude % 1_000_000 + 1_000_000).dropFirst()
        while digits.hasSuffix("0") { digits.removeLast() }
        text += "." + digits
        return text
    }
}

extension Binding {
    fileprivate var text: String {
        switch value {
        case .template(let text): text
        case .json: ""
        }
    }
}

extension Retrieval.CutReason {
    /// As the event says it.
    fileprivate var recorded: Events.CutReason {
        switch self {
        case .budget: .budget
        case .count: .count
        case .unlike: .unlike
        }
    }
}

extension String {
    fileprivate var trimmedText: String { self[...].stripped }
}

/// What time means to a search of knowledge.
private struct Time {
    let recency: SearchRequest.Recency?
    let end: Timestamp?

    init(of agent: AgentDefinition, now: Timestamp) {
        recency = agent.halfLifeMs.flatMap { half in
            half > 0 ? SearchRequest.Recency(now: now, halfLife: Timestamp(clamping: half) * 1_000) : nil
        }
        end = agent.knowledgeMsMax.map { now + Timestamp(clamping: $0) * 1_000 }
    }

    func isUp(_ now: Timestamp) -> Bool { end.map { now >= $0 } ?? false }
}

extension AgentDefinition {
    /// As its file says; else live while a person waits for the job.
    fileprivate func mode(startedBy trigger: Trigger) -> SearchRequest.Mode {
        switch retrieval {
        case .live: .live
        case .batch: .batch
        case nil: trigger == .person ? .live : .batch
        }
    }
}

extension Workplace {
    /// The client that a job is about; nil for nobody.
    func customer(of job: String) throws -> String? {
        var customer: String?
        try ledger.forEachEvent(of: JobSession.stream(of: job), after: 0) { event in
            if case .jobQueued(let queued) = try event.decode(JobObservation.self) { customer = queued.customer }
            return false
        }
        return customer
    }
}
