import SwiftProtobufPluginLibrary

// The observations of a stream, or its decisions.
extension Page {
    mutating func union(_ oneof: OneofDescriptor, of list: Descriptor) {
        line()
        comment(list)
        block("public enum \(list.unionName(oneof)): EventUnion, JSONRepresentable") { page in
            for field in oneof.fields {
                page.comment(field.messageType)
                page.line("case \(field.swiftName)(\(field.elementType))")
            }
            page.line()
            page.mapping("public var type: UInt16", oneof.fields.map { ($0.swiftName, "\($0.number)") })
            page.line()
            page.mapping("public var name: String", oneof.fields.map { ($0.swiftName, "\"\($0.elementType)\"") })
            let revised = oneof.fields.compactMap { field in
                let count = field.messageType.map { [$0.file].oldShapes(of: $0.name).count } ?? 0
                return count == 0 ? nil : (name: field.swiftName, value: "\(count + 1)")
            }
            if !revised.isEmpty {
                page.line()
                page.block("public var revision: UInt8") { page in
                    page.line("switch self {")
                    for (name, value) in revised { page.line("case .\(name): \(value)") }
                    if revised.count < oneof.fields.count { page.line("default: 1") }
                    page.line("}")
                }
            }
            page.line()
            page.block("public func write(to w: inout WireWriter)") { page in
                page.caseStatements(oneof, of: "self") { _, value in "\(value).write(to: &w)" }
            }
            page.line()
            page.block("public init(type: UInt16, revision: UInt8, from bytes: RawSpan) throws(WireError)") { page in
                page.line("var r = WireReader(bytes)")
                page.line("switch type {")
                for field in oneof.fields {
                    page.call(
                        "case \(field.number): self = .\(field.swiftName)",
                        ["try \(field.elementType)(revision: revision, from: &r)"])
                }
                page.line("default: throw .unknownType(type)")
                page.line("}")
            }
            page.line()
            page.block("public func json(style: JSONStyle) -> JSON") { page in
                page.line("var object = JSONFields(style: style)")
                page.caseStatements(oneof, of: "self") { "object.present(\"\($0.jsonKey)\", \($1))" }
                page.line("return object.json")
            }
        }
    }
}
