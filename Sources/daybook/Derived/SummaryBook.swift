import Agents
import Coordinator
import EventSourcing
import Events
import Foundation
import Governance
import Jobs
import Keys
import Knowledge
import Ledger
import Views
import Wire
import Workspace

/// Short texts that say what entries say: made once, recorded with what they were made of, and gone with it.
struct SummaryBook {
    static let stream = StreamName(category: "derived", id: "summaries")
    /// How long one may take, in milliseconds.
    private static let timeoutMs: UInt64 = 120_000
    /// What one may be made of: 250,000 tokens.
    private static let sourceBytesMax = 1_000_000

    let workplace: Workplace

    /// One that holds.
    struct Summary {
        let row: SummaryRow
        let text: String

        /// As a context names it.
        var source: DerivedSource {
            DerivedSource(stream: row.stream, version: row.version, sources: row.sources.map(\.entry))
        }
    }

    /// What holds of an entry at a position.
    ///
    /// - Parameters:
    ///   - position: nil for now.
    ///   - isVisible: whether somebody may see an entry: who may not see all that it was made of does not see it.
    func summary(
        of entry: String, at position: Position? = nil, isVisible: (EntryVersionRow) -> Bool = { _ in true }
    ) throws -> Summary? {
        let view = try workplace.view(KnowledgeIndex())
        guard let row = try KnowledgeIndex.summary(of: entry, asOf: position, in: view, isVisible: isVisible),
            let answer = row.result.flatMap({ workplace.artifacts.bytes($0) }),
            let text = SummaryRequest.summary(in: answer)
        else { return nil }
        return Summary(row: row, text: text)
    }

    // MARK: - Making

    /// Who makes summaries.
    struct Maker {
        /// Nil for Daybook's own instructions.
        let agent: AgentDefinition?
        /// Nil for the heuristic.
        let model: ModelDefinition?
        let business: BusinessDefinition

        var alias: String { model?.alias ?? "heuristic" }
    }

    /// - Parameter agent: of this workspace; nil for the heuristic, which takes the sentences that say the most.
    func maker(_ agent: String?) throws -> Maker {
        let files = try workplace.files()
        guard let agent else { return Maker(agent: nil, model: nil, business: files.business.definition) }
        guard let definition = files.agent(agent)?.definition else {
            throw Complaint("there is no agent \(agent)", hint: "daybook agent list", status: .notFound)
        }
        return Maker(
            agent: definition, model: files.model(definition.model)?.definition, business: files.business.definition)
    }

    /// What is to be summed up: one entry, or several under a name of their own.
    struct Subject {
        let rows: [EntryRow]
        /// Nil for one entry.
        let name: String?

        /// `handbook`, or the name.
        var label: String { name ?? rows[0].entry }
        var bodies: [Digest] { rows.map(\.content.body) }

        init(_ row: EntryRow) { (rows, name) = ([row], nil) }

        /// - Throws: `Complaint` if they are too many, or if no job could be shown all of them.
        init(_ rows: [EntryRow], as name: String) throws {
            guard 1...DerivationDecider.sourcesMax ~= rows.count else {
                throw Complaint(
                    rows.isEmpty
                        ? "there is nothing to summarize"
                        : "\(rows.count) entries are too many for one summary, which takes "
                            + "\(DerivationDecider.sourcesMax)", hint: "daybook knowledge list", status: .usage)
            }
            let clients = Set(rows.map(\.content.customer)).subtracting([""]).sorted()
            guard clients.count < 2 else {
                throw Complaint(
                    "these entries are of \(clients.joined(separator: " and ")): no job is shown both",
                    hint: "make a summary for each client", status: .usage)
            }
            (self.rows, self.name) = (rows, name)
        }
    }

    /// What asking for one takes: the request, and what it may cost.
    func request(_ subject: Subject, by maker: Maker) throws -> (request: SummaryRequest, asked: DerivationAsked) {
        let book = KnowledgeBook(workplace: workplace)
        let texts = try subject.rows.map { row in
            let source = KnowledgeSource(entry: row.entry, version: row.version, chunk: 1, chunks: 1)
            return (source: source, text: try book.text(row.content))
        }
        let bytes = texts.reduce(0) { $0 + $1.text.utf8.count }
        guard bytes <= Self.sourceBytesMax else {
            throw Complaint(
                "\(subject.label) would be made of \(Format.count(bytes / 4)) tokens, and at most "
                    + "\(Format.count(Self.sourceBytesMax / 4)) are read at once", hint: "name fewer entries",
                status: .usage)
        }
        let request = SummaryRequest(
            of: texts, by: maker.agent, business: maker.business, kind: maker.model?.kind ?? .heuristic)
        let content = content(request, subject)
        let work = SummaryWork(
            sources: subject.rows.map { row in
                EntryContentRef(entry: EntryRef(entry: row.entry, version: row.version), content: row.content.body)
            }, agent: maker.agent?.name ?? "", provider: request.provider, model: maker.alias, request: content.digest,
            name: subject.name)
        return (
            request,
            DerivationAsked(
                work: .summary(work), tokens: tokenEstimate(ofBytes: request.bytes.count),
                maxOutputTokens: request.maxOutputTokens, inputMicrodollars: request.inputMicrodollars,
                outputMicrodollars: request.outputMicrodollars,
                spendableMicrodollars: try Spendable.microdollars(in: workplace))
        )
    }

    private func requireEnabled(_ maker: Maker) throws {
        guard let agent = maker.agent?.name else { return }
        let disabled = try StreamSession(ControlDecider(), on: StreamName("control"), in: workplace.ledger).state
            .disabledAgents
        guard disabled.contains(agent) else { return }
        throw Complaint("\(agent) is switched off", hint: "daybook agent enable \(agent)", status: .busy)
    }

    private func content(_ request: SummaryRequest, _ subject: Subject) -> Content {
        Content(request.bytes, about: workplace.artifacts.about(subject.bodies), with: workplace.keys)
    }

    /// Has one made, and records it with what it was made of.
    ///
    /// - Returns: what it cost, in micro-dollars.
    func make(_ subject: Subject, by maker: Maker, actor: String) async throws -> UInt64 {
        try workplace.requireWritable()
        guard let lock = DriverLock(path: "\(workplace.directory)/\(Workplace.ledgerFolder)/summaries.lock") else {
            throw Complaint("another daybook makes summaries", hint: "try again when it is done", status: .busy)
        }
        defer { withExtendedLifetime(lock) {} }
        try requireEnabled(maker)
        let (request, asked) = try request(subject, by: maker)
        let call = Call(
            provider: request.provider, model: maker.model, request: request.bytes, timeoutMs: Self.timeoutMs)
        let hub = AgentHub(workspace: workplace.directory) { ProcessInfo.processInfo.environment[$0] }
        let end: CallEnded
        do {
            end = try await Derivations(
                on: workplace.ledger, keyring: workplace.keys, world: workplace.world, actor: actor
            ).make(
                asked, on: Self.stream, artifacts: [content(request, subject).stored],
                about: workplace.artifacts.about(subject.bodies)
            ) { permit in
                await hub.execute(call, permit: permit)
            }.end
        } catch {
            throw Complaint(error)
        }
        switch end.outcome {
        case .completed(let done):
            guard let answer = workplace.artifacts.bytes(done.response), SummaryRequest.summary(in: answer) != nil
            else {
                throw Complaint(
                    "\(maker.alias) gave no summary of \(subject.label), or one that is too long",
                    hint: "daybook show \(done.response.short)    is what it said", status: .failed)
            }
            return done.costMicrodollars
        case .failed(let failed):
            throw Complaint("no summary of \(subject.label): \(failed.detail)", status: .failed)
        case .unresolved:
            throw Complaint("nobody knows how the request ended", hint: "asking again is safe", status: .failed)
        }
    }
}
