import Coordinator
import EventSourcing
import Events
import Views

/// What each step of a job has cost.
struct StepCosts {
    private let costs: [String: UInt64]

    init(of job: String, in workplace: Workplace) throws {
        let row = try JobBoard.row(of: job, in: workplace.view(JobBoard()))
        costs = Dictionary(
            (row?.steps ?? []).map { ($0.step, $0.costMicrodollars) }, uniquingKeysWith: { $0 + $1 })
    }

    func microdollars(of steps: Set<String>) -> UInt64 {
        steps.reduce(0) { $0 + (costs[$1] ?? 0) }
    }
}
