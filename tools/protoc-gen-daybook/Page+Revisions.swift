import SwiftProtobufPluginLibrary

extension [FileDescriptor] {
    /// The messages `NameR1`, `NameR2` and so on, as far as they go without a gap.
    func oldShapes(of name: String) -> [Descriptor] {
        let messages = flatMap(\.messages)
        var shapes: [Descriptor] = []
        while let shape = messages.first(where: { $0.name == "\(name)R\(shapes.count + 1)" }) { shapes.append(shape) }
        return shapes
    }
}

extension Descriptor {
    /// The event whose shape of before this is, by its name: `BackupTaken` of `BackupTakenR1`. Nil for other messages.
    var eventOfOldShape: String? {
        let digits = name.reversed().prefix { $0.isNumber }.count
        let base = name.dropLast(digits)
        guard digits > 0, base.last == "R", base.dropLast().last?.isLowercase == true else { return nil }
        return String(base.dropLast())
    }
}

extension Page {
    /// How an event with shapes of before is read: each is lifted to the next by an upcaster that is written by hand.
    mutating func revisions(of event: Descriptor, oldShapes: [Descriptor]) {
        line()
        block("extension \(event.name)") { page in
            page.line("/// Reads a payload of any revision, as the newest.")
            page.call("public init", ["revision: UInt8", "from r: inout WireReader"], " throws(WireError) {")
            page.indented { page in
                page.line("switch revision {")
                for (index, shape) in oldShapes.enumerated() {
                    let later = oldShapes.dropFirst(index + 1).map(\.name) + [event.name]
                    let value = later.dropLast().reduce("try \(shape.name)(from: &r)") { "\($1)(upcasting: \($0))" }
                    page.line("case \(index + 1): self.init(upcasting: \(value))")
                }
                page.line("case \(oldShapes.count + 1): try self.init(from: &r)")
                page.line("default: throw .unknownRevision(revision)")
                page.line("}")
            }
            page.line("}")
        }
    }
}

// The rules for shapes of before, over all files together.
extension HouseRules {
    mutating func checkOldShapes(_ files: [FileDescriptor]) {
        let known = Set(files.listedEvents.flatMap { $0.oldShapes.map(\.name) })
        for file in files {
            for message in file.messages {
                guard let event = message.eventOfOldShape, !known.contains(message.name) else { continue }
                violation(
                    file, message.name,
                    "a shape of before of no event: `\(event)` must be listed, and its shapes counted from R1 on"
                )
            }
        }
    }
}
