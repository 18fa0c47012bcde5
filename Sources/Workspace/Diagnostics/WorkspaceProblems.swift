/// Why a workspace cannot be used: everything that was found, so that one round of mending is enough.
public struct WorkspaceProblems: Error, Hashable, Sendable {
    /// By file and place; notes included.
    public let diagnostics: [Diagnostic]
    /// Found beyond `DiagnosticCollector.diagnosticsMax`, and only counted.
    public let omitted: Int

    public init(_ diagnostics: [Diagnostic], omitted: Int = 0) {
        self.diagnostics = diagnostics
        self.omitted = omitted
    }

    /// One problem of one place.
    init(path: String, message: String, hint: String? = nil) {
        self.init([Diagnostic(path: path, message: message, hint: hint)])
    }

    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}

extension WorkspaceProblems: CustomStringConvertible {
    public var description: String {
        var lines = diagnostics.map(\.description)
        if omitted > 0 { lines.append("and \(omitted) more like these") }
        return lines.joined(separator: "\n")
    }
}
