import Coordinator
import EventSourcing
import Events
import Jobs
import Views

extension WorkspaceContext {
    /// What the role was asked and answered last, with this customer, if it has a session.
    ///
    /// It is a cache: where it cannot be read, the role begins anew and the job goes on.
    func addSession(for request: ContextRequest, _ agent: AgentDefinition, to gathered: inout Gathered) {
        guard let policy = agent.session else { return }
        let customer = request.customer ?? ""
        gathered.session = SessionTerms(
            agent: agent.name, customer: customer, ttlMs: policy.ttlMs, tokens: policy.tokens)
        guard
            let recall = try? SessionRecall(
                of: agent.name, with: customer, about: request.about, policy, for: request.job, in: workplace,
                at: workplace.world.now())
        else { return }
        // Knowledge comes first: where it took all places, the oldest stay out.
        let beyond = recall.shown.dropLast(gathered.room)
        for item in recall.shown.suffix(gathered.room) {
            gathered.add(
                .view(ViewSource(view: Sessions.name, key: item.key)), label: item.label, content: item.content,
                why: .session)
        }
        // What was taken back comes before what only found no place.
        let left = recall.left.filter { $0.reason == .takenBack } + recall.left.filter { $0.reason != .takenBack }
        gathered.leaveOut(left.map { CutItem($0.label, $0.key, $0.tokens, $0.reason) })
        gathered.leaveOut(beyond.map { CutItem($0.label, $0.key, $0.tokens, .count) })
    }
}

extension CutItem {
    /// A row of the session that is not shown.
    fileprivate init(_ label: String, _ key: String, _ tokens: UInt32, _ reason: CutReason) {
        self.init(
            label: label, knowledge: KnowledgeSource(entry: "", version: 0, chunk: 0, chunks: 0), scoreMillionths: 0,
            tokens: tokens, reason: reason, view: ViewSource(view: Sessions.name, key: key))
    }
}
