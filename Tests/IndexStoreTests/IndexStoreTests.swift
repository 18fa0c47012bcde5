import EventSourcing
import Foundation
import Retrieval
import Testing
import Wire

@testable import IndexStore

/// A folder of its own, removed at the end.
final class Folder {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "index-" + UUID().uuidString
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

    func damage(_ name: String, at place: Int? = nil) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        var bytes = try Data(contentsOf: file)
        bytes[place ?? bytes.count - 1] ^= 0xFF
        try bytes.write(to: file)
    }
}

func note(_ number: Int, version: UInt32 = 1, at position: UInt64? = nil, _ text: String = "a note on apples")
    -> KnowledgeChange
{
    .text(
        KnowledgeText(
            entry: "note\(number)", version: version, collection: "notes", title: "Note \(number)", text: text,
            position: position ?? UInt64(number)))
}

func found(_ query: String, in store: IndexStore, asOf: Position? = nil, k: Int = 1_000) -> [String] {
    let request = SearchRequest(query, visibility: Visibility(asOf: asOf, customer: .none), k: k)
    return KnowledgeSearch(store.corpus).search(request).hits.map { "\($0.passage.entry)@\($0.passage.version)" }
}

@Suite struct `The index on disk` {
    private let folder = Folder()

    private func open(log: String = "one", chunker: Chunker = Chunker()) throws -> IndexStore {
        try IndexStore(folder.path, of: log, chunker: chunker)
    }

    @Test func `finds what was added at once, and after it was saved and opened again`() throws {
        let store = try open()
        store.add([note(1), note(2)], through: 5)
        #expect(found("apples", in: store) == ["note1@1", "note2@1"])
        #expect(store.through == 5 && store.usage.diskBytes == 0 && store.usage.memoryBytes > 0)
        try store.save()
        #expect(store.usage.memoryBytes == 0 && store.usage.diskBytes > 0)
        let again = try open()
        #expect(again.notices.isEmpty && again.through == 5)
        #expect(found("apples", in: again) == ["note1@1", "note2@1"])
    }

    @Test func `takes no change twice`() throws {
        let store = try open()
        store.add([note(1), note(2)], through: 2)
        store.add([note(1), note(2), note(3)], through: 3)
        #expect(found("apples", in: store).count == 3)
        store.add([], through: 9)
        #expect(store.through == 9)
        try store.save()
        #expect(try open().through == 9)
    }

    @Test func `knows every version at its time, whether in memory or in files`() throws {
        let store = try open()
        store.add([note(1, at: 1, "costs thirty")], through: 1)
        try store.save()
        store.add([note(1, version: 2, at: 4, "costs forty")], through: 4)
        for _ in 0..<2 {
            #expect(found("costs", in: store) == ["note1@2"])
            #expect(found("thirty", in: store).isEmpty)
            #expect(found("thirty", in: store, asOf: 3) == ["note1@1"])
            #expect(found("costs", in: store, asOf: 0).isEmpty)
            try store.save()
        }
        store.add([.retired(entry: "note1", at: 6)], through: 6)
        try store.save()
        #expect(found("costs", in: try open()).isEmpty)
        #expect(found("costs", in: try open(), asOf: 5) == ["note1@2"])
    }

    @Test func `stays a few files, however often it is saved`() throws {
        let store = try open()
        for number in 1...200 {
            store.add([note(number)], through: UInt64(number))
            if number.isMultiple(of: 2) { try store.save() }
            #expect(store.usage.segments <= 12)
        }
        #expect(found("apples", in: store).count == 200)
        #expect(folder.names.count <= 12)
        #expect(found("apples", in: try open()).count == 200)
    }

    @Test func `gathers in memory what is never saved`() throws {
        let store = try open()
        for number in 1...100 { store.add([note(number)], through: UInt64(number)) }
        #expect(store.usage.segments <= IndexStore.memorySegmentsMax)
        #expect(found("apples", in: store).count == 100)
    }

    @Test func `goes on from the last sound file, and says so`() throws {
        let store = try open()
        store.add((1...40).map { note($0) }, through: 40)
        try store.save()
        let first = folder.names
        store.add([note(41)], through: 41)
        try store.save()
        let second = try #require(folder.names.first { !first.contains($0) })
        try folder.damage(second, at: 300)
        let again = try open()
        #expect(again.through == 40)
        #expect(again.notices.count == 1 && again.notices[0].contains(second) && again.notices[0].contains("40"))
        #expect(found("apples", in: again).count == 40)
        again.add([note(41)], through: 41)
        try again.save()
        #expect(try open().notices.isEmpty)
        #expect(found("apples", in: try open()).count == 41)
    }

    @Test func `begins anew with a damaged list, another log, or other chunks, and says so`() throws {
        for trouble in 0..<3 {
            let store = try open(log: "log\(trouble)")
            store.add([note(1)], through: 1)
            try store.save()
            if trouble == 0 { try folder.damage("manifest", at: 40) }
            let again = try open(
                log: trouble == 1 ? "another" : "log\(trouble)",
                chunker: trouble == 2 ? Chunker(tokensMax: 50) : Chunker())
            #expect(again.through == 0 && again.notices.count == 1 && again.notices[0].contains("indexed again"))
            again.add([note(7)], through: 7)
            try again.save()
            #expect(found("apples", in: again) == ["note7@1"])
        }
    }

    @Test func `finds damage that opening does not look for`() throws {
        let store = try open()
        store.add((1...40).map { note($0) }, through: 40)
        try store.save()
        let whole = IndexStore.check(folder.path)
        #expect(whole.problems.isEmpty && whole.documents == store.usage.documents && whole.segments == 1)
        try folder.damage(try #require(folder.names.first { $0.hasSuffix("segment") }))
        #expect(try open().notices.isEmpty)
        let damage = IndexStore.check(folder.path).problems
        #expect(damage.count == 1 && damage[0].contains("damaged"))
        try folder.damage("manifest", at: 40)
        #expect(IndexStore.check(folder.path).problems.count == 1)
        #expect(IndexStore.check(folder.path + "/nowhere") == IndexStore.Check())
    }

    @Test func `puts no damaged file into a new one`() throws {
        let store = try open()
        store.add((1...40).map { note($0) }, through: 40)
        try store.save()
        try folder.damage(try #require(folder.names.first { $0.hasSuffix("segment") }))
        let again = try open()
        again.add((41...80).map { note($0) }, through: 80)
        #expect(throws: IndexFailure.self) { try again.save() }
        #expect(try open().through == 0)
    }

    @Test func `leaves nothing of a crash between a file and its name`() throws {
        let store = try open()
        store.add([note(1)], through: 1)
        try store.save()
        for name in ["7.segment", "segment.99.new", "manifest.99.new"] {
            #expect(FileManager.default.createFile(atPath: folder.path + "/" + name, contents: Data([1, 2, 3])))
        }
        let again = try open()
        #expect(again.notices.isEmpty && found("apples", in: again) == ["note1@1"])
        again.add([note(2)], through: 2)
        try again.save()
        #expect(folder.names.count == 2)
        #expect(found("apples", in: try open()).count == 2)
    }

    @Test func `takes over what another process saved meanwhile`() throws {
        let mine = try open()
        let other = try open()
        mine.add([note(1)], through: 1)
        other.add([note(1), note(2)], through: 2)
        try other.save()
        try mine.save()
        #expect(mine.through == 2)
        #expect(found("apples", in: mine) == ["note1@1", "note2@1"])
        mine.add([note(3)], through: 3)
        try mine.save()
        #expect(found("apples", in: try open()).count == 3)
    }

    /// The numbers of what another process makes anew begin again, and are those of the files that are gone.
    @Test func `makes no index of two halves where its files were removed meanwhile`() throws {
        let mine = try open()
        mine.add([note(1), note(2)], through: 2)
        try mine.save()
        for name in folder.names { try FileManager.default.removeItem(atPath: folder.path + "/" + name) }
        let other = try open()
        other.add([note(1)], through: 1)
        try other.save()
        mine.add([note(3)], through: 3)
        try mine.save()
        #expect(mine.through == 1 && found("apples", in: mine) == ["note1@1"])
        let again = try open()
        #expect(again.notices.isEmpty && again.through == 1 && found("apples", in: again) == ["note1@1"])
        for name in folder.names { try FileManager.default.removeItem(atPath: folder.path + "/" + name) }
        mine.add([note(2)], through: 2)
        try mine.save()
        #expect(try mine.through == 0 && found("apples", in: open()).isEmpty)
    }

    @Test func `puts no more together than a file may hold`() {
        #expect(IndexStore.fitting([], max: 9) == 1 && IndexStore.fitting([12, 1], max: 9) == 1)
        #expect(IndexStore.fitting([3, 4, 2, 1], max: 9) == 3 && IndexStore.fitting([3, 4], max: 9) == 2)
        #expect(IndexStore.smallestNeighbours([5, 5, 4, 3, 7], max: 9) == 2..<4)
        #expect(IndexStore.smallestNeighbours([5, 5, 5], max: 9) == nil)
        #expect(IndexStore.smallestNeighbours([5], max: 9) == nil)
    }

    @Test func `goes on reading what others replaced`() throws {
        let reader = try open()
        reader.add((1...9).map { note($0) }, through: 9)
        try reader.save()
        let corpus = reader.corpus
        let other = try open()
        other.add((10...30).map { note($0) }, through: 30)
        try other.save()
        for name in folder.names { try FileManager.default.removeItem(atPath: folder.path + "/" + name) }
        let hits = KnowledgeSearch(corpus).search(SearchRequest("apples", visibility: .everything, k: 100)).hits
        #expect(hits.count == 9)
    }

    @Test func `may be in memory alone`() throws {
        let store = IndexStore(of: "one")
        store.add((1...9).map { note($0) }, through: 9)
        try store.save()
        #expect(found("apples", in: store).count == 9 && store.usage.diskBytes == 0)
    }

    @Test func `says what it cannot do, and where`() throws {
        let failure = #expect(throws: IndexFailure.self) {
            try IndexStore("/dev/null/index", of: "one")
        }
        #expect(failure?.description.contains("/dev/null/index") == true)
    }
}
