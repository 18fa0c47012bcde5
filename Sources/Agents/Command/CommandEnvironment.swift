import Foundation

/// The few variables that a command gets.
struct CommandEnvironment {
    /// What a variable's name holds if its value is a secret.
    private static let secretWords = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"]

    /// `NAME=value`, as the command will see them.
    let values: [String]
    /// Values that must not be recorded.
    let secrets: [String]
    private let searchPath: String

    init(passing names: [String], tag: String, secret: (String) -> String?) {
        var variables = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
        var secrets: [String] = []
        for name in names where !name.isEmpty && !name.contains("=") && !name.utf8.contains(0) {
            guard let value = secret(name), !value.utf8.contains(0) else { continue }
            variables[name] = value
            if Self.secretWords.contains(where: name.uppercased().contains) { secrets.append(value) }
        }
        searchPath = variables["PATH"] ?? ""
        self.secrets = secrets
        values = [tag] + variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The path of an executable: a name is looked for in the command's own `PATH`, anything with a slash in it is
    /// relative to the workspace or absolute. Nil if there is none.
    func find(_ name: String, workspace: String) -> String? {
        let candidates: [String] =
            if name.hasPrefix("/") {
                [name]
            } else if name.contains("/") {
                ["\(workspace)/\(name)"]
            } else if name.isEmpty {
                []
            } else {
                searchPath.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
            }
        return candidates.first { path in
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
        }
    }
}
