import SwiftProtobuf
import SwiftProtobufPluginLibrary

/// The rules at the top of `common.proto`: what the schema may hold. Whatever is outside them stops the generator.
struct HouseRules: Error {
    /// The names that generated code uses for itself beside a struct's fields.
    static let ownNames: Set<String> = ["hashValue", "json", "object", "r", "style", "tag", "w", "wireBytes"]

    /// Swift's own words.
    static let keywords: Set<String> = [
        "any", "as", "associatedtype", "async", "await", "break", "case", "catch", "class", "continue",
        "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false",
        "fileprivate", "for", "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let",
        "nil", "operator", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return",
        "self", "some", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try",
        "typealias", "var", "where", "while",
    ]

    /// Each with its place: `job.proto: JobQueued.seed: what is wrong`.
    private(set) var violations: [String] = []

    mutating func violation(_ file: FileDescriptor, _ place: String?, _ rule: String) {
        violations.append([file.name, place, rule].compactMap(\.self).joined(separator: ": "))
    }

    mutating func check(_ files: [FileDescriptor]) {
        for file in files {
            check(file)
            for message in file.messages { check(message, in: file) }
            for type in file.enums { check(type, in: file) }
        }
        checkLists(files)
    }

    private mutating func check(_ file: FileDescriptor) {
        if file.edition != .proto3 { violation(file, nil, "only proto3 is read") }
        for service in file.services { violation(file, service.name, "services have no place here") }
        for field in file.extensions { violation(file, field.name, "extensions are not allowed") }
    }

    private mutating func check(_ message: Descriptor, in file: FileDescriptor) {
        for inner in message.messages where !inner.options.mapEntry {
            violation(file, "\(message.name).\(inner.name)", "a message within a message: declare it beside the others")
        }
        for inner in message.enums {
            violation(file, "\(message.name).\(inner.name)", "an enum within a message: declare it beside the others")
        }
        for field in message.extensions {
            violation(file, "\(message.name).\(field.name)", "extensions are not allowed")
        }
        if requiresItself(message) {
            violation(file, message.name, "it holds itself without end: a recursive field must be repeated")
        }
        guard !message.isList else { return }
        for field in message.fields { check(field, of: message, in: file) }
        for oneof in message.realOneofs { check(oneof, of: message, in: file) }
    }

    private mutating func check(_ field: FieldDescriptor, of message: Descriptor, in file: FileDescriptor) {
        let place = "\(message.name).\(field.name)"
        let isTaken = Self.ownNames.contains(field.swiftName) && field.presence != .choice
        if isTaken || Self.keywords.contains(field.swiftName) {
            violation(file, place, "`\(field.swiftName)` is taken by Swift or by the generated code: choose another")
        }
        if field.isMap {
            violation(file, place, "no maps: their order is not canonical; use a sorted list of name and value")
        } else if field.kind == nil {
            violation(file, place, "\(field.type.ruleName) is not allowed: use \(field.type.replacement)")
        } else if field.isRepeated, case .fixed64 = field.kind {
            violation(file, place, "a repeated fixed64 is not supported: use uint64")
        } else if field.isRepeated, let isPacked = field.options.hasPacked ? field.options.packed : nil, !isPacked {
            violation(file, place, "repeated numbers are packed: remove the option")
        }
        if field.type == .message, field.messageType?.isList == true {
            violation(file, place, "`\(field.elementType)` is a list of events and is never on the wire")
        }
    }

    private mutating func check(_ oneof: OneofDescriptor, of message: Descriptor, in file: FileDescriptor) {
        let numbers = oneof.fields.map(\.number)
        for (number, next) in zip(numbers, numbers.dropFirst()) where next != number + 1 {
            violation(
                file, "\(message.name).\(oneof.name)",
                "a oneof's numbers are contiguous and rise: \(next) stands behind \(number)")
        }
        let isTaken = Self.ownNames.union(Self.keywords).contains(oneof.swiftName)
        if isTaken || message.fields.contains(where: { $0.name == oneof.name }) {
            violation(file, "\(message.name).\(oneof.name)", "the name is taken: choose another")
        }
    }

    private mutating func check(_ type: EnumDescriptor, in file: FileDescriptor) {
        let unspecified = type.prefix + "UNSPECIFIED"
        if type.values.first?.number != 0 || type.values.first?.name != unspecified {
            violation(file, type.name, "value 0 must be \(unspecified), which is never written")
        }
        if type.options.allowAlias { violation(file, type.name, "two names for one number: remove allow_alias") }
        if type.values.count < 2 { violation(file, type.name, "an enum without values") }
        for value in type.values {
            let place = "\(type.name).\(value.name)"
            if !value.name.hasPrefix(type.prefix) { violation(file, place, "must begin with \(type.prefix)") }
            if value.number < 0 { violation(file, place, "negative numbers are not allowed") }
            if Self.keywords.contains(type.caseName(value)) {
                violation(file, place, "`\(type.caseName(value))` is taken by Swift: choose another name")
            }
        }
    }

    /// Whether a value of this message would hold another of its own, and so on.
    private func requiresItself(_ message: Descriptor) -> Bool {
        var seen: Set<String> = []
        var open = [message]
        while let next = open.popLast() {
            for field in next.fields where !field.isRepeated {
                guard let inner = field.messageType, field.type == .message else { continue }
                if inner === message { return true }
                if seen.insert(inner.fullName).inserted { open.append(inner) }
            }
        }
        return false
    }
}

extension HouseRules: CustomStringConvertible {
    /// One violation a line.
    var description: String {
        "\(violations.count) against the house rules (see common.proto)\n" + violations.joined(separator: "\n")
    }
}

extension Google_Protobuf_FieldDescriptorProto.TypeEnum {
    fileprivate var ruleName: String {
        switch self {
        case .float, .double: "a float"
        case .group: "a group"
        case .int32, .sint32, .sfixed32, .fixed32: "a number of 32 bits other than uint32"
        default: "a number of 64 bits other than uint64, int64 and fixed64"
        }
    }

    fileprivate var replacement: String {
        switch self {
        case .float, .double: "an integer of millionths, so that it is exact"
        case .group: "a message"
        case .int32, .sint32, .sfixed32, .fixed32: "uint32 or int64"
        default: "int64 or uint64"
        }
    }
}
