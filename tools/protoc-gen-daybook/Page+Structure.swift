import SwiftProtobufPluginLibrary

// A message as a struct.
extension Page {
    mutating func structure(_ message: Descriptor, isMutable: Bool) {
        let members = message.members
        line()
        comment(message)
        block("public struct \(message.name): WireMessage, JSONRepresentable") { page in
            for member in members {
                if case .field(let field) = member { page.comment(field) }
                page.line("public \(isMutable ? "var" : "let") \(member.name): \(member.type)")
            }
            for case .oneof(let oneof) in members { page.innerChoice(oneof) }
            page.initializer(members)
            page.reader(message, members)
            page.writer(members)
            page.json(members)
        }
    }

    /// A oneof beside other fields.
    private mutating func innerChoice(_ oneof: OneofDescriptor) {
        line()
        comment(oneof)
        block("public enum \(oneof.typeName): Hashable, Sendable") { $0.caseDeclarations(oneof) }
    }

    private mutating func initializer(_ members: [Member]) {
        if members.isEmpty { return line("public init() {}") }
        line()
        call("public init", members.map { "\($0.name): \($0.type)\($0.isOptional ? " = nil" : "")" }, " {")
        indented { page in for member in members { page.line("self.\(member.name) = \(member.name)") } }
        line("}")
    }

    private mutating func reader(_ message: Descriptor, _ members: [Member]) {
        line()
        block("public init(from r: inout WireReader) throws(WireError)") { page in
            guard !members.isEmpty else { return page.line("if let tag = try r.tag() { throw .unknownField(tag) }") }
            for member in members {
                let type = member.initial == nil && !member.isOptional ? "\(member.type)?" : member.type
                page.line("var \(member.name): \(type)\(member.initial.map { " = \($0)" } ?? "")")
            }
            page.block("while let tag = try r.tag()") { page in
                for case .oneof(let oneof) in members { page.onlyOnce(oneof) }
                page.line("switch tag {")
                for field in message.fieldsByNumber {
                    let target = field.realContainingOneof?.swiftName ?? field.swiftName
                    page.branch("case \(field.tag)", field.reading(into: target))
                }
                page.line("default: throw .unknownField(tag)")
                page.line("}")
            }
            for member in members where member.isRequired {
                page.line("guard let \(member.name) else { throw .missing(\"\(message.name).\(member.name)\") }")
            }
            page.call("self.init", members.map { "\($0.name): \($0.name)" })
        }
    }

    /// A second choice of the same oneof is not canonical. The numbers of a oneof lie together.
    private mutating func onlyOnce(_ oneof: OneofDescriptor) {
        let fields = oneof.fields.sorted { $0.number < $1.number }
        guard let first = fields.first, let last = fields.last, fields.count > 1 else { return }
        line("if case \(first.tag)...\(last.tag) = tag, \(oneof.swiftName) != nil { throw .notCanonical }")
    }

    private mutating func writer(_ members: [Member]) {
        line()
        guard !members.isEmpty else { return line("public func write(to w: inout WireWriter) {}") }
        block("public func write(to w: inout WireWriter)") { page in
            page.each(members) { $0.writing($1) }
        }
    }

    private mutating func json(_ members: [Member]) {
        line()
        guard !members.isEmpty else { return line("public func json(style: JSONStyle) -> JSON { .object([]) }") }
        block("public func json(style: JSONStyle) -> JSON") { page in
            page.line("var object = JSONFields(style: style)")
            page.each(members) { $0.showing($1) }
            page.line("return object.json")
        }
    }

    /// A statement for each member, given the field and what names its value.
    private mutating func each(_ members: [Member], _ statement: (FieldDescriptor, String) -> String) {
        for member in members {
            switch member {
            case .oneof(let oneof): caseStatements(oneof, of: oneof.swiftName, statement)
            case .field(let field) where field.presence == .optional:
                line("if let \(field.swiftName) { \(statement(field, field.swiftName)) }")
            case .field(let field): line(statement(field, field.swiftName))
            }
        }
    }
}
