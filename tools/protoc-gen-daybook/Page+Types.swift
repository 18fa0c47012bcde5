import SwiftProtobufPluginLibrary

extension Page {
    /// All types of one file of the schema.
    init(declaring file: FileDescriptor, _ order: GeneratorOrder) {
        let modules = (order.imports + ["Wire"]).sorted()
        self.init(from: file.name, imports: modules.map { "public import \($0)" })
        for message in file.messages {
            declare(message, isMutable: order.isMutable)
            let oldShapes = [file].oldShapes(of: message.name)
            if !oldShapes.isEmpty { revisions(of: message, oldShapes: oldShapes) }
        }
        for type in file.enums { declare(type) }
    }

    private mutating func declare(_ message: Descriptor, isMutable: Bool) {
        if message.isList {
            for oneof in message.realOneofs { union(oneof, of: message) }
        } else if let oneof = message.soleOneof {
            choice(oneof, as: message)
        } else {
            structure(message, isMutable: isMutable)
        }
    }

    private mutating func declare(_ type: EnumDescriptor) {
        line()
        comment(type)
        block("public enum \(type.name): UInt32, WireEnum, CaseIterable, JSONRepresentable") { page in
            let values = type.values.filter { $0.number != 0 }
            for value in values {
                page.comment(value)
                page.line("case \(type.caseName(value)) = \(value.number)")
            }
            page.line()
            page.line("/// The name in the schema.")
            page.mapping("public var protoName: String", values.map { (type.caseName($0), "\"\($0.name)\"") })
            page.line()
            page.line("public func json(style: JSONStyle) -> JSON { .string(protoName) }")
        }
    }

    /// A property with one value for each case.
    mutating func mapping(_ head: String, _ cases: [(name: String, value: String)]) {
        block(head) { page in
            page.line("switch self {")
            for (name, value) in cases { page.line("case .\(name): \(value)") }
            page.line("}")
        }
    }
}
