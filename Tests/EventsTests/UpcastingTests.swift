import Events
import Testing
import Wire

@Suite struct Upcasting {
    private let root = Digest.of(Array("root".utf8))

    @Test func `shows every reader the newest shape of what an older build wrote`() throws {
        let old = BackupTakenR1(events: 47, root: root)
        let newest = BackupTaken(events: 47, root: root, copyBytes: 0, form: .pages)
        let read = try LedgerObservation(type: 211, revision: 1, from: old.wireBytes.span.bytes)
        #expect(read == .backupTaken(newest))
        #expect(
            try EventCatalog.json(type: 211, revision: 1, payload: old.wireBytes)
                == EventCatalog.json(type: 211, revision: 2, payload: newest.wireBytes))
    }

    @Test func `is needed: the bytes of one revision are not those of another`() throws {
        let old = BackupTakenR1(events: 47, root: root).wireBytes
        #expect(throws: WireError.missing("BackupTaken.form")) {
            try LedgerObservation(type: 211, revision: 2, from: old.span.bytes)
        }
        let newest = BackupTaken(events: 47, root: root, copyBytes: 9, form: .compact).wireBytes
        #expect(throws: WireError.self) { try LedgerObservation(type: 211, revision: 1, from: newest.span.bytes) }
    }

    @Test(arguments: [0, 3, 255] as [UInt8])
    func `stops at a revision that this build does not know`(_ revision: UInt8) {
        let bytes = BackupTaken(events: 1, root: root, copyBytes: 1, form: .pages).wireBytes
        #expect(throws: WireError.unknownRevision(revision)) {
            try LedgerObservation(type: 211, revision: revision, from: bytes.span.bytes)
        }
    }

    @Test func `writes the newest revision, and says so`() throws {
        let event = LedgerObservation.backupTaken(BackupTaken(events: 1, root: root, copyBytes: 1, form: .pages))
        #expect(event.revision == 2)
        #expect(EventCatalog.entry(named: "BackupTaken")?.revision == 2)
        #expect(
            LedgerObservation.viewSwitched(ViewSwitched(view: "jobs", fromGeneration: 1, toGeneration: 2)).revision == 1
        )
    }
}
