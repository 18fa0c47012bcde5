import Foundation
import Testing
import Wire

@Suite struct `A replay` {
    @Test func `is exact, also when everything outside the ledger is gone`() throws {
        let company = try Company()
        let job = try company.send("-f", "topic=pricing pages")
        for name in ["sources", "agents", "flows", "knowledge", "lists", "outbox", "daybook.yaml"] {
            try FileManager.default.removeItem(atPath: company.path(name))
        }
        let replay = try company.daybook("replay", job)
        #expect(replay.status == 0)
        #expect(replay.output.contains("Exact. \(job) reproduces on this build."))
        let json = try company.daybook("replay", job, "--json").objects.first
        #expect(json?["verdict"] == "reproduced")
        #expect(json?["decisions"] == json?["same"])
        let requests = json?["requests"]?.elements ?? []
        #expect(requests.count == (try company.events(job, named: "CallRequested").count))
        #expect(requests.allSatisfy { $0["same"] == true && $0["rebuilt"] == $0["recorded"] })
        #expect(json?["mails"]?.elements?.first?["same"] == true)
    }

    /// Whether this machine lets us have a network of our own without interfaces.
    private static let canBeAlone =
        (try? DaybookBinary.run(["--version"], in: "/", launcher: ["/usr/bin/unshare", "-rn"]).status) == 0

    @Test(.enabled(if: canBeAlone)) func `needs no network at all`() throws {
        let company = try Company()
        let job = try company.send()
        let replay = try DaybookBinary.run(
            ["replay", job], in: company.folder, launcher: ["/usr/bin/unshare", "-rn"])
        #expect(replay.status == 0)
        #expect(replay.output.contains("Exact."))
    }

    @Test func `of every job gives the sums`() throws {
        let company = try Company()
        try company.send()
        try company.daybook("run", "newsletter")
        let head = try company.head()
        let all = try company.daybook("replay", "--all", "--json").objects
        #expect(all.count == 3)
        #expect(all.last?["jobs"] == 2 && all.last?["reproduced"] == 2 && all.last?["diverged"] == 0)
        #expect(try company.daybook("replay", "--all").output.contains("2 of 2 jobs reproduce"))
        #expect(try company.head() == head)
    }

    @Test func `with other files names the first turn that differs, and shows the prompt`() throws {
        let company = try Company()
        let job = try company.send()
        #expect(try company.daybook("replay", job, "--with", "workspace").output.contains("The same."))
        try company.edit("agents/writer.md", "You write", "You always write")
        let plain = try company.daybook("replay", job)
        #expect(plain.status == 0)
        #expect(plain.output.contains("agents/writer.md has changed since"))
        let other = try company.daybook("replay", job, "--with", "workspace")
        #expect(other.status == 1)
        let call = try company.events(job, named: "CallRequested").last
        #expect(other.output.contains("first at \(call?.place ?? "") \(job).draft"))
        #expect(other.lines.contains { $0.hasPrefix("  - ") && $0.contains("You write The Lever") })
        #expect(other.lines.contains { $0.hasPrefix("  + ") && $0.contains("You always write The Lever") })
        let json = try company.daybook("replay", job, "--with", "workspace", "--json").objects.first
        #expect(json?["divergences"]?.elements?.count == 1)
        #expect(json?["prompt"]?["today"]?.text?.contains("You always write") == true)
        #expect(
            try company.daybook("replay", job, "--rules", "latest").output.contains("already uses the latest rules"))
    }

    @Test func `catches a record that was changed, and names it`() throws {
        let company = try Company()
        let job = try company.send()
        let call = try #require(try company.events(job, named: "CallRequested").last)
        let digest = try #require(call["data"]?["request"]?.text.flatMap { Digest(hex: $0) })
        #expect(
            try Damage.replace(digest.bytes, with: digest.bytes.reversed(), in: company.path(".daybook/ledger.mdb")) > 0
        )
        let replay = try company.daybook("replay", "--all")
        #expect(replay.status == 1)
        #expect(replay.output.contains("1 diverges, first at \(job) \(call.place)"))
        #expect(try company.daybook("replay", job).output.contains("Diverges, first at \(job) \(call.place)"))
    }

    @Test func `does not judge what it cannot check`() throws {
        let company = try Company()
        let job = try company.send()
        // The flow's definition is lost: where it lies, it is said to be something else.
        let manifest = try #require(try company.events(job, named: "JobQueued")[0]["data"]?["manifest"]?.text)
        let digest = try #require(Digest(hex: manifest))
        let shown = try #require(try company.daybook("show", manifest, "--json").objects.first)
        let content = try #require(
            shown["hex"]?.text.flatMap { [UInt8](hex: $0) } ?? shown["text"]?.text.map { Array($0.utf8) })
        let losses = try Damage.replace(
            digest.bytes + content, with: digest.bytes.dropLast() + [digest.bytes[31] ^ 1] + content,
            in: company.path(".daybook/ledger.mdb"))
        #expect(losses > 0)
        let replay = try company.daybook("replay", "--all", "--json")
        #expect(replay.status == 0)
        #expect(replay.objects.last?["not_checkable"] == 1 && replay.objects.last?["diverged"] == 0)
        let single = try company.daybook("replay", job)
        #expect(single.status == 1)
        #expect(single.output.contains("Not checkable"))
    }
}
