import Wire

/// An output in a few words: `612 words`, `3 questions`, `11 items`.
enum OutputSummary {
    static func text(_ output: JSON) -> String {
        if let body = output["body"]?.text { return Format.plural(words(in: body).count, "word") }
        for field in output.members ?? [] {
            if let elements = field.value.elements { return "\(Format.count(elements.count)) \(field.name)" }
        }
        for field in output.members ?? [] {
            if let text = field.value.text {
                return text.printable.split(separator: "\n").first.map(String.init)?.cut(48) ?? ""
            }
        }
        return ""
    }

    static func words(in text: String) -> [Substring] { text.split { $0.isWhitespace } }
}
