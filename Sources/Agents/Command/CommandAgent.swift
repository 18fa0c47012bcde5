import Events
import Foundation
import Sealing
import Subprocess
import SystemPackage

/// Any executable: the request on its standard input, JSON on its standard output.
///
/// It runs in a session of its own, with an environment that holds `PATH=/usr/bin:/bin`, `LANG=C.UTF-8`, the call's
/// name in `DAYBOOK_CALL`, and what `pass_env` names; with no open file but the three standard ones. When its time is
/// up, or it is done, everything it started is ended (`ProcessTree` says how far that reaches). Its memory, its disk
/// and its network are not limited: what it does there is its own, and the audit calls it opaque.
struct CommandAgent {
    /// Of standard output, in bytes, where the model sets nothing.
    static let outputBytesDefault: UInt64 = 1 << 20
    /// Of standard output, in bytes, whatever the model sets.
    static let outputBytesMax: UInt64 = 4 << 20
    /// Of standard error, in bytes, so much is kept.
    static let errorBytesMax = 16 << 10
    /// How long a command may tidy up after SIGTERM.
    static let grace: Duration = .milliseconds(500)

    private let model: CommandModel
    private let alias: String
    private let workspace: WorkspaceFiles
    private let secret: @Sendable (String) -> String?

    init(
        _ model: CommandModel, alias: String, workspace: WorkspaceFiles, secret: @escaping @Sendable (String) -> String?
    ) {
        self.model = model
        self.alias = alias
        self.workspace = workspace
        self.secret = secret
    }

    /// - Parameter name: the call's, such as `job/newsletter-8@131`; the command finds it in `DAYBOOK_CALL`.
    func ask(_ request: [UInt8], timeoutMs: UInt64, name: String) async -> CallResult {
        let tree = ProcessTree(call: name)
        let environment = CommandEnvironment(passing: model.passEnv, tag: tree.tag, secret: secret)
        let redacting = Redaction(environment.secrets)
        do throws(CommandFault) {
            let place = try CommandPlace(model.workdir, workspace: workspace)
            defer { place.leave() }
            guard let first = model.arguments.first,
                let executable = environment.find(first, workspace: workspace.root)
            else { throw CommandFault(.missing, "there is no command \(model.arguments.first ?? "")") }
            let command = RunningCommand(
                executable: executable, arguments: model.arguments, environment: environment.values,
                folder: place.path, outputBytesMax: Int(outputBytesMax), errorBytesMax: Self.errorBytesMax)
            let ended = try await command.run(
                input: request, within: .milliseconds(Int64(clamping: timeoutMs)), tree: tree, grace: Self.grace)
            return result(of: ended, timeoutMs: timeoutMs, redacting: redacting)
        } catch {
            return .failed(Failure(error.error, error.detail))
        }
    }

    private var outputBytesMax: UInt64 {
        min(model.outputBytesMax == 0 ? Self.outputBytesDefault : model.outputBytesMax, Self.outputBytesMax)
    }

    private func result(of ended: RunningCommand.Ended, timeoutMs: UInt64, redacting: Redaction) -> CallResult {
        let output = redacting(ended.output)
        let evidence = redacting(ended.errors.isEmpty ? ended.output : ended.errors)
        switch ended.reason {
        case .cancelled: return .unresolved
        case .timeUp:
            return .failed(Failure(.timeout, "the command was not done after \(timeoutMs) ms", evidence: evidence))
        case .tooLarge:
            return .failed(
                Failure(.tooLarge, "the command wrote more than \(outputBytesMax) bytes", evidence: evidence))
        case .exited(let code) where code != 0:
            return .failed(
                Failure(.exit, "the command ended with exit code \(code)", status: UInt32(code), evidence: evidence))
        case .signalled(let signal):
            // As shells report it.
            return .failed(
                Failure(
                    .exit, "the command was ended by signal \(signal)", status: UInt32(128 + signal),
                    evidence: evidence))
        case .exited:
            guard let answer = CommandAnswer(output) else {
                let detail = "the command ended well, but what it wrote is not one JSON value"
                return .failed(Failure(.malformed, detail, evidence: output.isEmpty ? evidence : output))
            }
            return .completed(
                Answer(
                    content: answer.content, usage: answer.usage, costMicrodollars: answer.costMicrodollars,
                    model: alias))
        }
    }
}

/// Why a command could not be started.
struct CommandFault: Error {
    let error: CallError
    let detail: String

    init(_ error: CallError, _ detail: String) {
        self.error = error
        self.detail = detail
    }
}
