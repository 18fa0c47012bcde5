import EventSourcing
import Events
import Knowledge
import ViewStore
import Views
import Wire

/// What every entry says now, as far as it takes to find who could contradict whom: a sketch of each, never its text.
struct KnownTexts {
    /// Entries that are sketched at once.
    private static let sketchedAtOnce = 512

    /// An entry as it is now.
    struct Entry: Sendable {
        let ref: EntryRef
        let content: EntryContent
        /// The log's position that made it so; `max` for what is being written.
        let position: Position

        /// Whether it is about a person.
        var isSealed: Bool { content.title.isEmpty }
    }

    private let book: KnowledgeBook
    private var entries: [String: Entry] = [:]
    private var sketches: [String: Sketch] = [:]
    private var cache: SketchCache
    /// Of all, once many are compared with them.
    private var index: SketchIndex?

    /// All entries that are shown to anybody.
    init(_ book: KnowledgeBook) async throws {
        self.book = book
        cache = SketchCache(in: book.workplace.views.directory)
        var missing: [Entry] = []
        do {
            for row in try KnowledgeIndex.rows(in: book.workplace.view(KnowledgeIndex())) {
                let ref = EntryRef(entry: row.entry, version: row.version)
                let entry = Entry(ref: ref, content: row.content, position: row.lastPosition)
                entries[row.entry] = entry
                sketches[row.entry] = cache[ContentKey(row.content)]
                if sketches[row.entry] == nil { missing.append(entry) }
            }
        } catch {
            throw Complaint(error)
        }
        for start in stride(from: 0, to: missing.count, by: Self.sketchedAtOnce) {
            let part = Array(missing[start..<min(start + Self.sketchedAtOnce, missing.count)])
            // What is erased contradicts nobody.
            let made = try await Concurrently.map(part) { (try? book.statement($0.content)).map(Sketch.init) }
            for (entry, sketch) in zip(part, made) { keep(sketch, of: entry) }
        }
        cache.save()
    }

    subscript(entry: String) -> Entry? { entries[entry] }

    /// The names of all, in the order in which they were said last.
    var names: [String] {
        entries.values.sorted { ($0.position, $0.ref.entry) < ($1.position, $1.ref.entry) }.map(\.ref.entry)
    }

    /// Whom each has to be compared with that is about to be said, one commit of many: of two in one commit, the
    /// second with the first. From then on it is known.
    mutating func take(_ said: [String: SaidVersion]) -> [String: [String]] {
        var all = index ?? known()
        index = nil
        var found: [String: [String]] = [:]
        for (name, said) in said.sorted(by: { $0.key < $1.key }) {
            guard let content = said.content, let statement = said.statement else {
                entries[name] = nil
                sketches[name] = nil
                all.set(name, to: nil)
                continue
            }
            let sketch = said.sketch ?? Sketch(statement)
            found[name] = all.suspects(of: sketch, called: name)
            all.set(name, to: sketch)
            let ref = EntryRef(entry: name, version: said.version)
            let entry = Entry(ref: ref, content: content, position: .max)
            entries[name] = entry
            keep(sketch, of: entry)
        }
        index = all
        return found
    }

    /// What entries say from now on, if nobody asks what that contradicts.
    mutating func set(_ said: [String: SaidVersion]) {
        index = nil
        for (name, said) in said {
            guard let content = said.content, let statement = said.statement else {
                (entries[name], sketches[name]) = (nil, nil)
                continue
            }
            let entry = Entry(ref: EntryRef(entry: name, version: said.version), content: content, position: .max)
            entries[name] = entry
            keep(said.sketch ?? Sketch(statement), of: entry)
        }
    }

    /// Whom each has to be compared with that is said, without an index of all: each that is known asks the few.
    func suspects(of said: [String: SaidVersion]) -> [String: [String]] {
        var few = SketchIndex()
        var found: [String: [String]] = [:]
        for (name, said) in said.sorted(by: { $0.key < $1.key }) {
            guard let statement = said.statement else { continue }
            let sketch = said.sketch ?? Sketch(statement)
            found[name] = few.suspects(of: sketch, called: name)
            few.set(name, to: sketch)
        }
        guard few.count > 0 else { return found }
        for name in names.reversed() where said[name] == nil {
            guard let sketch = sketches[name] else { continue }
            for other in few.suspects(of: sketch, called: name) where found[other, default: []].count < Self.suspectsMax
            {
                found[other, default: []].append(name)
            }
        }
        return found
    }

    /// Whom each entry has to be compared with, among those that were said before it.
    func suspectsOfAll(_ body: (_ entry: String, _ others: [String]) throws -> Void) rethrows {
        var all = SketchIndex()
        all.reserveCapacity(sketches.count)
        for name in names {
            guard let sketch = sketches[name] else { continue }
            try body(name, all.suspects(of: sketch, called: name))
            all.set(name, to: sketch)
        }
    }

    /// Writes down the sketches that were made.
    mutating func save() { cache.save() }

    private static var suspectsMax: Int { SketchIndex.suspectsMax }

    private func known() -> SketchIndex {
        var all = SketchIndex()
        all.reserveCapacity(sketches.count)
        for name in names { all.set(name, to: sketches[name]) }
        return all
    }

    private mutating func keep(_ sketch: Sketch?, of entry: Entry) {
        sketches[entry.ref.entry] = sketch
        if let sketch, !entry.isSealed { cache.keep(sketch, of: ContentKey(entry.content)) }
    }
}
