import SwiftProtobufPluginLibrary

/// What a struct stores: a field, or a oneof.
enum Member {
    case field(FieldDescriptor)
    case oneof(OneofDescriptor)

    var name: String {
        switch self {
        case .field(let field): field.swiftName
        case .oneof(let oneof): oneof.swiftName
        }
    }

    var type: String {
        switch self {
        case .field(let field): field.swiftType
        case .oneof(let oneof): oneof.typeName
        }
    }

    var number: Int32 {
        switch self {
        case .field(let field): field.number
        case .oneof(let oneof): oneof.fields.map(\.number).min() ?? 0
        }
    }

    /// Nothing stands for its absence, so a reader must have met it.
    var isRequired: Bool {
        switch self {
        case .field(let field): field.presence == .required
        case .oneof: true
        }
    }

    var isOptional: Bool {
        if case .field(let field) = self { field.presence == .optional } else { false }
    }

    /// What a reader holds before it has met the field: nil if only nil will do.
    var initial: String? {
        guard case .field(let field) = self else { return nil }
        return switch field.presence {
        case .repeated: "[]"
        case .implicit: field.swiftType == "String" ? "\"\"" : field.swiftType == "Bool" ? "false" : "0"
        case .optional, .required, .choice: nil
        }
    }
}

extension Descriptor {
    /// In the order in which they are written.
    var members: [Member] {
        let plain = fields.filter { $0.realContainingOneof == nil }.map { Member.field($0) }
        return (plain + realOneofs.map { .oneof($0) }).sorted { $0.number < $1.number }
    }

    var fieldsByNumber: [FieldDescriptor] { fields.sorted { $0.number < $1.number } }
}
