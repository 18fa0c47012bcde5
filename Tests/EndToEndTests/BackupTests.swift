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

    @Test func `without free pages holds the same, and its age and size are told`() throws {
        let company = try Company()
        try company.send()
        #expect(try company.daybook("status", "--json").objects.first?["backup"] == .null)
        #expect(try company.daybook("status").output.contains("none was taken yet"))
        let whole = try #require(try company.daybook("backup", company.path("whole.mdb"), "--json").objects.first)
        let small = try #require(
            try company.daybook("backup", company.path("small.mdb"), "--compact", "--json").objects.first)
        let (more, less) = (whole["bytes"]?.integer ?? 0, small["bytes"]?.integer ?? 0)
        #expect(less > 0 && less <= more)
        let noted = try #require(
            try company.daybook("log", "--reverse", "--limit", "1", "--json").objects.first?["data"])
        #expect(noted["copyBytes"]?.integer == less && noted["form"] == "BACKUP_FORM_COMPACT")
        let status = try company.daybook("status", "--json").objects.first?["backup"]
        #expect(status?["form"] == "compact" && status?["bytes"]?.integer == less)
        #expect(try company.daybook("doctor").output.contains("just now"))
        let root = try #require(try company.daybook("verify", "--json").objects.first?["root"])
        #expect(root != small["root"])
        #expect(try company.daybook("restore", company.path("small.mdb"), "--force").status == 0)
        #expect(try company.daybook("verify", "--json").objects.first?["root"] == small["root"])
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `never holds a key`() throws {
        let company = try Company()
        try company.send()
        try company.daybook("backup", company.path("copy.mdb"))
        try company.daybook("backup", company.path("small.mdb"), "--compact")
        let key = try #require([UInt8](hex: company.read(".daybook/keys/signing.key").prefix(64)))
        for name in ["copy.mdb", "small.mdb", "copy.mdb.checkpoint", "small.mdb.checkpoint"] {
            let data = try Data(contentsOf: URL(filePath: company.path(name)))
            #expect(!data.isEmpty && data.range(of: Data(key)) == nil && data.range(of: Data(key.hex.utf8)) == nil)
        }
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
