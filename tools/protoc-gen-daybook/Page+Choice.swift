import SwiftProtobufPluginLibrary

// A oneof as an enum; a case whose message is empty carries nothing.
extension Page {
    /// A message that is nothing but one oneof.
    mutating func choice(_ oneof: OneofDescriptor, as message: Descriptor) {
        line()
        comment(message)
        block("public enum \(message.name): WireMessage, JSONRepresentable") { page in
            page.caseDeclarations(oneof)
            page.line()
            page.block("public init(from r: inout WireReader) throws(WireError)") { page in
                page.line("guard let tag = try r.tag() else { throw .missing(\"\(message.name)\") }")
                page.line("switch tag {")
                for field in oneof.fields { page.branch("case \(field.tag)", field.reading(into: "self")) }
                page.line("default: throw .unknownField(tag)")
                page.line("}")
                page.line("try r.end()")
            }
            page.line()
            page.block("public func write(to w: inout WireWriter)") { page in
                page.caseStatements(oneof, of: "self") { $0.writing($1) }
            }
            page.line()
            page.block("public func json(style: JSONStyle) -> JSON") { page in
                page.line("var object = JSONFields(style: style)")
                page.caseStatements(oneof, of: "self") { $0.showing($1) }
                page.line("return object.json")
            }
        }
    }

    mutating func caseDeclarations(_ oneof: OneofDescriptor) {
        for field in oneof.fields {
            comment(field)
            line("case \(field.swiftName)\(field.isEmptyChoice ? "" : "(\(field.elementType))")")
        }
    }

    mutating func caseStatements(
        _ oneof: OneofDescriptor, of subject: String, _ statement: (FieldDescriptor, String) -> String
    ) {
        line("switch \(subject) {")
        for field in oneof.fields {
            line("case .\(field.swiftName)\(field.isEmptyChoice ? "" : "(let value)"): \(statement(field, "value"))")
        }
        line("}")
    }
}
