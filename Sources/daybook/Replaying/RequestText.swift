import Wire

/// A request as people compare two of them: one value a line, texts over several lines as they read.
enum RequestText {
    static func lines(_ request: [UInt8]) -> [String] {
        guard let json = try? JSON(parsing: request) else {
            return String(decoding: request, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
                .map(String.init)
        }
        var lines: [String] = []
        add(json, "", to: &lines)
        return lines
    }

    private static func add(_ value: JSON, _ path: String, to lines: inout [String]) {
        switch value {
        case .object(let fields):
            for field in fields { add(field.value, path.isEmpty ? field.name : "\(path).\(field.name)", to: &lines) }
        case .array(let elements):
            for (index, element) in elements.enumerated() { add(element, "\(path)[\(index)]", to: &lines) }
        case .string(let text) where text.contains("\n"):
            lines.append("\(path):")
            lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
        case .string(let text): lines.append("\(path): \(text)")
        case .null, .bool, .number: lines.append("\(path): \(value)")
        }
    }
}
