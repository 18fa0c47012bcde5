import Foundation
import Testing
import Wire

@Suite struct `An export` {
    @Test func `is CloudEvents 1.0 in every line, in order, with the ledger's own bytes`() throws {
        let company = try Company()
        try company.send()
        try company.daybook("backup", company.path("copy.mdb"))
        let export = try company.export("--all")
        for line in export.lines { #expect(CloudEventRules.violations(in: line) == []) }
        let head = try company.head()
        let sequences = export.events.compactMap { $0["sequence"]?.text }
        #expect(sequences == sequences.sorted() && sequences.count == Int(head))
        let ids = export.lines.compactMap { $0["id"]?.text }
        #expect(Set(ids).count == export.lines.count)
        // What a reader sees is what the log shows.
        let log = try company.daybook("log", "--json").objects
        #expect(log.count == export.events.count)
        for (event, shown) in zip(export.events, log) {
            #expect(event["subject"] == shown["stream"] && event["time"] == shown["time"])
            #expect(event["type"]?.text == "daybook.v1.\(shown["event"]?.text ?? "")")
            #expect(event["daybookkind"] == shown["kind"] && event["authid"] == shown["actor"])
        }
        let last = try #require(export.events.last)
        #expect(last["daybookrevision"] == 2 && last["data"]?["form"] == "BACKUP_FORM_PAGES")
    }

    @Test func `of one job has its events and every content that a replay needs`() throws {
        let company = try Company()
        let job = try company.send()
        let export = try company.export(job)
        #expect(Set(export.events.compactMap { $0["subject"]?.text }) == ["job/\(job)"])
        #expect(try export.events.count == company.events(job).count)
        let other = try Company()
        #expect(try other.import(export).status == 0)
        let replay = try other.daybook("replay", "--all", "--json")
        #expect(replay.status == 0)
        #expect(replay.objects.last?["reproduced"] == 1)
        #expect(try company.daybook("export", "newsletter-77").status == 66)
        #expect(try company.daybook("export").status == 64)
    }

    @Test func `keeps contents in a folder where that is wanted, by their digests`() throws {
        let company = try Company()
        try company.send()
        let export = try company.export("--all", "--artifacts", "contents")
        #expect(export.contents.allSatisfy { $0["data_base64"] == nil && $0["dataref"] == $0["id"] })
        let names = try FileManager.default.contentsOfDirectory(atPath: company.path("contents"))
        #expect(Set(names) == Set(export.contents.compactMap { $0["id"]?.text }))
        #expect(!names.isEmpty)
        let other = try Company()
        let missing = try other.import(export)
        #expect(missing.status == 65 && missing.errors.contains("--artifacts"))
        #expect(try other.import(export, "--artifacts", company.path("contents")).status == 0)
        #expect(try other.daybook("replay", "--all").status == 0)
        try Data("other".utf8).write(to: URL(filePath: company.path("contents/\(names[0])")))
        let third = try Company()
        #expect(try third.import(export, "--artifacts", company.path("contents")).status == 65)
    }

    @Test func `in two pieces is the same as in one`() throws {
        let company = try Company()
        try company.send()
        let middle = try company.head()
        let early = try company.export("--all")
        try company.send()
        let late = try company.export("--all", "--since", "@\(middle)")
        #expect(late.events.first?["sequence"]?.text.flatMap { Int64($0) } == middle + 1)
        let (pieces, whole) = (try Company(), try Company())
        // The second needs the first.
        let refused = try pieces.import(late)
        #expect(refused.status == 65 && refused.errors.contains("import what comes before it first"))
        #expect(try pieces.import(early).status == 0)
        #expect(try pieces.import(late).status == 0)
        #expect(try whole.import(company.export("--all")).status == 0)
        func imported(_ company: Company) throws -> [JSON] {
            try company.daybook("log", "--stream", "import", "--json").objects.map {
                .array([$0["stream"] ?? .null, $0["version"] ?? .null, $0["event"] ?? .null, $0["data"] ?? .null])
            }
        }
        #expect(try imported(pieces) == imported(whole))
        #expect(try pieces.daybook("replay", "--all", "--json").objects.last?["reproduced"] == 2)
    }
}
