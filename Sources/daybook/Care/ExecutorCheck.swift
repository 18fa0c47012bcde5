import Events
import Foundation
import Workspace

/// Whether models, commands and mail can be reached with what is set on this machine.
struct ExecutorCheck {
    private let files: LoadedWorkspace
    private let probes: Bool

    init(_ files: LoadedWorkspace, probes: Bool) {
        self.files = files
        self.probes = probes
    }

    var findings: [Finding] {
        let models = files.models.map(\.definition).map(finding)
        let connectors = files.connectors.map(\.definition).map(finding)
        return (models.isEmpty ? [.ok("models", "none: the built-in heuristic needs nothing")] : models) + connectors
    }

    // MARK: - Models

    private func finding(_ model: ModelDefinition) -> Finding {
        let name = model.alias
        switch model.kind {
        case .heuristic: return .ok(name, "the built-in heuristic: free, offline")
        case .chat(let chat):
            if let missing = missing(chat.keyVariable) {
                return .wrong(name, "\(chat.model) needs \(missing)", next: "export \(missing)=...")
            }
            return reached(name, chat.url, "\(chat.model), \(chat.url)")
        case .command(let command):
            let program = command.arguments.first ?? ""
            guard let path = executable(program) else {
                return .wrong(
                    name, "there is no program \(program)",
                    next: "install it, or change `command` of \(name) in daybook.yaml")
            }
            let unset = command.passEnv.filter { missing($0) != nil }
            return unset.isEmpty
                ? .ok(name, "the command \(path)")
                : .note(name, "the command \(path); \(unset.joined(separator: ", ")) is not set")
        }
    }

    /// The variable's name if it is asked for and not set.
    private func missing(_ variable: String) -> String? {
        guard !variable.isEmpty else { return nil }
        let value = ProcessInfo.processInfo.environment[variable] ?? ""
        return value.isEmpty ? variable : nil
    }

    private func executable(_ program: String) -> String? {
        if program.contains("/") {
            let path = program.hasPrefix("/") ? program : "\(files.directory)/\(program)"
            return access(path, X_OK) == 0 ? path : nil
        }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    // MARK: - Mail

    private func finding(_ connector: ConnectorDefinition) -> Finding {
        let name = connector.name
        switch connector.kind {
        case .maildir(let maildir):
            let path = "\(files.directory)/\(maildir.path)"
            let isWritable = access(FileManager.default.fileExists(atPath: path) ? path : files.directory, W_OK) == 0
            return isWritable
                ? .ok(name, "maildir: writes files to \(maildir.path)/, reaches nobody")
                : .wrong(name, "\(maildir.path)/ cannot be written", next: "chmod u+w \(maildir.path)")
        case .smtp(let smtp):
            if !smtp.user.isEmpty, smtp.passwordVariable.isEmpty {
                return .wrong(
                    name, "\(smtp.url) has a user and no password", next: "add `password: env:NAME` in daybook.yaml")
            }
            if let missing = missing(smtp.passwordVariable) {
                return .wrong(name, "\(smtp.url) needs \(missing)", next: "export \(missing)=...")
            }
            return reached(name, smtp.url, smtp.url)
        }
    }

    private func reached(_ name: String, _ url: String, _ words: String) -> Finding {
        .reached(name, url, words, probes: probes)
    }
}
