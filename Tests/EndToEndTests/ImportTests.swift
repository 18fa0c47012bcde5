import Foundation
import Testing
import Wire

@Suite struct `An import` {
    @Test func `exported again is what it was, but for its place`() throws {
        let company = try Company()
        try company.send()
        try company.daybook("job", "steer", "newsletter-1", "Shorter.")
        let original = try company.export("--all")
        let other = try Company()
        let result = try other.import(original)
        let ledger = try #require(result.objects.first?["ledger"]?.text)
        let place = "import/\(ledger)/"
        let again = try other.export("--all").events.filter { $0["subject"]?.text?.hasPrefix(place) == true }
        #expect(again.count == original.events.count)
        /// All but the id, the source and the sequence.
        func content(_ event: JSON, in place: String) -> [JSON?] {
            let cause = event["causationid"]?.text?.split(separator: "-").last.map { JSON.string(String($0)) }
            return [
                event["subject"]?.text.map { .string(String($0.dropFirst(place.count))) }, event["type"], event["time"],
                event["recordedtime"], cause, event["authid"], event["authtype"], event["daybookversion"],
                event["daybookkind"], event["daybookrevision"], event["daybookpayload"], event["data"],
            ]
        }
        for (old, new) in zip(original.events, again) { #expect(content(old, in: "") == content(new, in: place)) }
        // And once more: a ledger that was imported by one that was imported.
        let third = try Company()
        #expect(try third.import(other.export("--all")).status == 0)
        let replay = try third.daybook("replay", "--all", "--json").objects
        #expect(replay.last?["reproduced"] == 1)
        #expect(replay.first?["job"]?.text?.hasSuffix("/\(place)job/newsletter-1") == true)
        #expect(try third.daybook("verify").status == 0)
    }

    @Test func `of the same file again changes nothing`() throws {
        let company = try Company()
        try company.send()
        let export = try company.export("--all")
        let other = try Company()
        let first = try #require(try other.import(export).objects.first)
        let head = try other.head()
        #expect(first["new"]?.integer == Int64(export.events.count) && first["known"] == 0)
        let second = try #require(try other.import(export).objects.first)
        #expect(second["new"] == 0 && second["known"]?.integer == Int64(export.events.count))
        #expect(try other.head() == head)
        // One job of it, though it comes in another file, is known as well.
        let third = try #require(try other.import(company.export("newsletter-1")).objects.first)
        #expect(third["new"] == 0)
        #expect(try other.head() == head)
        let notes = try other.daybook("log", "--type", "ImportReceived", "--json").objects
        #expect(notes.compactMap { $0["data"]?["events"]?.integer }.first == Int64(export.events.count))
        #expect(notes.count == 1)
    }

    @Test func `killed half way goes on where it stopped, without anything twice`() throws {
        let company = try Company()
        try company.send()
        let many = try company.export("newsletter-1").multiplied("job/newsletter-1", times: 40)
        let (whole, killed) = (try Company(), try Company())
        #expect(try whole.import(with(many)).status == 0)
        let start = try killed.head()
        try killed.write("import.jsonl", with(many).text)
        let child = try ChildProcess(
            [DaybookBinary.path, "import", "import.jsonl"], in: killed.folder,
            environment: ProcessInfo.processInfo.environment)
        while try killed.head() < start + 20 {}
        child.end()
        let half = try killed.head()
        #expect(half < (try whole.head()))
        #expect(try killed.daybook("verify").status == 0)
        let rest = try #require(try killed.import(with(many)).objects.first)
        #expect((rest["known"]?.integer ?? 0) >= 20 - 1 && (rest["new"]?.integer ?? 0) > 0)
        #expect(try killed.head() == whole.head())
        func log(_ company: Company) throws -> String {
            try company.daybook("log", "--stream", "import", "--json").output
        }
        #expect(try log(killed) == log(whole))
        #expect(try killed.daybook("verify").status == 0)
    }

    /// As it comes from a ledger that holds nothing else.
    private func with(_ export: ExportLines) -> ExportLines {
        var whole = export
        let end = whole.lines[whole.lines.count - 1]["data"]?.setting("stream", to: .null) ?? .null
        whole.change(whole.lines.count - 1, "data", to: end)
        return whole
    }
}
