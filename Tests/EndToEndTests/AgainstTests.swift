import Foundation
import Testing
import Wire

/// What `daybook verify --against` finds out with a checkpoint and a key that somebody kept elsewhere, although whoever
/// holds the folder can do to it what they like.
@Suite struct `A checkpoint kept elsewhere` {
    let company: Company
    let key: String

    /// A company whose owner has given a checkpoint and the key away, and a copy of its ledger from before.
    init() throws {
        company = try Company()
        try company.send()
        key = try company.key()
        try FileManager.default.copyItem(atPath: company.path(".daybook"), toPath: company.path("before"))
        try company.send()
        try company.write("kept", try company.daybook("proof").output)
    }

    private func putBack(keys: Bool = true) throws {
        try FileManager.default.removeItem(atPath: company.path(".daybook"))
        try FileManager.default.copyItem(atPath: company.path("before"), toPath: company.path(".daybook"))
        guard !keys else { return }
        try FileManager.default.removeItem(atPath: company.path(".daybook/keys"))
        try FileManager.default.removeItem(atPath: company.path(".daybook/checkpoint"))
    }

    private func verify() throws -> DaybookBinary.Result {
        try company.daybook("verify", "--against", "kept", "--key", key)
    }

    @Test func `agrees with the ledger as it goes on`() throws {
        #expect(try verify().status == 0)
        try company.send()
        let later = try verify()
        #expect(later.status == 0 && later.output.contains("agrees, signed at"))
        #expect(try company.daybook("verify", "--key", key).status == 0)
    }

    @Test func `catches an old copy that was put back, where the folder itself looks sound`() throws {
        try putBack()
        #expect(try company.daybook("verify").status == 0)
        let found = try verify()
        #expect(found.status == 76)
        #expect(found.output.contains("An old copy was restored, or its end was cut off"))
    }

    @Test func `catches a fork of the same size`() throws {
        let size = try company.head()
        try putBack()
        try company.send()
        #expect(try company.head() == size)
        #expect(try company.daybook("verify").status == 0)
        let found = try verify()
        #expect(found.status == 76)
        #expect(found.output.contains("its first \(size) events are not those that were signed"))
        let proof = try company.daybook("proof", "--from", "kept")
        #expect(proof.status == 76 && proof.output.isEmpty)
    }

    @Test func `catches a fork that has outgrown it`() throws {
        try putBack()
        for _ in 1...2 { try company.send() }
        let found = try verify()
        #expect(found.status == 76 && found.output.contains("are not those that were signed"))
    }

    @Test func `catches a history that was signed anew`() throws {
        try putBack(keys: false)
        for _ in 1...2 { try company.send() }
        #expect(try company.daybook("verify").status == 0)
        #expect(try company.key() != key)
        // By what was kept, with the key and without.
        let found = try verify()
        #expect(found.status == 76 && found.output.contains("are not those that were signed"))
        #expect(found.output.contains("somebody may have signed its history anew"))
        let bare = try company.daybook("verify", "--against", "kept")
        #expect(bare.status == 76 && bare.errors.contains("the history may have been signed anew"))
        // By the key alone.
        let alone = try company.daybook("verify", "--key", key)
        #expect(alone.status == 76 && alone.errors.contains("is not signed with the key"))
    }

    @Test func `catches the same history under another key`() throws {
        try FileManager.default.removeItem(atPath: company.path(".daybook/keys"))
        try FileManager.default.removeItem(atPath: company.path(".daybook/checkpoint"))
        try company.send()
        let found = try verify()
        #expect(found.status == 76)
        #expect(found.output.contains("somebody may have signed its history anew"))
        #expect(!found.output.contains("are not those that were signed"))
    }

    @Test func `that was itself forged, or is another ledger's, is not believed`() throws {
        let other = try Company()
        try company.write("other", try other.daybook("proof").output)
        let strange = try company.daybook("verify", "--against", "other", "--key", key)
        #expect(strange.status == 76 && strange.output.contains("the checkpoint is of another ledger"))
        let size = try company.head()
        try company.edit("kept", "\n\(size)\n", "\n\(size - 1)\n")
        let forged = try verify()
        #expect(forged.status == 76 && forged.output.isEmpty)
        #expect(forged.errors.contains("is not signed with the key"))
        #expect(try company.daybook("verify", "--against", "kept", "--key", "x").status == 64)
    }
}
