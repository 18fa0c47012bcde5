import SwiftProtobufPluginLibrary

// For the tests only: random values, and swift-protobuf's types beside ours.
extension Page {
    /// Random values of one file's types.
    init(testing file: FileDescriptor) {
        self.init(from: file.name, imports: ["import Events", "import Wire"])
        for message in file.messages {
            if message.isList {
                for oneof in message.realOneofs { randomUnion(oneof, of: message) }
            } else {
                randomMessage(message)
            }
        }
        for type in file.enums {
            line()
            line("extension \(type.name): Arbitrary {}")
        }
    }

    /// Lists of everything that is to be checked.
    init(checking files: [FileDescriptor]) {
        self.init(from: "every file", imports: ["import Events"])
        line()
        line("let checkedMessages: [any CheckedMessage.Type] = [")
        let messages = files.flatMap(\.messages).filter { !$0.isList }
        indented { page in for message in messages { page.line("\(message.name).self,") } }
        line("]")
        line()
        line("let checkedUnions: [any CheckedUnion.Type] = [")
        indented { page in
            for list in files.flatMap(\.messages).filter(\.isList) {
                for oneof in list.realOneofs { page.line("\(list.unionName(oneof)).self,") }
            }
        }
        line("]")
        line()
        line("let checkedEvents: [UInt16: any CheckedMessage.Type] = [")
        indented { page in
            for event in files.listedEvents { page.line("\(event.field.number): \(event.field.elementType).self,") }
        }
        line("]")
        line()
        line("/// The shapes of before, the oldest first.")
        line("let checkedOldShapes: [UInt16: [any CheckedMessage.Type]] = [")
        indented { page in
            for event in files.listedEvents where !event.oldShapes.isEmpty {
                let shapes = event.oldShapes.map { "\($0.name).self" }.joined(separator: ", ")
                page.line("\(event.field.number): [\(shapes)],")
            }
        }
        line("]")
    }

    private mutating func randomMessage(_ message: Descriptor) {
        if message.soleOneof == nil {
            for oneof in message.realOneofs {
                line()
                block("extension \(message.name).\(oneof.typeName): Arbitrary") { $0.randomCase(oneof) }
            }
        }
        line()
        block("extension \(message.name): CheckedMessage") { page in
            page.line("typealias Oracle = \(message.oracleName)")
            page.line()
            if let oneof = message.soleOneof { return page.randomCase(oneof) }
            page.block("static func random(_ chance: inout Chance) -> Self") { page in
                page.call(".init", message.members.map { "\($0.name): .random(&chance)" })
            }
        }
    }

    private mutating func randomUnion(_ oneof: OneofDescriptor, of list: Descriptor) {
        line()
        block("extension \(list.unionName(oneof)): CheckedUnion") { page in
            page.line("typealias Oracle = \(list.oracleName)")
            page.line()
            page.randomCase(oneof)
        }
    }

    private mutating func randomCase(_ oneof: OneofDescriptor) {
        block("static func random(_ chance: inout Chance) -> Self") { page in
            page.line("switch chance.number(below: \(oneof.fields.count)) {")
            for (index, field) in oneof.fields.enumerated() {
                let label = index == oneof.fields.count - 1 ? "default" : "case \(index)"
                page.line("\(label): .\(field.swiftName)\(field.isEmptyChoice ? "" : "(.random(&chance))")")
            }
            page.line("}")
        }
    }
}
