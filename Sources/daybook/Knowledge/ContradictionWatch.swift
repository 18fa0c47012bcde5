import EventSourcing
import Events
import Knowledge
import Ledger
import Views
import Wire

/// Looks at what is about to be known beside all that is known: who says the same, and who says otherwise.
///
/// What it finds is noted and waits for the owner; what it finds no more is settled as gone. It resolves nothing.
struct ContradictionWatch {
    /// So many of the newest texts are compared with a new one; `knowledge contradictions --check` compares all.
    static let textsMax = 5_000
    static let category = "contradiction"

    /// Of the streams of contradictions, for the commit that says it.
    private(set) var appends: [StreamAppend] = []
    private(set) var noted: [ContradictionRow] = []

    private let book: KnowledgeBook
    private let time: Timestamp

    /// - Parameters:
    ///   - said: the entries that change.
    ///   - isMerge: whether they became one.
    ///   - leaving: contradictions that somebody else settles.
    init(
        _ book: KnowledgeBook, after said: [String: SaidVersion], isMerge: Bool = false, leaving: Set<String> = []
    ) throws {
        self.book = book
        time = book.workplace.world.now()
        let view = try book.workplace.view(KnowledgeIndex())
        let open = try KnowledgeIndex.contradictions(in: view).filter { row in
            said[row.noted.first.entry] != nil || said[row.noted.second.entry] != nil
        }
        let involved = Set(open.flatMap { [$0.noted.first.entry, $0.noted.second.entry] })
        let rows = try KnowledgeIndex.rows(in: view).filter { said[$0.entry] == nil }
        let newest = Set(
            rows.sorted { $0.lastPosition > $1.lastPosition }.prefix(Self.textsMax).map(\.entry))
        let changed = said.compactMap { entry, said in
            said.statement.map {
                KnownEntry(EntryRef(entry: entry, version: said.version), $0, isSealed: said.isSealed)
            }
        }.sorted { $0.ref.entry < $1.ref.entry }
        let topics = Set(changed.flatMap { $0.claims.map(\.topic) })
        let others = rows.compactMap { row -> KnownEntry? in
            let isNear =
                newest.contains(row.entry) || involved.contains(row.entry) || row.content.fields != nil
                || topics.contains(Words.normal(row.content.title))
            // What is erased contradicts nobody.
            guard isNear, let statement = try? book.statement(row.content) else { return nil }
            return KnownEntry(row, statement)
        }
        var found: [String: ContradictionNoted] = [:]
        for (index, entry) in changed.enumerated() {
            for other in others + changed[(index + 1)...] {
                for event in entry.disagreements(with: other) { found[event.id] = event }
            }
        }
        for (id, event) in found.sorted(by: { $0.key < $1.key }) where !leaving.contains(id) {
            try take(.contradictionNoted(event), on: id)
        }
        for row in open where found[row.contradiction] == nil && !leaving.contains(row.contradiction) {
            let isMerged = isMerge && said[row.noted.first.entry] != nil && said[row.noted.second.entry] != nil
            try take(
                .contradictionSettled(ContradictionSettled(verdict: isMerged ? .merged : .gone)),
                on: row.contradiction)
        }
    }

    /// Everything that is known, compared with everything.
    init(all book: KnowledgeBook) throws {
        self.book = book
        time = book.workplace.world.now()
        let entries = try KnowledgeIndex.rows(in: book.workplace.view(KnowledgeIndex())).compactMap { row in
            (try? book.statement(row.content)).map { KnownEntry(row, $0) }
        }
        // Only entries that share a key are compared: a claim's, the whole text's, or one of its smallest shingles.
        var byKey: [String: [Int]] = [:]
        for (index, entry) in entries.enumerated() {
            for key in entry.keys { byKey[key, default: []].append(index) }
        }
        var found: [String: ContradictionNoted] = [:]
        var seen: Set<[Int]> = []
        for indices in byKey.values {
            for (place, one) in indices.enumerated() {
                for other in indices[(place + 1)...] where seen.insert([one, other]).inserted {
                    for event in entries[one].disagreements(with: entries[other]) { found[event.id] = event }
                }
            }
        }
        for (id, event) in found.sorted(by: { $0.key < $1.key }) { try take(.contradictionNoted(event), on: id) }
    }

    static func stream(_ id: String) -> StreamName { StreamName(category: category, id: id) }

    private mutating func take(_ observation: ContradictionObservation, on id: String) throws {
        var session = try StreamSession(ContradictionDecider(), on: Self.stream(id), in: book.workplace.ledger)
        // Settled meanwhile: there is nothing to add.
        guard (try? session.take(observation, at: time)) != nil, let append = session.append() else { return }
        appends.append(append)
        guard case .contradictionNoted(let event) = observation else { return }
        noted.append(
            ContradictionRow(
                contradiction: id, noted: event, position: 0, timeUs: time, settledBy: "", settledPosition: 0))
    }
}

extension ContradictionNoted {
    /// The same for the same question about the same two entries: 12 digits.
    var id: String {
        let question = kind == .values ? "values \(Words.normal(field))" : "likeness"
        return String(Digest.of(Array("\(question)\n\(first.entry)\n\(second.entry)".utf8)).description.prefix(12))
    }
}

/// An entry as it is compared.
private final class KnownEntry {
    /// The smallest shingles of a text by which it is found again.
    private static let sketchMax = 6

    let ref: EntryRef
    let statement: Statement
    /// Whether it is about a person.
    private let isSealed: Bool
    private(set) lazy var claims = Claim.all(in: statement, of: ref)
    private lazy var text = Words.normal(
        statement.fact == nil ? statement.body : statement.title + "\n" + statement.body)
    private lazy var shingles = Shingles(statement.body)

    init(_ ref: EntryRef, _ statement: Statement, isSealed: Bool) {
        self.ref = ref
        self.statement = statement
        self.isSealed = isSealed
    }

    convenience init(_ row: EntryRow, _ statement: Statement) {
        self.init(
            EntryRef(entry: row.entry, version: row.version), statement, isSealed: row.content.title.isEmpty)
    }

    var keys: [String] {
        claims.map { "claim \($0.key)" } + ["text \(text)"]
            + (statement.fact == nil ? shingles.hashes.sorted().prefix(Self.sketchMax).map { "shingle \($0)" } : [])
    }

    func disagreements(with other: KnownEntry) -> [ContradictionNoted] {
        let (first, second) = ref.entry < other.ref.entry ? (self, other) : (other, self)
        // The name of a field about a person is nobody's business.
        let isSealed = isSealed || other.isSealed
        func noted(_ kind: ContradictionKind, _ field: String = "", _ likeness: UInt32 = 0) -> ContradictionNoted {
            ContradictionNoted(
                kind: kind, first: first.ref, second: second.ref, field: isSealed ? "" : field,
                likenessMillionths: likeness)
        }
        var found: [ContradictionNoted] = []
        for claim in first.claims {
            guard second.claims.contains(where: { claim.contradicts($0) }) else { continue }
            found.append(noted(.values, claim.field))
        }
        // Two clients may well be told the same.
        let customers = Set([first, second].map(\.statement.customer)).subtracting([""])
        guard customers.count < 2, !first.text.isEmpty else { return found }
        if first.text == second.text {
            found.append(noted(.duplicate, "", 1_000_000))
        } else if first.statement.fact == nil, second.statement.fact == nil {
            let likeness = first.shingles.likeness(to: second.shingles)
            if likeness >= Shingles.likenessMin { found.append(noted(.similar, "", likeness)) }
        }
        return found
    }
}
