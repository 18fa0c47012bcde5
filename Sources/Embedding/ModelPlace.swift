/// Where a model's pack lies on this machine.
public enum ModelPlace {
    /// Names the pack itself, if it is set.
    public static let variable = "DAYBOOK_EMBEDDER"
    static let name = "daybook/models/minilm.pack"

    /// The file to read: what the environment names, what the company's settings name, or the place where
    /// `tools/setup-embedder` puts it (XDG Base Directory Specification 0.8).
    ///
    /// - Parameters:
    ///   - configured: what `daybook.yaml` names; nil for nothing.
    ///   - environment: the value of a variable; nil if it is not set.
    /// - Returns: nil if nothing says where the user's files are.
    public static func path(configured: String?, environment: (String) -> String?) -> String? {
        func value(_ name: String) -> String? {
            environment(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        if let path = value(variable) ?? configured { return path }
        // A relative path is to be ignored, says the specification.
        if let data = value("XDG_DATA_HOME"), data.hasPrefix("/") { return "\(data)/\(name)" }
        return value("HOME").map { "\($0)/.local/share/\(name)" }
    }
}
