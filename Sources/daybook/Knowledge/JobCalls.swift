import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import Wire

/// The calls of one job.
struct JobCalls {
    struct Call {
        let step: String
        /// The version of TaskRequested.
        let task: StreamVersion
        let provider: ProviderKind
        /// The model as the request names it.
        let model: String
        /// Of the parts of its request, such as `agents/writer.md`.
        let labels: [String]
        let position: Position
        let time: Timestamp
    }

    /// In the order in which they were made.
    let all: [Call]

    init(of job: String, in workplace: Workplace) throws {
        var steps: [StreamVersion: String] = [:]
        var calls: [Call] = []
        do {
            for event in try workplace.ledger.events(of: JobSession.stream(of: job), after: 0)
            where event.kind == .decision {
                switch try event.decode(JobDecision.self) {
                case .taskRequested(let task): steps[event.version] = task.step
                case .callRequested(let request):
                    calls.append(
                        Call(
                            step: steps[request.task] ?? "", task: request.task, provider: request.provider,
                            model: request.model, labels: request.pieces.map(\.label), position: event.position,
                            time: event.time))
                default: break
                }
            }
        } catch {
            throw Complaint(error)
        }
        all = calls
    }

    /// The first call of a task behind a position; nil if none was made.
    func call(ofTask task: StreamVersion, after position: Position = 0) -> Call? {
        all.first { $0.task == task && $0.position > position }
    }
}

extension JobCalls.Call {
    /// Who answered, and what asking again means: `heuristic (free)`, `a model, llama3.2:3b`.
    var words: String {
        switch provider {
        case .heuristic: "heuristic (free)"
        case .chat: "a model, \(model.printable)"
        case .command: "a command, \(model.printable)"
        case .read: "read"
        }
    }
}

extension ProviderKind {
    /// As `--json` prints it.
    var word: String {
        switch self {
        case .heuristic: "heuristic"
        case .chat: "chat"
        case .command: "command"
        case .read: "read"
        }
    }
}
