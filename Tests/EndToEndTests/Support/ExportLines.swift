import Foundation
import Wire

/// An export as a test changes it: one JSON object a line.
struct ExportLines {
    var lines: [JSON]

    init(_ text: String) throws {
        lines = try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    var text: String { lines.map { "\($0)\n" }.joined() }

    var events: [JSON] { lines.filter { $0["sequence"] != nil } }
    var contents: [JSON] { lines.filter { $0["type"] == "daybook.v1.Artifact" } }

    /// Replaces a line.
    mutating func change(_ index: Int, _ name: String, to value: JSON) {
        lines[index] = lines[index].setting(name, to: value)
    }

    mutating func changeEvent(_ number: Int, _ name: String, to value: JSON) {
        let indexes = lines.indices.filter { lines[$0]["sequence"] != nil }
        change(indexes[number], name, to: value)
    }

    /// Corrects the last line after lines were taken out or added.
    mutating func recount() {
        let positions = events.compactMap { $0["sequence"]?.text.flatMap { UInt64($0) } }
        var end = lines[lines.count - 1]["data"] ?? .null
        end = end.setting("events", to: .string("\(events.count)"))
        end = end.setting("artifacts", to: .string("\(contents.count)"))
        end = end.setting("head", to: .string("\(positions.max() ?? 0)"))
        change(lines.count - 1, "data", to: end)
    }

    /// A ledger with this one job many times, each under a name of its own, and nothing else.
    func multiplied(_ stream: String, times: Int) -> ExportLines {
        var copy = self
        let one = lines.filter { $0["subject"]?.text == stream }
        copy.lines = contents
        var position = 0
        for number in 0..<times {
            // Every commit another one, and as it was within.
            func renamed(_ id: JSON?) -> JSON? {
                id?.text.map { .string(Self.digits(number, 8) + $0.dropFirst(8)) }
            }
            for event in one {
                position += 1
                var event = event.setting("subject", to: .string("\(stream)-\(number)"))
                event = event.setting("partitionkey", to: .string("\(stream)-\(number)"))
                event = event.setting("sequence", to: .string(Self.digits(position, 20, radix: 10)))
                if let id = renamed(event["id"]) { event = event.setting("id", to: id) }
                if let cause = renamed(event["causationid"]) { event = event.setting("causationid", to: cause) }
                copy.lines.append(event)
            }
        }
        copy.lines.append(lines[lines.count - 1])
        copy.recount()
        return copy
    }

    private static func digits(_ number: Int, _ count: Int, radix: Int = 16) -> String {
        let text = String(number, radix: radix)
        return String(repeating: "0", count: count - text.count) + text
    }
}

extension Company {
    /// What a command exports.
    func export(_ arguments: String...) throws -> ExportLines {
        let export = try DaybookBinary.run(["export"] + arguments, in: folder)
        guard export.status == 0 else { throw Failure(words: export.errors) }
        return try ExportLines(export.output)
    }

    /// Imports these lines.
    func `import`(_ export: ExportLines, _ arguments: String...) throws -> DaybookBinary.Result {
        try write("import.jsonl", export.text)
        return try DaybookBinary.run(["import", "import.jsonl", "--json"] + arguments, in: folder)
    }
}
