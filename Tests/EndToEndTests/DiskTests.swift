import Foundation
import Testing
import Wire

@Suite struct `The disk` {
    @Test func `is told by table, and what grew is given back`() throws {
        let company = try Company()
        try company.send()
        let usage = try #require(try company.daybook("disk", "--json").objects.first)
        let ledger = try #require(usage["ledger"])
        #expect(try usage["events"]?.integer == company.head())
        let tables = try #require(ledger["tables"]?.elements)
        #expect(tables.first { $0["table"] == "events" }?["rows"] == usage["events"])
        #expect((usage["views"]?.integer ?? 0) > 0 && (usage["keys"]?.integer ?? 0) > 0 && usage["backup"] == .null)
        #expect((ledger["bytes_per_event"]?.integer ?? 0) > 100 && (ledger["bytes_per_day"]?.integer ?? 0) > 0)
        #expect(try company.daybook("disk").output.contains("Next: daybook backup"))

        let before = try #require(try company.daybook("verify", "--json").objects.first)
        let log = try company.daybook("log", "--json").output
        let done = try #require(try company.daybook("compact", "--json").objects.first)
        #expect((done["bytes_after"]?.integer ?? 0) < (done["bytes_before"]?.integer ?? 0))
        #expect(done["events"] == before["events"])
        #expect(try company.daybook("log", "--limit", "\(done["events"]?.integer ?? 0)", "--json").output == log)
        #expect(
            try company.daybook("log", "--reverse", "--limit", "1", "--json").objects.first?["event"]
                == "LedgerCompacted")
        #expect(try company.daybook("verify").status == 0)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `is not compacted while somebody has the ledger open`() throws {
        let company = try Company()
        let job = try company.send()
        let log = company.path("followed")
        let follower = try ChildProcess(
            [DaybookBinary.path, "job", "events", job, "--follow", "--json"], in: company.folder,
            environment: ProcessInfo.processInfo.environment, output: log)
        // Its first line says that it has opened the ledger.
        while ((try? Data(contentsOf: URL(filePath: log))) ?? Data()).isEmpty {}
        let busy = try company.daybook("compact")
        #expect(busy.status == 75 && busy.errors.contains("open"))
        follower.end()
        #expect(try company.daybook("compact").status == 0)
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `holds a whole ledger, whenever a compaction is killed`() throws {
        let company = try Company()
        try company.send()
        let head = try company.head()
        let log = try company.daybook("log", "--json").output
        var chance = SystemRandomNumberGenerator()
        for _ in 0..<15 {
            let child = try ChildProcess(
                [DaybookBinary.path, "compact"], in: company.folder,
                environment: ProcessInfo.processInfo.environment)
            usleep(UInt32.random(in: 0..<120_000, using: &chance))
            child.end()
            #expect(try company.daybook("verify").status == 0)
            #expect(try company.daybook("log", "--limit", "\(head)", "--json").output == log)
        }
        #expect(try company.daybook("compact").status == 0)
        #expect(!FileManager.default.fileExists(atPath: company.path(".daybook/ledger.mdb.compact")))
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `loses nothing of those who append while it is compacted`() async throws {
        let company = try Company()
        let folder = company.folder
        let added = try await withThrowingTaskGroup(of: [String].self) { group in
            for writer in 0..<2 {
                group.addTask {
                    try (0..<8).compactMap { number in
                        let name = "note-\(writer)-\(number)"
                        let run = try DaybookBinary.run(
                            ["knowledge", "add", name, "-"], in: folder, input: "Note \(number).\n")
                        return run.status == 0 ? name : nil
                    }
                }
            }
            group.addTask {
                for _ in 0..<12 {
                    let status = try DaybookBinary.run(["compact"], in: folder).status
                    #expect(status == 0 || status == 75)
                }
                return []
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(added.count == 16)
        for name in added { #expect(try company.daybook("knowledge", "show", name).status == 0) }
        #expect(try company.daybook("verify").status == 0)
    }
}
