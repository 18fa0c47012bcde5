/// One thing that is wrong, or worth knowing, in a file that a person wrote.
public struct Diagnostic: Hashable, Sendable {
    /// How much it matters.
    public enum Severity: Hashable, Sendable {
        /// The workspace cannot be used before this is mended.
        case error
        /// The workspace works; something in it does less than it seems to.
        case note
    }

    public let severity: Severity
    /// Relative to the workspace.
    public let path: String
    /// Nil if it concerns the whole file or folder.
    public let position: SourcePosition?
    public let message: String
    /// What to do next.
    public let hint: String?

    public init(
        _ severity: Severity = .error, path: String, position: SourcePosition? = nil, message: String,
        hint: String? = nil
    ) {
        self.severity = severity
        self.path = path
        self.position = position
        self.message = message
        self.hint = hint
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `flows/newsletter.yaml:12:9: unknown agent "wrtier"`, and the hint on a line of its own.
    public var description: String {
        let place = position.map { "\(path):\($0.line):\($0.column)" } ?? path
        let text = severity == .note ? "\(place): note: \(message)" : "\(place): \(message)"
        return hint.map { "\(text)\n  hint: \($0)" } ?? text
    }
}
