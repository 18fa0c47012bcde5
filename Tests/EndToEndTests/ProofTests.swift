import Foundation
import Testing
import Wire

@Suite struct `A proof` {
    @Test func `of an event holds for a stranger with the key alone`() throws {
        let company = try Company()
        try company.send()
        let stranger = try Stranger()
        let call = try company.events("newsletter-1", named: "CallRequested")[0]
        let made = try company.daybook("proof", call.place)
        #expect(made.status == 0 && made.output.hasPrefix("c2sp.org/tlog-proof@v1\n"))
        #expect(made.errors.contains("\(call.place) CallRequested is one of"))
        let key = try company.key()
        #expect(made.errors.contains(key))
        try stranger.put(made.output, as: "event.proof")
        let check = try stranger.daybook("verify", "--proof", "event.proof", "--key", key)
        #expect(check.status == 0)
        #expect(check.output.hasPrefix("OK. The event \(call.place) is in the log") && check.errors.isEmpty)
        let json = try #require(
            try stranger.daybook("verify", "--proof", "event.proof", "--key", key, "--json").objects.first)
        #expect(json["position"] == call["position"] && json["event"] == "CallRequested" && json["version"] != nil)
        let size = json["checkpoint"]?["events"]?.integer ?? 0
        #expect(
            try stranger.python("stranger.py", key, "proof", "event.proof")
                == ["\(call.place) is in the log of \(size)"])
    }

    @Test func `says in JSON all that a program needs to check it`() throws {
        let company = try Company()
        try company.send()
        let json = try #require(try company.daybook("proof", "newsletter-1@3", "--json").objects.first)
        let entry = try #require(json["entry"]?.text.flatMap { [UInt8](hex: $0) })
        let leaf = Digest.of([0] + entry)
        #expect(json["leaf"]?.text == leaf.description)
        // RFC 9162, section 2.1.3.2, once more, from the printed words alone.
        var (place, last) = (try #require(json["index"]?.integer), try #require(json["events"]?.integer) - 1)
        var hash = leaf
        for text in json["path"]?.elements ?? [] {
            let side = try #require(text.text.flatMap { Digest(hex: $0) })
            if place & 1 == 1 || place == last {
                hash = Digest.of([1] + side.bytes + hash.bytes)
                while place & 1 == 0, place > 0 { (place, last) = (place >> 1, last >> 1) }
            } else {
                hash = Digest.of([1] + hash.bytes + side.bytes)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        #expect(json["root"]?.text == hash.description)
        #expect(try company.daybook("verify", "--json").objects.first?["root"] == json["root"])
    }

    @Test func `that was changed, cut or is for another key is refused in words`() throws {
        let company = try Company()
        try company.send()
        let other = try Company()
        try other.send()
        let stranger = try Stranger()
        let proof = try company.daybook("proof", "@30").output
        let key = try company.key()
        try stranger.put(proof.replacing("\nindex 29\n", with: "\nindex 28\n"), as: "moved")
        try stranger.put(String(proof.dropLast(40)), as: "cut")
        try stranger.put(proof, as: "whole")
        let moved = try stranger.daybook("verify", "--proof", "moved", "--key", key)
        #expect(moved.status == 1 && moved.errors.contains("daybook: the proof is for the place 28"))
        #expect(try stranger.python("stranger.py", key, "proof", "moved").isEmpty)
        #expect(try stranger.python("stranger.py", key, "proof", "whole").count == 1)
        #expect(try stranger.daybook("verify", "--proof", "cut", "--key", key).status == 65)
        let strange = try stranger.daybook("verify", "--proof", "whole", "--key", other.key())
        #expect(strange.status == 1 && strange.errors.contains("the key is of"))
        #expect(try stranger.daybook("verify", "--proof", "whole", "--key", "nonsense").status == 64)
        #expect(try stranger.daybook("verify", "--proof", "whole").status == 64)
        #expect(try stranger.daybook("verify", "--proof", "none", "--key", key).status == 66)
        for (reference, status) in [("newsletter-1", 64), ("@100000", 66), ("newsletter-1@900", 66), ("pricing", 64)] {
            #expect(try company.daybook("proof", reference).status == Int32(status))
        }
    }

    @Test func `that the ledger grew holds for whoever kept the older checkpoint`() throws {
        let company = try Company()
        try company.send()
        let stranger = try Stranger()
        let old = try company.daybook("proof").output
        try stranger.put(old, as: "old")
        try company.write("old", old)
        try company.send()
        let key = try company.key()
        let made = try company.daybook("proof", "--from", "old")
        #expect(made.status == 0 && made.output.hasPrefix("old "))
        try stranger.put(made.output, as: "grown")
        try stranger.put(try company.daybook("proof").output, as: "new")
        let check = try stranger.daybook("verify", "--proof", "grown", "--against", "old", "--key", key)
        #expect(check.status == 0 && check.output.contains("are in the log unchanged"))
        #expect(try stranger.python("stranger.py", key, "grown", "grown", "old").count == 1)
        #expect(try stranger.python("stranger.py", key, "grown", "grown", "new").isEmpty)
        let wrong = try stranger.daybook("verify", "--proof", "grown", "--against", "new", "--key", key)
        #expect(wrong.status == 1 && wrong.errors.contains("the proof begins at"))
        #expect(try stranger.daybook("verify", "--proof", "grown", "--key", key).status == 64)
        // An event can be proved against what somebody kept, though the log is longer now.
        let event = try company.daybook("proof", "@20", "--against", "old")
        #expect(event.status == 0 && event.output.contains(old))
        let behind = try company.daybook("proof", "@\(try company.head())", "--against", "old")
        #expect(behind.status == 66 && behind.errors.contains("is not among the"))
    }

    @Test func `in tiles is read by a program that knows the specification alone`() throws {
        let company = try Company()
        for _ in 1...5 { try company.send() }
        let made = try company.daybook("proof", "--tiles", "public/log", "--entries", "--json")
        let json = try #require(made.objects.first)
        let said = try Stranger().python("tiles.py", company.path("public/log"))
        #expect(said == ["\(json["events"]?.integer ?? 0)", json["root"]?.text ?? "?", "entries agree"])
        #expect(json["events"]?.integer ?? 0 > 256)
        try company.send()
        let again = try #require(try company.daybook("proof", "--tiles", "public/log", "--json").objects.first)
        #expect(again["kept"]?.integer ?? 0 > 0)
        try #expect(company.daybook("proof", "--tiles", "public/log", "--against", "x").status == 64)
    }
}

/// Somebody with an empty folder.
final class Stranger {
    let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-stranger-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func put(_ text: String, as name: String) throws { try put(Data(text.utf8), as: name) }
    func put(_ data: Data, as name: String) throws { try data.write(to: URL(filePath: "\(folder)/\(name)")) }

    func daybook(_ arguments: String...) throws -> DaybookBinary.Result {
        try DaybookBinary.run(arguments, in: folder)
    }

    /// The lines that a program prints which shares nothing with Daybook; none if it fails.
    func python(_ script: String, _ arguments: String...) throws -> [String] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(script)").path
        let output = "\(folder)/\(UUID().uuidString)"
        let child = try ChildProcess(
            ["/usr/bin/env", "python3", path] + arguments, in: folder,
            environment: ProcessInfo.processInfo.environment, output: output)
        guard child.wait(secondsMax: 60) == 0 else { return [] }
        return try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(String.init)
    }
}

extension Company {
    /// What a stranger checks signatures with.
    func key() throws -> String { try daybook("proof", "--json").objects.first?["key"]?.text ?? "" }
}
