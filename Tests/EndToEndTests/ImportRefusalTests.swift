import Foundation
import Testing
import Wire

/// A file that is not exactly what a ledger exported is refused whole, with the line, and leaves no trace.
@Suite struct `A refused import` {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let says: String
        var testDescription: String { name }
        let change: @Sendable (inout ExportLines) -> Void

        init(_ name: String, says: String, _ change: @escaping @Sendable (inout ExportLines) -> Void) {
            (self.name, self.says, self.change) = (name, says, change)
        }
    }

    static let cases: [Case] = [
        Case("an event left out", says: "should be there") { $0.lines.remove(at: index(of: 9, in: $0)) },
        Case("an event left out, and the count made to fit", says: "goes from version") { export in
            export.lines.remove(at: index(of: 30, in: export))
            export.recount()
        },
        Case("the last stream's only event left out", says: "missing") { export in
            export.lines.remove(at: index(of: 2, in: export))
            export.recount()
        },
        Case("an event twice", says: "there twice") { export in
            let index = index(of: 9, in: export)
            export.lines.insert(export.lines[index], at: index + 1)
            export.recount()
        },
        Case("an event twice, further behind", says: "not in order") { export in
            export.lines.insert(export.lines[index(of: 9, in: export)], at: index(of: 30, in: export))
            export.recount()
        },
        Case("an id twice with other bytes", says: "does not fit into its commit") { export in
            let other = export.events[9]
            export.changeEvent(10, "id", to: other["id"] ?? .null)
        },
        Case("two events in the other order", says: "goes from version") { export in
            let index = index(of: 30, in: export)
            export.lines.swapAt(index, index + 1)
        },
        Case("position 0", says: "names no event") { $0.changeEvent(0, "sequence", to: "00000000000000000000") },
        Case("the highest position", says: "names no event") {
            $0.changeEvent($0.events.count - 1, "sequence", to: "18446744073709551615")
        },
        Case("a position that no counter holds", says: "sequence is no number") {
            $0.changeEvent(5, "sequence", to: "99999999999999999999")
        },
        Case("version 0", says: "counts from 1") { $0.changeEvent(0, "daybookversion", to: "0") },
        Case("a version too high", says: "is no number") { $0.changeEvent(0, "daybookversion", to: "4294967295") },
        Case("a first version that is not the first", says: "comes before it") {
            $0.changeEvent(0, "daybookversion", to: "7")
        },
        Case("a type of a later build", says: "knows no event daybook.v1.JobDreamed") {
            $0.changeEvent(20, "type", to: "daybook.v1.JobDreamed")
        },
        Case("a foreign type", says: "knows no event com.example.Order") {
            $0.changeEvent(20, "type", to: "com.example.Order")
        },
        Case("a revision of a later build", says: "up to revision 1") { $0.changeEvent(0, "daybookrevision", to: 2) },
        Case("revision 0", says: "up to revision 1") { $0.changeEvent(0, "daybookrevision", to: 0) },
        Case("the wrong kind", says: "is no decision") { $0.changeEvent(0, "daybookkind", to: "decision") },
        Case("bytes of another event", says: "daybookpayload is no LedgerCreated") {
            $0.changeEvent(0, "daybookpayload", to: "//8=")
        },
        Case("bytes that are no base64", says: "is not base64") { $0.changeEvent(0, "daybookpayload", to: "%%%") },
        Case("a job's event among knowledge", says: "does not belong") { export in
            let index = export.events.firstIndex { $0["type"] == "daybook.v1.JobQueued" } ?? 0
            export.changeEvent(index, "subject", to: "entry/pricing")
            export.changeEvent(index, "partitionkey", to: "entry/pricing")
        },
        Case("a stream's name with a line break", says: "no stream's name") {
            $0.changeEvent(0, "subject", to: "led\nger")
            $0.changeEvent(0, "partitionkey", to: "led\nger")
        },
        Case("two names of a stream", says: "differ") { $0.changeEvent(0, "partitionkey", to: "control") },
        Case("a time before all", says: "time is no time") {
            $0.changeEvent(0, "time", to: "1950-01-01T00:00:00.000000Z")
        },
        Case("a day that no month has", says: "time is no time") {
            $0.changeEvent(0, "time", to: "2026-02-30T00:00:00.000000Z")
        },
        Case("a cause that is not before it", says: "names no event before it") { export in
            export.changeEvent(0, "causationid", to: export.events[0]["id"] ?? .null)
        },
        Case("a line of another ledger", says: "another ledger") {
            $0.changeEvent(9, "source", to: "https://daybook.local/other")
        },
        Case("a content with other bytes", says: "not the one of its digest") { export in
            let index = export.lines.firstIndex { $0["data_base64"] != nil } ?? 0
            export.change(index, "data_base64", to: "b3RoZXI=")
        },
        Case("a content left out", says: "should be there") { export in
            let id = export.contents[0]["id"]
            export.lines.removeAll { $0["id"] == id }
        },
        Case("a content twice", says: "there twice") { export in
            let index = export.lines.firstIndex { $0["data_base64"] != nil } ?? 0
            export.lines.insert(export.lines[index], at: index)
            export.recount()
        },
        Case("a content called by a path", says: "SHA-256 in 64") { export in
            let index = export.lines.firstIndex { $0["data_base64"] != nil } ?? 0
            export.change(index, "id", to: "../../../../etc/passwd")
        },
        Case("no last line", says: "it was cut off") { $0.lines.removeLast() },
        Case("something behind the last line", says: "stands behind") { $0.lines.append($0.lines[0]) },
        Case("another version of CloudEvents", says: "no CloudEvent 1.0") {
            $0.changeEvent(3, "specversion", to: "0.3")
        },
        Case("an attribute with a capital letter", says: "no CloudEvents attribute") {
            $0.changeEvent(3, "Subject", to: "x")
        },
        Case("an actor without end", says: "longer than 255") {
            $0.changeEvent(0, "authid", to: .string(String(repeating: "x", count: 256)))
        },
        Case("a stream's name without end", says: "too long") {
            let name = JSON.string("ledger/" + String(repeating: "x", count: 300))
            $0.changeEvent(0, "subject", to: name)
            $0.changeEvent(0, "partitionkey", to: name)
        },
    ]

    private static func index(of event: Int, in export: ExportLines) -> Int {
        export.lines.indices.filter { export.lines[$0]["sequence"] != nil }[event]
    }

    @Test func `says the line and changes nothing, whatever is wrong`() throws {
        let company = try Company()
        try company.send()
        let export = try company.export("--all")
        let other = try Company()
        let head = try other.head()
        for wrong in Self.cases {
            var changed = export
            wrong.change(&changed)
            #expect(changed.lines != export.lines, "\(wrong.name) changed nothing")
            let result = try other.import(changed)
            #expect(result.status == 65, "\(wrong.name): \(result.status) \(result.errors)")
            #expect(result.errors.contains(wrong.says), "\(wrong.name): \(result.errors)")
            #expect(try other.head() == head, "\(wrong.name)")
        }
        // The same file as it was is taken.
        #expect(try other.import(export).status == 0)
    }

    @Test func `that was cut anywhere leaves no trace`() throws {
        let company = try Company()
        try company.send()
        let text = try company.export("newsletter-1").text
        let other = try Company()
        let head = try other.head()
        var chance = SystemRandomNumberGenerator()
        for _ in 0..<12 {
            let count = Int.random(in: 0..<text.utf8.count, using: &chance)
            try other.write("import.jsonl", String(decoding: text.utf8.prefix(count), as: UTF8.self))
            let result = try other.daybook("import", "import.jsonl")
            #expect(result.status == 65, "cut at \(count): \(result.errors)")
            #expect(try other.head() == head)
        }
        #expect(try other.daybook("import", "nothing.jsonl").status == 66)
        #expect(try other.daybook("import", "flows").status == 64)
        #expect(try other.daybook("import", "daybook.yaml").status == 65)
    }

    @Test func `of a line without end takes no memory for it`() throws {
        let company = try Company()
        let path = company.path("long.jsonl")
        // A sparse file: zeros without a line break.
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 1 << 32)
        try handle.close()
        let result = try company.daybook("import", "long.jsonl")
        #expect(result.status == 65 && result.errors.contains("is longer than"))
    }

    @Test func `says otherwise than before, and replaces nothing`() throws {
        let company = try Company()
        try company.send()
        let export = try company.export("newsletter-1")
        let other = try Company()
        #expect(try other.import(export).status == 0)
        let head = try other.head()
        var changed = export
        changed.changeEvent(3, "time", to: "2031-01-01T00:00:00.000000Z")
        let result = try other.import(changed)
        #expect(result.status != 0)
        let log = try other.daybook("log", "--stream", "import", "--json").output
        #expect(!log.contains("2031-01-01"))
        #expect(try other.head() == head)
    }
}
