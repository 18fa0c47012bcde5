import Foundation
import Testing
import Wire

@Suite struct `Exposure, end to end` {
    @Test func `every call that saw a poisoned fact is listed, and no later one`() throws {
        let company = try Company()
        try company.addParrot()
        try company.setPrice(29)
        for _ in 1...3 { try company.daybook("run", "offer") }
        try company.daybook("knowledge", "revert", "pricing", "--to", "1")
        try company.daybook("work")
        try company.daybook("run", "offer")
        let bad = try company.daybook("exposure", "pricing@2", "--json").objects
        #expect(bad.compactMap { $0["job"]?.text }.sorted() == ["offer-1", "offer-2", "offer-3"])
        #expect(bad.allSatisfy { $0["kind"] == "knowledge" && $0["step"] == "draft" && $0["provider"] == "command" })
        let good = try company.daybook("exposure", "pricing", "@3", "--json").objects
        #expect(good.compactMap { $0["job"]?.text }.sorted() == ["offer-1", "offer-2", "offer-3", "offer-4"])
        #expect(try company.daybook("exposure", "pricing", "--json").objects.count == 7)
    }

    @Test func `an address lists every mail to it, sent or not`() throws {
        let company = try Company()
        try company.addParrot()
        try company.daybook("run", "offer")
        let before = try company.daybook("exposure", "ANA@example.com", "--json").objects
        #expect(before.compactMap { $0["what"]?.text } == ["not sent yet"])
        try company.daybook("review", "offer-1", "--approve")
        let after = try company.daybook("exposure", "ana@example.com", "--json").objects
        #expect(after.compactMap { $0["what"]?.text } == ["delivered"])
        #expect(after.first?["message"]?.text?.count == 64)
        let nobody = try company.daybook("exposure", "nobody@example.com")
        #expect(nobody.status == 0 && nobody.output.contains("Nothing was ever prepared"))
    }

    @Test func `a file lists who read it, who was handed it, and whom it instructed`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        func kinds(_ path: String) throws -> [String] {
            try company.daybook("exposure", path, "--json").objects.map {
                "\($0["kind"]?.text ?? "") \($0["step"]?.text ?? "")"
            }
        }
        #expect(try kinds("sources/notes") == ["source sources", "passed research"])
        #expect(try kinds("lists/weekly.csv") == ["file publish"])
        #expect(try kinds("agents/writer.md") == ["instructions draft"])
        #expect(try company.daybook("exposure", "nothing").status == 66)
        #expect(try company.daybook("exposure", "/etc/passwd").status == 64)
    }
}
