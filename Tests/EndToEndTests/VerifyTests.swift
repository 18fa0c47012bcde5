import Foundation
import Testing
import Wire

@Suite struct `A verification` {
    @Test func `of a sound ledger gives the count, the root and the checkpoint`() throws {
        let company = try Company()
        try company.send()
        let head = try company.head()
        let verify = try company.daybook("verify", "--json")
        #expect(verify.status == 0)
        let json = try #require(verify.objects.first)
        #expect(json["ok"] == true && json["events"]?.integer == head)
        #expect(json["root"]?.text?.count == 64 && json["checkpoint"]?["root"] == json["root"])
        #expect(json["views"]?.elements?.count == 7)
        let words = try company.daybook("verify").output
        #expect(words.hasPrefix("OK. \(head) events") && words.contains(json["root"]?.text ?? "?"))
    }

    @Test func `finds one changed byte of an event and of a content`() throws {
        for field in ["request", "content"] {
            let company = try Company()
            try company.daybook("run", "newsletter")
            let path = company.path(".daybook/ledger.mdb")
            if field == "request" {
                let call = try company.events("newsletter-1", named: "CallRequested")[0]
                let digest = try #require(call["data"]?["request"]?.text.flatMap { Digest(hex: $0) })
                #expect(
                    try Damage.replace(digest.bytes, with: [digest.bytes[0] ^ 1] + digest.bytes.dropFirst(), in: path)
                        > 0)
            } else {
                #expect(
                    try Damage.replace(Array("Pro costs $39".utf8), with: Array("Pro costs $93".utf8), in: path) > 0)
            }
            let verify = try company.daybook("verify")
            #expect(verify.status == 76)
            #expect(verify.output.contains("Damaged.") && verify.output.contains("!!"))
            #expect(verify.output.contains("daybook restore"))
        }
    }

    @Test func `of a damaged page ends with words, never with a crash`() throws {
        let company = try Company()
        try company.send()
        let path = company.path(".daybook/ledger.mdb")
        let whole = try Data(contentsOf: URL(filePath: path))
        // Every page but the two that describe the file, overwritten one after the other.
        for page in stride(from: 2, to: whole.count / 4_096, by: 3) {
            var data = whole
            let start = page * 4_096
            data.replaceSubrange(start..<start + 4_096, with: [UInt8](repeating: 0xff, count: 4_096))
            try data.write(to: URL(filePath: path))
            let verify = try company.daybook("verify")
            // A page that is not used any more may be damaged without harm.
            #expect([0, 1, 76].contains(verify.status), "page \(page): \(verify.status) \(verify.errors)")
            if verify.status == 76, verify.output.isEmpty {
                #expect(verify.errors.hasPrefix("daybook: "), "page \(page)")
            }
        }
    }

    @Test func `of a file that was cut off says so`() throws {
        let company = try Company()
        try company.send()
        let path = company.path(".daybook/ledger.mdb")
        let whole = try Data(contentsOf: URL(filePath: path))
        try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
        let verify = try company.daybook("verify")
        #expect(verify.status == 76)
        #expect(verify.output.isEmpty && verify.errors.hasPrefix("daybook: "))
    }

    @Test func `against a checkpoint kept elsewhere sees that the end is missing`() throws {
        let company = try Company()
        let old = company.path("old.mdb")
        try FileManager.default.copyItem(atPath: company.path(".daybook/ledger.mdb"), toPath: old)
        try company.send()
        let kept = company.path("kept-checkpoint")
        try FileManager.default.copyItem(atPath: company.path(".daybook/checkpoint"), toPath: kept)
        #expect(try company.daybook("verify", "--against", kept).status == 0)
        // The older ledger comes back, and the checkpoint beside it with it.
        try FileManager.default.removeItem(atPath: company.path(".daybook/ledger.mdb"))
        try FileManager.default.moveItem(atPath: old, toPath: company.path(".daybook/ledger.mdb"))
        try FileManager.default.removeItem(atPath: company.path(".daybook/checkpoint"))
        #expect(try company.daybook("verify").status == 0)
        let verify = try company.daybook("verify", "--against", kept)
        #expect(verify.status == 76)
        #expect(verify.output.contains("older than its checkpoint"))
        #expect(try company.daybook("verify", "--against", company.path("daybook.yaml")).status == 66)
        #expect(try company.daybook("verify", "--against", company.path("nothing")).status == 66)
    }

    @Test func `finds damage of what is searched, and says how to make it again`() throws {
        let company = try Company()
        #expect(
            try company.daybook("verify", "--json").objects.first?["search"]?["problems"]?.elements?.isEmpty == true)
        #expect(try company.daybook("knowledge", "index").status == 0)
        let whole = try #require(company.daybook("verify", "--json").objects.first?["search"])
        #expect(whole["chunks"]?.integer ?? 0 > 0 && whole["problems"]?.elements?.isEmpty == true)
        for suffix in [".segment", ".vectors"] {
            guard let file = company.files(below: ".daybook").first(where: { $0.key.hasSuffix(suffix) }) else {
                // Without a model there are no vectors.
                #expect(suffix == ".vectors" && !Model.isThere)
                continue
            }
            var bytes = file.value
            bytes[bytes.count - 1] ^= 0xff
            try bytes.write(to: URL(filePath: company.path(".daybook/\(file.key)")))
            let verify = try company.daybook("verify")
            #expect(verify.status == 1 && verify.output.contains("damaged"), "\(verify.output)")
            #expect(verify.output.contains("Next: daybook knowledge index --rebuild"))
            let doctor = try company.daybook("doctor", "--json").objects.first { $0["check"] == "search" }
            #expect(doctor?["mark"] == "wrong" && doctor?["next"] == "daybook knowledge index --rebuild")
            #expect(try company.daybook("knowledge", "index", "--rebuild").status == 0)
            #expect(try company.daybook("verify").status == 0)
        }
        let made = try #require(company.daybook("verify", "--json").objects.first?["search"])
        #expect(made["chunks"] == whole["chunks"] && made["vectors"] == whole["vectors"])
    }
}
