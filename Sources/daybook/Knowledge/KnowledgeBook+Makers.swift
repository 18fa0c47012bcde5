import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import Views
import Wire

extension KnowledgeBook {
    /// The step and the agent behind an event of a job; nil for what is not known of them.
    func maker(of source: JobSource) throws -> (step: String?, agent: String?) {
        let stream = JobSession.stream(of: source.job)
        do {
            guard let event = try workplace.ledger.events(of: stream, after: max(source.version, 1) - 1).first,
                event.kind == .decision, case .taskCompleted(let task) = try event.decode(JobDecision.self)
            else { return (nil, nil) }
            let step = try workplace.session(source.job).state.definitions?.flow.steps.first { $0.id == task.step }
            return (task.step, step?.agentWork?.agent)
        } catch {
            throw Complaint(error)
        }
    }

    /// What was shown to the steps of a job: texts of other entries, and what was said before.
    func recalled(into job: String) throws -> [String] {
        do {
            var texts: [String] = []
            for event in try workplace.ledger.events(of: JobSession.stream(of: job), after: 0)
            where event.kind == .observation {
                guard case .contextAssembled(let context) = try event.decode(JobObservation.self) else { continue }
                for item in context.items {
                    guard item.source.isRecalled, let bytes = workplace.artifacts.bytes(item.content) else { continue }
                    texts.append(String(decoding: bytes, as: UTF8.self))
                }
            }
            return texts
        } catch {
            throw Complaint(error)
        }
    }
}

extension ContextItem.Source {
    /// Whether it is something that was said or written before, and not a figure.
    fileprivate var isRecalled: Bool {
        switch self {
        case .knowledge: true
        case .view(let source): source.view == Sessions.name
        case .file, .delivered: false
        }
    }
}
