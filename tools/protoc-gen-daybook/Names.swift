import SwiftProtobufPluginLibrary

extension String {
    /// `cost_microdollars` as `costMicrodollars`.
    var lowerCamel: String {
        let words = split(separator: "_").map { $0.lowercased() }
        return words.prefix(1).joined() + words.dropFirst().map(\.firstUppercased).joined()
    }

    /// `JobQueued` as `job_queued`.
    var snake: String {
        reduce(into: "") { $0 += $1.isUppercase && !$0.isEmpty ? "_\($1.lowercased())" : $1.lowercased() }
    }
}

extension StringProtocol {
    var firstUppercased: String { prefix(1).uppercased() + dropFirst() }
}

extension EnumDescriptor {
    /// What every value's name begins with: `CALL_ERROR_`.
    var prefix: String { name.snake.uppercased() + "_" }

    func caseName(_ value: EnumValueDescriptor) -> String {
        String(value.name.dropFirst(prefix.count)).lowerCamel
    }
}

extension OneofDescriptor {
    var swiftName: String { name.lowerCamel }
    /// The name of the enum within its message.
    var typeName: String { swiftName.firstUppercased }
}

extension Descriptor {
    /// A list of a stream's events, which is never on the wire.
    var isList: Bool { name.hasSuffix("Event") }

    /// `job` of `JobEvent`.
    var category: String { String(name.dropLast("Event".count)).snake }

    /// A message that is nothing but one oneof becomes an enum.
    var soleOneof: OneofDescriptor? {
        guard realOneofs.count == 1, fields.allSatisfy({ $0.realContainingOneof != nil }) else { return nil }
        return realOneofs.first
    }

    /// The enum of a list's observations or decisions: `JobObservation`.
    func unionName(_ oneof: OneofDescriptor) -> String {
        name.dropLast("Event".count) + oneof.typeName
    }

    /// The type that swift-protobuf's plugin makes of it.
    var oracleName: String {
        let package = file.package.split(separator: ".").map(\.firstUppercased).joined(separator: "_")
        return "\(package)_\(name)"
    }
}
