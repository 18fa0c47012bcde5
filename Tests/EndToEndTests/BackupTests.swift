import Foundation
import Testing
import Wire

@Suite struct `A backup` {
    @Test func `is verified, noted, and comes back whole`() throws {
        let company = try Company()
        try company.send()
        let path = company.path("copy.mdb")
        let head = try company.head()
        let backup = try company.daybook("backup", path, "--json")
        #expect(backup.status == 0)
        let made = try #require(backup.objects.first)
        #expect(made["events"]?.integer == head && made["position"]?.integer == head + 1)
        #expect(
            try company.daybook("log", "--reverse", "--limit", "1", "--json").objects.first?["event"] == "BackupTaken")
        #expect(try company.daybook("backup", path).status == 64)
        try FileManager.default.removeItem(atPath: company.path(".daybook/ledger.mdb"))
        let restore = try company.daybook("restore", path, "--json")
        #expect(restore.status == 0)
        #expect(restore.objects.first?["root"] == made["root"])
        #expect(try company.head() == head)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `into a folder gets a name of its own`() throws {
        let company = try Company()
        let folder = company.path("safe")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = try company.daybook("backup", folder, "--json").objects.first?["path"]?.text ?? ""
        #expect(path.hasPrefix(folder) && path.hasSuffix(".mdb") && FileManager.default.fileExists(atPath: path))
    }

    @Test func `never costs events unless that is said, and then nothing is deleted`() throws {
        let company = try Company()
        let path = company.path("copy.mdb")
        try company.daybook("backup", path)
        try company.send()
        let head = try company.head()
        let refused = try company.daybook("restore", path)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("would be lost"))
        #expect(try company.head() == head)
        let forced = try company.daybook("restore", path, "--force", "--json")
        #expect(forced.status == 0)
        #expect(try company.daybook("job", "list", "--json").output.isEmpty)
        #expect(try company.daybook("verify").status == 0)
        // The older ledger takes work, and what was replaced can be brought back.
        #expect(try company.daybook("run", "newsletter").status == 3)
        let aside = forced.objects.first?["aside"]?.text ?? ""
        let back = try company.daybook("restore", "\(aside)/ledger.mdb")
        #expect(back.status == 1)
        #expect(back.errors.contains("different ways") || back.errors.contains("would be lost"))
        #expect(try company.daybook("restore", "\(aside)/ledger.mdb", "--force").status == 0)
        #expect(try company.head() == head)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `of another ledger, or a damaged one, is refused`() throws {
        let company = try Company()
        let other = try Company()
        let path = company.path("other.mdb")
        try other.daybook("backup", path)
        let strange = try company.daybook("restore", path)
        #expect(strange.status == 1)
        #expect(strange.errors.contains("another ledger"))
        #expect(try Damage.replace(Array("Pro costs $39".utf8), with: Array("Pro costs $93".utf8), in: path) > 0)
        let head = try company.head()
        #expect(try company.daybook("restore", path, "--force").status == 76)
        #expect(try company.head() == head)
        #expect(try company.daybook("restore", company.path("nothing")).status == 66)
        #expect(try company.daybook("restore", company.path("daybook.yaml")).status != 0)
        #expect(try company.head() == head)
    }
}
