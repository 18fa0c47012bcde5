import Wire

/// One JSON object a line (RFC 8259, jsonlines.org).
struct JSONLinesParser: LineParser, Sendable {
    /// How deep objects in objects are taken apart: `address.city`.
    static let depthMax = 4

    private let path: String
    private let options: DocumentOptions
    private var records: RecordReader?
    private var row = 0

    init(path: String, _ options: DocumentOptions) {
        self.path = path
        self.options = options
    }

    mutating func take(_ line: LineCutter.Line, into items: inout [DocumentItem]) {
        var content = line.content
        if line.number == 1, content.starts(with: [0xef, 0xbb, 0xbf]) { content = content.dropFirst(3) }
        guard content.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
        row += 1
        do throws(DocumentProblem) {
            guard !line.isCut else {
                throw problem(line.number, 1, "a line of more than \(DocumentReader.recordBytesMax) bytes")
            }
            let value: JSON
            do throws(JSONError) {
                value = try JSON(parsing: Array(content))
            } catch {
                throw problem(line.number, error.column, error.message)
            }
            guard let members = value.members else { throw problem(line.number, 1, "this is no object: `{...}`") }
            var pairs: [(name: String, value: Document.Value)] = []
            try flatten(members, prefix: "", depth: 1, at: line.number, into: &pairs)
            let reader: RecordReader
            if let records {
                reader = records
            } else {
                reader = try RecordReader(
                    objectsLike: pairs.map(\.name), path: path, line: line.number, options)
                if let note = reader.note { items.append(.note(path: path, message: note)) }
                records = reader
            }
            items.append(.document(try reader.document(pairs, line: line.number, row: row)))
        } catch {
            items.append(.problem(error))
        }
    }

    mutating func finish(into items: inout [DocumentItem]) {}

    private func flatten(
        _ members: [JSON.Field], prefix: String, depth: Int, at line: Int,
        into pairs: inout [(name: String, value: Document.Value)]
    ) throws(DocumentProblem) {
        for member in members {
            let name = prefix + member.name.trimmedBlanks
            guard !name.isEmpty else { throw problem(line, 1, "a field without a name") }
            switch member.value {
            case .null: continue
            case .bool(let truth): pairs.append((name, .truth(truth)))
            case .number(let digits):
                pairs.append((name, Document.Value.isDecimal(digits) ? .number(digits) : .text(digits)))
            case .string(let text):
                pairs.append((name, CalendarTime.day(text) == nil ? .text(text) : .date(text)))
            case .array(let elements):
                let texts = elements.map { element in
                    switch element {
                    case .string(let text), .number(let text): text
                    default: element.description
                    }
                }
                pairs.append((name, .text(texts.joined(separator: ", "))))
            case .object(let inner):
                guard depth < Self.depthMax else {
                    throw problem(line, 1, "`\(name.excerpt)` is nested deeper than \(Self.depthMax) levels")
                }
                try flatten(inner, prefix: "\(name).", depth: depth + 1, at: line, into: &pairs)
            }
        }
    }

    private func problem(_ line: Int, _ column: Int, _ message: String) -> DocumentProblem {
        DocumentProblem(path: path, line: line, column: column, message)
    }
}
