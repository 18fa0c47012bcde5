import EventSourcing
import Events
import Testing
import Views
import Wire

@Suite struct `The knowledge index` {
    private func written() async throws -> Book {
        let book = Book()
        try await book.write(
            "entry/pricing", by: "owner",
            EntryObservation.entryAdded(EntryAdded(content: content("$39"), source: .person)))
        try await book.write(
            "entry/pricing", by: "import",
            EntryObservation.entryRevised(
                EntryRevised(base: 1, content: content("$29"), source: .file("notes/pricing-old.md"))))
        return book
    }

    @Test func `shows the newest version, and every one before it`() async throws {
        let rows = try await written().rows(KnowledgeIndex())
        let row = try #require(try KnowledgeIndex.row(of: "pricing", in: rows))
        #expect(row.version == 2)
        #expect(row.content == content("$29"))
        #expect(!row.retired)
        let versions = try KnowledgeIndex.versions(of: "pricing", in: rows)
        #expect(versions.map(\.event) == ["EntryAdded", "EntryRevised"])
        #expect(versions.map(\.actor) == ["owner", "import"])
        #expect(versions.map(\.source) == [.person, .file("notes/pricing-old.md")])
        #expect(versions.map(\.base) == [0, 1])
        #expect(versions.map(\.position) == [1, 2])
    }

    @Test func `makes an earlier content current again, and can take that back too`() async throws {
        let book = try await written()
        try await book.write(
            "entry/pricing", by: "owner",
            EntryObservation.entryReverted(EntryReverted(base: 2, to: 1, reason: digest("wrong"))))
        var row = try #require(try KnowledgeIndex.row(of: "pricing", in: book.rows(KnowledgeIndex())))
        #expect(row.version == 3)
        #expect(row.contentOf == 1)
        #expect(row.content == content("$39"))
        try await book.write(
            "entry/pricing", by: "owner", EntryObservation.entryReverted(EntryReverted(base: 3, to: 2)))
        try await book.write(
            "entry/pricing", by: "owner", EntryObservation.entryReverted(EntryReverted(base: 4, to: 3)))
        row = try #require(try KnowledgeIndex.row(of: "pricing", in: book.rows(KnowledgeIndex())))
        #expect(row.version == 5)
        #expect(row.contentOf == 1)
        #expect(row.content == content("$39"))
    }

    @Test func `keeps a retired entry, and lists it only when asked`() async throws {
        let book = try await written()
        try await book.write(
            "entry/pricing", by: "owner", EntryObservation.entryRetired(EntryRetired(base: 2, reason: nil)))
        let rows = try book.rows(KnowledgeIndex())
        #expect(try KnowledgeIndex.row(of: "pricing", in: rows)?.retired == true)
        #expect(try KnowledgeIndex.rows(in: rows).isEmpty)
        #expect(try KnowledgeIndex.rows(in: rows, retired: true).map(\.entry) == ["pricing"])
    }

    @Test func `says what was current at a position`() async throws {
        let rows = try await written().rows(KnowledgeIndex())
        #expect(try KnowledgeIndex.version(of: "pricing", asOf: 1, in: rows)?.version == 1)
        #expect(try KnowledgeIndex.version(of: "pricing", asOf: 9, in: rows)?.version == 2)
        #expect(try KnowledgeIndex.version(of: "pricing", asOf: 0, in: rows) == nil)
    }

    @Test func `lists a collection, sorted by name`() async throws {
        let book = try await written()
        for entry in ["zeta", "ana"] {
            try await book.write(
                "entry/\(entry)",
                EntryObservation.entryAdded(
                    EntryAdded(content: content(entry, collection: "personas"), source: .person)))
        }
        let rows = try book.rows(KnowledgeIndex())
        #expect(try KnowledgeIndex.rows(in: rows, collection: "personas").map(\.entry) == ["ana", "zeta"])
        #expect(try KnowledgeIndex.rows(in: rows).count == 3)
    }

    @Test func `stops at a revert to a version that is not there`() async throws {
        let book = try await written()
        try await book.write("entry/pricing", EntryObservation.entryReverted(EntryReverted(base: 2, to: 7)))
        #expect(throws: UnknownEvent.orphan("EntryReverted", missing: "version 7")) {
            try book.rows(KnowledgeIndex())
        }
    }
}
