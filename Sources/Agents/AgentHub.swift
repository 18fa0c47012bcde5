public import EventSourcing
import Events
public import Jobs

/// Everyone who can be asked, behind one port: models over HTTP, commands, the built-in heuristic, the reader.
///
/// Each call is made once. Whether to try again, and with whom, is decided and recorded elsewhere.
public struct AgentHub: CallExecutor {
    private let workspace: WorkspaceFiles
    private let secret: @Sendable (String) -> String?
    private let allowPrivate: Bool

    /// - Parameters:
    ///   - workspace: the folder that relative paths begin in.
    ///   - secret: the value of an environment variable; nil if it is not set.
    ///   - allowPrivate: whether feeds may be read from loopback and private addresses. Models may always be there:
    ///     their URLs are the owner's own.
    public init(workspace: String, secret: @escaping @Sendable (String) -> String?, allowPrivate: Bool = false) {
        self.workspace = WorkspaceFiles(root: workspace)
        self.secret = secret
        self.allowPrivate = allowPrivate
    }

    public func execute(_ call: Call, permit: consuming Permit<Live>) async -> CallReport {
        let name = "\(permit.stream)@\(permit.version)"
        _ = consume permit
        let clock = ContinuousClock()
        let start = clock.now
        let result = await answer(call, named: name)
        let (seconds, attoseconds) = start.duration(to: clock.now).components
        return result.report(latencyUs: UInt64(clamping: seconds * 1_000_000 + attoseconds / 1_000_000_000_000))
    }

    private func answer(_ call: Call, named name: String) async -> CallResult {
        switch (call.provider, call.model?.kind) {
        case (.chat, .chat(let model)):
            return await ChatAgent(model, secret: secret).ask(call.request, timeoutMs: call.timeoutMs)
        case (.command, .command(let model)):
            return await CommandAgent(model, alias: call.model?.alias ?? "", workspace: workspace, secret: secret)
                .ask(call.request, timeoutMs: call.timeoutMs, name: name)
        case (.heuristic, _):
            do throws(HeuristicError) {
                return .completed(Answer(content: try HeuristicAgent.answer(call.request), model: "heuristic"))
            } catch {
                return .failed(Failure(.refused, "\(error)"))
            }
        case (.read, _):
            return await SourceReader(workspace: workspace, allowPrivate: allowPrivate)
                .read(call.request, timeoutMs: call.timeoutMs)
        case (.chat, _), (.command, _):
            return .failed(Failure(.missing, "the call names no model of its kind; check models in daybook.yaml"))
        }
    }
}
