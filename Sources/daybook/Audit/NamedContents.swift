import EventSourcing
import Events
import Jobs
import Wire

/// The contents that an event names by their digests.
struct NamedContents {
    struct Content {
        /// The field's path, such as `outcome.response`.
        let field: String
        let digest: Digest
        /// Nil if the ledger does not keep these bytes: some are computed, some are only compared.
        let size: Int?
        let isErased: Bool

        var words: String {
            let what = size.map { Format.plural($0, "byte") } ?? (isErased ? "erased" : "not kept")
            return "\(field.column(28)) \(digest.short)  \(what.column(14)) daybook show \(digest.short)"
        }
    }

    let contents: [Content]

    init(_ event: RecordedEvent, in artifacts: some ArtifactReader) throws {
        var contents: [Content] = []
        func walk(_ value: JSON, _ path: String) {
            switch value {
            case .string(let text):
                guard text.utf8.count == 64, let digest = Digest(hex: text) else { return }
                contents.append(
                    Content(
                        field: path, digest: digest, size: artifacts.bytes(digest)?.count,
                        isErased: artifacts.isErased(digest)))
            case .array(let elements):
                for (index, element) in elements.enumerated() { walk(element, "\(path)[\(index)]") }
            case .object(let fields):
                for field in fields { walk(field.value, path.isEmpty ? field.name : "\(path).\(field.name)") }
            case .null, .bool, .number: return
            }
        }
        let fields = try EventCatalog.json(type: event.type, revision: event.revision, payload: event.payload)
        walk(fields, "")
        self.contents = contents
    }

    var json: JSON {
        .array(
            contents.map {
                .fields(
                    ("field", .string($0.field)), ("digest", .string($0.digest.description)),
                    ("bytes", $0.size.map { .number($0) } ?? .null), ("erased", .bool($0.isErased)))
            })
    }
}
