import EventSourcing
import Foundation
import IndexStore
import Retrieval
import Testing
import Wire

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
        for name in ["7.segment", "8.segment.99.new"] {
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

    @Test func `goes on reading what others replaced`() throws {
        let reader = try open()
        reader.add((1...9).map { note($0) }, through: 9)
        try reader.save()
        let corpus = reader.corpus
        let other = try open()
        other.add((10...30).map { note($0) }, through: 30)
        try other.save()
        try other.clear()
        #expect(folder.names == ["manifest"])
        let hits = KnowledgeSearch(corpus).search(SearchRequest("apples", visibility: .everything, k: 100)).hits
        #expect(hits.count == 9)
    }

    @Test func `forgets entries in every file and in memory`() throws {
        let store = try open()
        store.add([note(1, "the secret is kumquat"), note(2)], through: 2)
        try store.save()
        store.add([note(1, version: 2, at: 3, "still kumquat"), note(4)], through: 4)
        try store.forget(["note1"])
        #expect(found("kumquat", in: store).isEmpty && found("kumquat", in: store, asOf: 2).isEmpty)
        #expect(found("apples", in: store) == ["note2@1", "note4@1"])
        try store.save()
        for name in folder.names {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
            #expect(bytes.range(of: Data("kumquat".utf8)) == nil)
        }
    }

    @Test func `that forgot something says no more than its files hold`() throws {
        let store = try open()
        store.add([note(1)], through: 1)
        try store.save()
        store.add([note(2)], through: 2)
        #expect(store.documentsInMemory == 1)
        try store.forget(["note1"])
        let again = try open()
        #expect(again.through == 2 && found("apples", in: again) == ["note2@1"])
    }

    @Test func `may be in memory alone`() throws {
        let store = IndexStore(of: "one")
        store.add((1...9).map { note($0) }, through: 9)
        try store.save()
        try store.forget(["note9"])
        #expect(found("apples", in: store).count == 8 && store.usage.diskBytes == 0)
        try store.clear()
        #expect(store.through == 0 && found("apples", in: store).isEmpty)
    }

    @Test func `says what it cannot do, and where`() throws {
        let failure = #expect(throws: IndexFailure.self) {
            try IndexStore("/dev/null/index", of: "one")
        }
        #expect(failure?.description.contains("/dev/null/index") == true)
    }
}

@Suite struct `Vectors that were made once` {
    private let folder = Folder()

    @Test func `are found again by what they were made of, and by their model`() throws {
        let text = Digest.of(Array("a text".utf8))
        let cache = try VectorCache(folder.path, model: "m", vectorBytes: 4)
        #expect(cache.vector(of: text) == nil)
        try cache.add([1, 2, 3, 4], of: text)
        try cache.add([9, 9, 9, 9], of: text)
        try cache.flush()
        #expect(cache.vector(of: text) == [1, 2, 3, 4])
        #expect(try VectorCache(folder.path, model: "m", vectorBytes: 4).vector(of: text) == [1, 2, 3, 4])
        #expect(try VectorCache(folder.path, model: "n", vectorBytes: 4).count == 0)
        #expect(try VectorCache(folder.path, model: "m", vectorBytes: 5).count == 0)
    }

    @Test func `that were torn or damaged are made again`() throws {
        let texts = (0..<10).map { Digest.of([UInt8($0)]) }
        do {
            let cache = try VectorCache(folder.path, model: "m", vectorBytes: 4)
            for (number, text) in texts.enumerated() {
                try cache.add([UInt8](repeating: UInt8(number), count: 4), of: text)
            }
        }
        let name = try #require(folder.names.first)
        try folder.damage(name, at: 64 + 44 * 3 + 33)
        let file = URL(fileURLWithPath: folder.path + "/" + name)
        try Data(contentsOf: file).dropLast(7).write(to: file)
        let cache = try VectorCache(folder.path, model: "m", vectorBytes: 4)
        #expect(texts.map { cache.vector(of: $0) != nil } == (0..<10).map { $0 != 3 && $0 != 9 })
        for text in texts { try cache.add([7, 7, 7, 7], of: text) }
        let again = try VectorCache(folder.path, model: "m", vectorBytes: 4)
        #expect(texts.allSatisfy { again.vector(of: $0) != nil })
        #expect(try again.check() == (whole: 10, damaged: 1))
        try again.mend()
        let mended = try VectorCache(folder.path, model: "m", vectorBytes: 4)
        #expect(try mended.check() == (whole: 10, damaged: 0))
        #expect(texts.allSatisfy { mended.vector(of: $0) != nil } && folder.names == [name])
    }

    @Test func `are shared with whoever else adds some`() throws {
        let mine = try VectorCache(folder.path, model: "m", vectorBytes: 4)
        let other = try VectorCache(folder.path, model: "m", vectorBytes: 4)
        for number in 0..<20 {
            let cache = number.isMultiple(of: 2) ? mine : other
            try cache.add([UInt8](repeating: UInt8(number), count: 4), of: Digest.of([UInt8(number)]))
        }
        #expect(try VectorCache(folder.path, model: "m", vectorBytes: 4).count == 20)
    }
}
