import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import Retrieval
import Sealing
import Wire

/// Finds what a task is shown: knowledge, outcomes, and the audience of a mail.
///
/// Whatever it finds is recorded with the task, so replay never looks again.
struct WorkspaceContext: ContextProvider {
    let workplace: Workplace

    func context(for request: ContextRequest) async throws(ContextFailure) -> AssembledContext {
        do {
            switch request.step.work {
            case .agent(let work): return try await knowledge(for: request, work)
            case .effect(let work): return try audience(for: request, work)
            case .read, .review: return Gathered(asOf: try workplace.ledger.head()).assembled(for: request.task)
            }
        } catch let failure as ContextFailure {
            throw failure
        } catch let complaint as Complaint {
            throw ContextFailure(complaint.message)
        } catch {
            throw ContextFailure(Complaint(error).message)
        }
    }
}

/// Items on their way into a ContextAssembled, with their contents.
struct Gathered {
    let asOf: Position
    var method = RetrievalMethod.none
    /// Whose vectors were compared; nil where words alone counted.
    var embedder: String?
    /// Why words alone counted, where there is an embedder.
    var omission: MeaningOmission?
    var queries: [JSON.Field] = []
    private(set) var items: [ContextItem] = []
    private(set) var cut: [CutItem] = []
    private(set) var cutTotal = 0
    var budgetTokens: UInt32 = 0
    /// What the budgets leave for a call, in micro-dollars; nil without a limit.
    var spendable: UInt64?
    /// The session that the answer joins.
    var session: SessionTerms?
    private(set) var artifacts: [[UInt8]] = []

    init(asOf: Position) { self.asOf = asOf }

    /// The room that is left for items.
    var room: Int { JobDecider.contextItemsMax - items.count }

    /// The tokens that are left for knowledge.
    var tokensLeft: UInt32 {
        guard budgetTokens > 0 else { return .max }
        let spent = items.reduce(UInt32(0)) { sum, item in
            if case .knowledge = item.source { sum + item.tokens } else { sum }
        }
        return budgetTokens - min(spent, budgetTokens)
    }

    mutating func add(
        _ source: ContextItem.Source, label: String, content: Content, why: Why, found: FoundChunk? = nil,
        derived: DerivedSource? = nil
    ) {
        guard room > 0 else { return }
        artifacts.append(content.stored)
        items.append(
            ContextItem(
                source: source, label: label, content: content.digest, rank: UInt32(items.count) + 1,
                scoreMillionths: found?.scoreMillionths ?? 0, tokens: tokenEstimate(ofBytes: content.clear.count),
                why: why, derived: derived, wordsMillionths: found?.lexical?.scoreMillionths,
                cosineMillionths: found?.dense?.scoreMillionths))
    }

    /// Takes note of what is left out.
    ///
    /// - Parameter total: how many there are, if only the best are named.
    mutating func leaveOut(_ items: [CutItem], total: Int? = nil) {
        cut += items
        cutTotal += max(total ?? 0, items.count)
    }

    /// The best of what is left out, as far as there are places. At least half of them are for exchanges of the
    /// session, which stand first: what rests on knowledge that was taken back is not to be lost among what is far.
    private var cutListed: [CutItem] {
        let placesMax = JobDecider.contextItemsMax
        let knowledge = cut.filter { $0.view == nil }.sorted { $0.scoreMillionths > $1.scoreMillionths }
        let exchanges = cut.filter { $0.view != nil }.prefix(max(placesMax / 2, placesMax - knowledge.count))
        return Array(exchanges + knowledge.prefix(placesMax - exchanges.count))
    }

    /// - Parameters:
    ///   - subjects: whom the job is about, and so its queries.
    func assembled(
        for task: StreamVersion, about subjects: Set<SubjectID> = [], with keyring: any Keyring = NoKeys()
    ) -> AssembledContext {
        let words =
            queries.isEmpty ? nil : Content(JSON.object(queries).bytes, about: subjects, with: keyring)
        return AssembledContext(
            event: ContextAssembled(
                task: task, asOf: asOf, method: method, queries: words?.digest, items: items,
                cut: cutListed, budgetTokens: budgetTokens,
                spendableMicrodollars: spendable, session: session, embedder: embedder,
                omission: omission, cutTotal: cutTotal > 0 ? UInt32(clamping: cutTotal) : nil),
            artifacts: artifacts + (words.map { [$0.stored] } ?? []))
    }
}
