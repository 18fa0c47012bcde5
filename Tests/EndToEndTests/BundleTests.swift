import Foundation
import Testing
import Wire

@Suite struct `A bundle` {
    /// A job in a bundle, and the key of its ledger.
    private func make(in company: Company, _ arguments: String...) throws -> Data {
        let path = company.path("made.bundle")
        let child = try ChildProcess(
            [DaybookBinary.path, "bundle", "newsletter-1"] + arguments, in: company.folder,
            environment: ProcessInfo.processInfo.environment, output: path)
        guard child.wait(secondsMax: 60) == 0 else { throw Company.Failure(words: "no bundle") }
        return try Data(contentsOf: URL(filePath: path))
    }

    @Test func `proves and replays a job where there is no ledger`() throws {
        let company = try Company()
        try company.send()
        let stranger = try Stranger()
        try stranger.put(try make(in: company), as: "job.bundle")
        let key = try company.key()
        let check = try stranger.daybook("verify", "--bundle", "job.bundle", "--key", key)
        #expect(check.status == 0 && check.errors.isEmpty)
        #expect(check.output.hasPrefix("OK. newsletter-1: "))
        #expect(check.output.contains("exact on this build") && check.output.contains("Not shown: whether anything"))
        let json = try #require(
            try stranger.daybook("verify", "--bundle", "job.bundle", "--key", key, "--json").objects.first)
        let events = try company.daybook("job", "events", "newsletter-1", "--json").objects
        #expect(json["events"]?.integer == Int64(events.count))
        #expect(json["last_position"] == events.last?["position"] && json["last_event"] == "JobCompleted")
        #expect(json["replay"]?["verdict"] == "reproduced")
        let live = try company.daybook("replay", "newsletter-1", "--json").objects.first
        for field in ["decisions", "same", "requests", "mails"] { #expect(json["replay"]?[field] == live?[field]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: stranger.folder) == ["job.bundle"])
        // A program that shares nothing with this one comes to the same.
        let last = events.last?.place ?? ""
        #expect(
            try stranger.python("stranger.py", key, "bundle", "job.bundle") == [
                "job/newsletter-1: \(events.count) events up to \(last), \(json["contents"]?.integer ?? 0) contents"
            ])
    }

    @Test func `of a job under way is whole up to where it says`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        let kept = try company.daybook("proof").output
        try company.write("kept", kept)
        try company.daybook("review", "newsletter-1", "--approve")
        let stranger = try Stranger()
        try stranger.put(try make(in: company, "--against", "kept"), as: "early")
        try stranger.put(try make(in: company), as: "late")
        let key = try company.key()
        let early = try #require(
            try stranger.daybook("verify", "--bundle", "early", "--key", key, "--json").objects.first)
        let late = try #require(
            try stranger.daybook("verify", "--bundle", "late", "--key", key, "--json").objects.first)
        #expect(early["replay"]?["verdict"] == "reproduced" && early["last_event"] == "TimerSet")
        #expect(early["events"]?.integer ?? 0 < late["events"]?.integer ?? 0)
    }

    @Test func `that was changed anywhere is refused, and says nothing`() throws {
        let company = try Company()
        try company.send()
        let stranger = try Stranger()
        let whole = try make(in: company)
        let key = try company.key()
        var random = SeededChance(state: 3)
        for _ in 0..<40 {
            var bytes = whole
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= UInt8.random(in: 1...255, using: &random)
            try stranger.put(bytes, as: "changed")
            let check = try stranger.daybook("verify", "--bundle", "changed", "--key", key)
            #expect([1, 65].contains(check.status) && check.output.isEmpty, "byte \(place)")
            #expect(check.errors.hasPrefix("daybook: "), "byte \(place)")
        }
        for length in [0, 1, 17, 18, 300, whole.count / 2, whole.count - 1] {
            try stranger.put(whole.prefix(length), as: "cut")
            let check = try stranger.daybook("verify", "--bundle", "cut", "--key", key)
            #expect(check.status == 65 && check.output.isEmpty, "\(length) bytes")
        }
        for name in ["daybook.yaml", ".daybook/ledger.mdb", ".daybook/checkpoint"] {
            #expect(try stranger.daybook("verify", "--bundle", company.path(name), "--key", key).status == 65)
        }
    }

    @Test func `signed by a forger with events that no build was made for ends in words`() throws {
        let company = try Company()
        try company.send()
        let stranger = try Stranger()
        try stranger.put(try make(in: company), as: "job.bundle")
        for time in ["same", "0", "-1", "\(Int64.min)", "\(Int64.max)"] {
            let key = try #require(try stranger.python("forger.py", "job.bundle", "forged", time).first)
            for arguments in [[], ["--json"]] {
                let check = try DaybookBinary.run(
                    ["verify", "--bundle", "forged", "--key", key] + arguments, in: stranger.folder)
                #expect([0, 1].contains(check.status), "\(time): \(check.errors)")
                if check.status == 1, check.output.isEmpty {
                    #expect(check.errors.hasPrefix("daybook: the job in this bundle cannot be driven again"))
                }
                // What is merely signed by somebody else holds for their key, and for no other.
                if time == "same" { #expect(check.status == 0) }
            }
            #expect(try stranger.daybook("verify", "--bundle", "forged", "--key", company.key()).status == 1)
        }
    }

    @Test func `is for the key of its own ledger alone`() throws {
        let company = try Company()
        try company.send()
        let other = try Company()
        try other.send()
        let stranger = try Stranger()
        try stranger.put(try make(in: company), as: "job.bundle")
        let strange = try stranger.daybook("verify", "--bundle", "job.bundle", "--key", other.key())
        #expect(strange.status == 1 && strange.output.isEmpty && strange.errors.contains("the key is of"))
        #expect(try stranger.daybook("verify", "--bundle", "job.bundle").status == 64)
        #expect(try company.daybook("bundle", "newsletter-9").status == 66)
        #expect(try company.daybook("bundle", "pricing").status == 64)
    }
}

/// Chance that comes out the same each time.
struct SeededChance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 32) | (state << 32)
    }
}
