import SwiftProtobuf
import SwiftProtobufPluginLibrary

/// What a field holds, as far as the house rules allow it.
enum FieldKind {
    /// One varint: a number, a truth value, a case of an enum.
    case scalar(String)
    case fixed64
    case text
    case digest
    case message(String)
}

/// When a field is there.
enum FieldPresence {
    /// Unless it holds the default.
    case implicit
    case optional
    /// Always: nothing stands for its absence.
    case required
    case repeated
    /// As the choice of a oneof.
    case choice
}

extension FieldDescriptor {
    /// Nil for what the house rules forbid.
    var kind: FieldKind? {
        switch type {
        case .uint32: .scalar("UInt32")
        case .uint64: .scalar("UInt64")
        case .int64: .scalar("Int64")
        case .bool: .scalar("Bool")
        case .enum: enumType.map { .scalar($0.name) }
        case .fixed64: .fixed64
        case .string: .text
        case .bytes: .digest
        case .message: messageType.map { .message($0.name) }
        default: nil
        }
    }

    var presence: FieldPresence {
        if isRepeated { return .repeated }
        if realContainingOneof != nil { return .choice }
        if oneofIndex != nil { return .optional }  // Of its own synthetic oneof.
        return switch type {
        case .bytes, .enum, .message: .required
        default: .implicit
        }
    }

    var swiftName: String { name.lowerCamel }

    var elementType: String {
        switch kind {
        case .scalar(let name), .message(let name): name
        case .fixed64: "UInt64"
        case .text: "String"
        case .digest: "Digest"
        case nil: preconditionFailure("\(fullName) is outside the house rules, which were checked before")
        }
    }

    var swiftType: String {
        switch presence {
        case .repeated: "[\(elementType)]"
        case .optional: "\(elementType)?"
        case .implicit, .required, .choice: elementType
        }
    }

    /// Number and wire type, as they stand before the field.
    var tag: String {
        let wireType: UInt32 =
            switch kind {
            case .scalar: presence == .repeated ? 2 : 0
            case .fixed64: 1
            default: 2
            }
        return "0x" + String(UInt32(number) << 3 | wireType, radix: 16)
    }

    /// A choice without content, such as `Nothing`, is a case without a payload. Not so an event of a list.
    var isEmptyChoice: Bool {
        presence == .choice && messageType?.fields.isEmpty == true && !containingType.isList
    }

    /// The name in proto3 JSON.
    var jsonKey: String { jsonName ?? swiftName }
}

// MARK: - The three statements of a field
extension FieldDescriptor {
    /// Takes one value that is there.
    var read: String {
        switch kind {
        case .scalar: "try r.scalar()"
        case .fixed64: "try r.fixed64()"
        case .text: "try r.string()"
        case .digest: "try r.digest()"
        default: "try r.message()"
        }
    }

    /// What the reader does at this field's tag.
    func reading(into target: String) -> [String] {
        switch (presence, kind) {
        case (.repeated, .scalar): ["try r.packed(into: &\(target))"]
        case (.repeated, _): ["try r.repeated(\(tag), into: &\(target))"]
        case (.implicit, .fixed64): ["try r.fixed(&\(target))"]
        case (.implicit, _): ["try r.field(&\(target))"]
        case (.choice, _) where isEmptyChoice: ["try r.empty()", "\(target) = .\(swiftName)"]
        case (.choice, _): ["\(target) = .\(swiftName)(\(read))"]
        default: ["\(target) = \(read)"]
        }
    }

    /// Writes what `value` names.
    func writing(_ value: String) -> String {
        switch (presence, kind) {
        case (.repeated, .scalar): "w.packed(\(tag), \(value))"
        case (.repeated, _): "w.repeated(\(tag), \(value))"
        case (.implicit, .fixed64): "w.fixed(\(tag), \(value))"
        case (.implicit, _): "w.field(\(tag), \(value))"
        case (.choice, _) where isEmptyChoice: "w.empty(\(tag))"
        case (_, .fixed64): "w.presentFixed(\(tag), \(value))"
        default: "w.present(\(tag), \(value))"
        }
    }

    /// Shows what `value` names.
    func showing(_ value: String) -> String {
        switch presence {
        case .implicit, .repeated: "object.field(\"\(jsonKey)\", \(value))"
        case .choice where isEmptyChoice: "object.empty(\"\(jsonKey)\")"
        case .optional, .required, .choice: "object.present(\"\(jsonKey)\", \(value))"
        }
    }
}
