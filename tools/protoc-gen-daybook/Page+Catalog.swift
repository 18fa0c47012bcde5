import SwiftProtobufPluginLibrary

/// One line of a list: an event, its number and its kind.
struct ListedEvent {
    let field: FieldDescriptor
    let list: Descriptor
    let kind: String
    /// The messages that hold its shapes of before, the oldest first.
    let oldShapes: [Descriptor]

    /// The newest revision, counted from 1.
    var revision: Int { oldShapes.count + 1 }
}

extension [FileDescriptor] {
    /// Every event of every stream, in the order of the numbers.
    var listedEvents: [ListedEvent] {
        flatMap(\.messages).filter(\.isList).flatMap { list in
            list.realOneofs.flatMap { oneof in
                oneof.fields.map { field in
                    ListedEvent(
                        field: field, list: list, kind: oneof.name,
                        oldShapes: oldShapes(of: field.messageType?.name ?? ""))
                }
            }
        }.sorted { $0.field.number < $1.field.number }
    }
}

extension Page {
    /// What can be said of an event by its number alone.
    init(cataloguing files: [FileDescriptor]) {
        self.init(from: "every list of events", imports: ["import Wire"])
        let events = files.listedEvents
        line()
        block("extension EventCatalog") { page in
            page.line("static let generatedEntries: [Entry] = [")
            page.indented { page in
                for event in events {
                    page.call(
                        "Entry",
                        [
                            "type: \(event.field.number)", "name: \"\(event.field.elementType)\"",
                            "field: \"\(event.field.jsonKey)\"", "kind: .\(event.kind)",
                            "category: \"\(event.list.category)\"", "revision: \(event.revision)",
                        ], ",")
                }
            }
            page.line("]")
            page.line()
            page.line("/// The event with this number in its newest shape, whatever its stream.")
            page.call(
                "static func event", ["of type: UInt16", "revision: UInt8", "from r: inout WireReader"],
                " throws(WireError) -> any JSONRepresentable {")
            page.indented { page in
                page.line("switch type {")
                for event in events {
                    page.line(
                        "case \(event.field.number): try \(event.field.elementType)(revision: revision, from: &r)")
                }
                page.line("default: throw .unknownType(type)")
                page.line("}")
            }
            page.line("}")
        }
    }
}
