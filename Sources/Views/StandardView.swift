public import EventSourcing

/// The views that every workspace has.
public enum StandardView: String, CaseIterable, Sendable {
    case jobs, inbox, knowledge, timeline, metrics, lineage, session

    public var projection: any Projection {
        switch self {
        case .jobs: JobBoard()
        case .inbox: Inbox()
        case .knowledge: KnowledgeIndex()
        case .timeline: Timeline()
        case .metrics: Metrics()
        case .lineage: Lineage()
        case .session: Sessions()
        }
    }
}
