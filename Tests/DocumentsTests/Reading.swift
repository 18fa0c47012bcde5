import Documents

/// What a text says in one of the formats.
func read(
    _ text: String, _ format: DocumentFormat, path: String = "file", _ options: DocumentOptions = DocumentOptions()
) -> [DocumentItem] {
    DocumentReader.items(of: Array(text.utf8), format, path: path, options)
}

extension [DocumentItem] {
    var documents: [Document] { compactMap { if case .document(let document) = $0 { document } else { nil } } }
    /// `file:3:1: what is wrong`
    var problems: [String] { compactMap { if case .problem(let problem) = $0 { "\(problem)" } else { nil } } }
    var notes: [String] { compactMap { if case .note(_, let message) = $0 { message } else { nil } } }
}

extension Document {
    /// `name=value`, in order.
    var fieldTexts: [String] { fields.map { "\($0.name)=\($0.value.text)" } }
}
