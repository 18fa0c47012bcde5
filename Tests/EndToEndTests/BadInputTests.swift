import Foundation
import Testing
import Wire

@Suite struct `Bad input` {
    /// One message, with the place, and nothing written.
    private func expectRefused(
        _ company: Company, _ path: String, _ old: String, _ new: String, says words: String, at place: String? = nil
    ) throws {
        let before = try company.daybook("status", "--json").objects.first?["events"]?.integer
        let original = try company.read(path)
        try company.edit(path, old, new)
        for command in [["check"], ["run", "newsletter", "--json"]] {
            let result = try DaybookBinary.run(command, in: company.folder)
            #expect(result.status == 65)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains(words), "\(result.errors)")
            if let place { #expect(result.errors.contains(place), "\(result.errors)") }
        }
        try company.write(path, original)
        #expect(try company.daybook("status", "--json").objects.first?["events"]?.integer == before)
    }

    @Test func `in a workspace is named with its place, and nothing is begun`() throws {
        let company = try Company()
        let flow = "flows/newsletter.yaml"
        try expectRefused(company, flow, "agent: writer", "agent: wrtier", says: "did you mean", at: flow + ":")
        try expectRefused(company, flow, "- id: draft", "- id: plan", says: "plan", at: flow + ":")
        try expectRefused(
            company, flow, "topic: \"${{ inputs.topic }}\"", "topic: \"${{ steps.draft.subject }}\"", says: "circle")
        try expectRefused(
            company, flow, "topic: \"${{ inputs.topic }}\"", "topic: \"${{ inputs.topic\"", says: "not closed", at: flow
        )
        try expectRefused(company, "daybook.yaml", "  name: Small Levers", "  name: &a [*a, *a]", says: "daybook.yaml:")
    }

    @Test func `that YAML would turn into something else stays what was written`() throws {
        let company = try Company()
        try company.edit("daybook.yaml", "  name: Small Levers", "  name: Small Levers\n  country: NO")
        try company.edit("agents/writer.md", "You write", "You live in {{business.country}}. You write")
        #expect(try company.daybook("run", "newsletter").status == 3)
        let call = try company.daybook("job", "events", "newsletter-1", "--json").objects
            .last { $0["event"] == "CallRequested" }
        let request = call?["data"]?["request"]?.text ?? ""
        #expect(try company.daybook("show", request).output.contains("You live in NO."))
    }

    @Test func `an alias bomb costs nothing`() throws {
        let company = try Company()
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n" }
        try company.write("flows/bomb.yaml", bomb)
        // An address space in which the bomb could not go off unseen.
        let check = try DaybookBinary.run(
            ["check"], in: company.folder, launcher: ["/usr/bin/prlimit", "--cpu=20"])
        #expect(check.status == 65)
        #expect(check.errors.contains("flows/bomb.yaml:1"))
    }

    @Test(arguments: [
        ["job", "show", "newsletter-9"], ["review", "nothing-1"], ["audit", "nothing-1"], ["replay", "nothing-1"],
    ])
    func `an unknown job is one line, and exit 66`(_ command: [String]) throws {
        let company = try Company()
        let result = try DaybookBinary.run(command, in: company.folder)
        #expect(result.status == 66)
        #expect(result.errors.contains("daybook: "))
        #expect(result.output.isEmpty)
    }

    @Test func `a truncated ledger is said to be damaged, and is not touched`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        let ledger = company.path(".daybook/ledger.mdb")
        let whole = try Data(contentsOf: URL(filePath: ledger))
        let cut = whole.prefix(whole.count / 2 / 4_096 * 4_096)
        try cut.write(to: URL(filePath: ledger))
        for command in [["status"], ["run", "newsletter"], ["verify"], ["replay", "--all"]] {
            let result = try DaybookBinary.run(command, in: company.folder)
            #expect(result.status == 76, "\(command): \(result.status) \(result.errors)")
        }
        #expect(try Data(contentsOf: URL(filePath: ledger)) == cut)
    }

    @Test func `an older copy of the ledger is opened for reading only, until it is accepted`() throws {
        let company = try Company()
        let ledger = company.path(".daybook/ledger.mdb")
        let old = try Data(contentsOf: URL(filePath: ledger))
        try company.daybook("run", "newsletter")
        try old.write(to: URL(filePath: ledger))
        let run = try company.daybook("run", "newsletter")
        #expect(run.status == 76, "\(run.errors)")
        #expect(run.errors.contains("older"))
        #expect(try company.daybook("log").status == 0)
        #expect(try company.daybook("run", "newsletter", "--accept-rollback").status == 3)
    }

    @Test func `a second driver is told who drives, and its job is taken up later`() throws {
        let company = try Company()
        let settings = try company.read("daybook.yaml")
        try company.write(
            "daybook.yaml",
            settings.replacing(
                "  writing: heuristic", with: "  writing: {command: [/bin/sleep, \"20\"], reconcile: pure}"))
        let first = try ChildProcess(
            [DaybookBinary.path, "run", "newsletter", "--json"], in: company.folder,
            environment: ProcessInfo.processInfo.environment)
        defer { first.end() }
        // It drives once its epoch is in the ledger.
        while try !company.daybook("log", "--json").objects.contains(where: { $0["event"] == "CallRequested" }) {}
        let second = try company.daybook("run", "newsletter", "--json")
        #expect(second.status == 75)
        #expect(second.errors.contains("process \(first.id)"))
        #expect(second.errors.contains("newsletter-2 is written down"))
        #expect(
            try company.daybook("knowledge", "add", "hours", "--file", "-", input: "Open from nine to five.").status
                == 0)
        #expect(try company.daybook("job", "pause", "newsletter-1").status == 0)
    }

    @Test(.enabled(if: getuid() == 0, "only root can mount a small disk"))
    func `a full disk is said in words, and nothing acknowledged is lost`() throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "daybook-small-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        guard try shell("mount -t tmpfs -o size=16m tmpfs \(place)") == 0 else { return }
        defer { _ = try? shell("umount -l \(place); rmdir \(place)") }
        let folder = "\(place)/company"
        #expect(try DaybookBinary.run(["init", "newsletter", folder], in: "/").status == 0)
        #expect(try DaybookBinary.run(["run", "newsletter"], in: folder).status == 3)
        let before = try DaybookBinary.run(["log", "--json"], in: folder).objects.count
        _ = try shell("cat /dev/zero > \(place)/filler 2> /dev/null")
        var full = try DaybookBinary.run(["run", "newsletter"], in: folder)
        // What is free inside the ledger's file may hold a few more commits.
        for _ in 0..<20 where full.status != 74 { full = try DaybookBinary.run(["run", "newsletter"], in: folder) }
        #expect(full.status == 74, "\(full.status) \(full.errors)")
        #expect(full.errors.contains("full"), "\(full.errors)")
        #expect(try DaybookBinary.run(["log", "--json"], in: folder).objects.count >= before)
        #expect(try shell("rm \(place)/filler") == 0)
        #expect(try DaybookBinary.run(["work", "--waiting-ok"], in: folder).status == 0)
        #expect(try DaybookBinary.run(["verify"], in: folder).status == 0)
        #expect(try DaybookBinary.run(["replay", "--all"], in: folder).status == 0)
    }

    @Test(.enabled(if: getuid() == 0, "only root can remount a disk"))
    func `a read-only disk can be read, and says so to who would write`() throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "daybook-ro-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        guard try shell("mount -t tmpfs -o size=32m tmpfs \(place)") == 0 else { return }
        defer { _ = try? shell("umount -l \(place); rmdir \(place)") }
        let folder = "\(place)/company"
        #expect(try DaybookBinary.run(["init", "newsletter", folder], in: "/").status == 0)
        #expect(try DaybookBinary.run(["run", "newsletter"], in: folder).status == 3)
        #expect(try shell("mount -o remount,ro \(place)") == 0)
        let reads = ["log", "status", "inbox", "job list", "replay --all", "audit newsletter-1"]
        for command in reads.map({ $0.split(separator: " ").map(String.init) }) {
            let result = try DaybookBinary.run(command, in: folder)
            #expect(result.status == 0, "\(command): \(result.errors)")
        }
        let run = try DaybookBinary.run(["run", "newsletter"], in: folder)
        #expect(run.status == 4, "\(run.status) \(run.errors)")
    }

    private func shell(_ command: String) throws -> Int32 {
        try ChildProcess(
            ["/bin/sh", "-c", command], in: "/", environment: ProcessInfo.processInfo.environment
        ).wait(secondsMax: 30)
    }
}
