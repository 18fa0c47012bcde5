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
    ) async throws {
        let known = try await KnownTexts(book)
        try self.init(
            book, after: said, known: known, suspects: known.suspects(of: said), isMerge: isMerge, leaving: leaving)
    }

    /// One of many commits.
    ///
    /// - Parameter known: knows afterwards what is said with this one.
    init(_ book: KnowledgeBook, after said: [String: SaidVersion], among known: inout KnownTexts) throws {
        let suspects = known.take(said)
        try self.init(book, after: said, known: known, suspects: suspects, isMerge: false, leaving: [])
    }

    private init(
        _ book: KnowledgeBook, after said: [String: SaidVersion], known: KnownTexts, suspects: [String: [String]],
        isMerge: Bool, leaving: Set<String>
    ) throws {
        self.book = book
        time = book.workplace.world.now()
        let open = try KnowledgeIndex.contradictions(in: book.workplace.view(KnowledgeIndex())).filter { row in
            said[row.noted.first.entry] != nil || said[row.noted.second.entry] != nil
        }
        var loaded: [String: KnownEntry] = [:]
        func entry(_ name: String) -> KnownEntry? {
            if let entry = loaded[name] { return entry }
            let entry = said[name].map { KnownEntry(name, $0) } ?? known[name].flatMap { KnownEntry($0, in: book) }
            loaded[name] = entry
            return entry
        }
        var found: [String: ContradictionNoted] = [:]
        func compare(_ one: String, _ other: String) {
            guard let one = entry(one), let other = entry(other) else { return }
            for event in one.disagreements(with: other) { found[event.id] = event }
        }
        for (name, others) in suspects { for other in others { compare(name, other) } }
        // What was noted of them stands as long as it is so.
        for row in open { compare(row.noted.first.entry, row.noted.second.entry) }
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

    /// Everything that is known, compared with all that could disagree.
    init(all book: KnowledgeBook) async throws {
        self.book = book
        time = book.workplace.world.now()
        let known = try await KnownTexts(book)
        var found: [String: ContradictionNoted] = [:]
        known.suspectsOfAll { name, others in
            guard !others.isEmpty, let entry = known[name].flatMap({ KnownEntry($0, in: book) }) else { return }
            for other in others.compactMap({ known[$0].flatMap { KnownEntry($0, in: book) } }) {
                for event in entry.disagreements(with: other) { found[event.id] = event }
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
    let ref: EntryRef
    let statement: Statement
    /// Whether it is about a person.
    private let isSealed: Bool
    private(set) lazy var claims = Claim.all(in: statement, of: ref)
    private lazy var text = Words.normal(
        statement.fact == nil ? statement.body : statement.title + "\n" + statement.body)
    private lazy var shingles = Shingles(statement.body)

    /// What is about to be said; nil if nobody is shown it any more.
    init?(_ name: String, _ said: SaidVersion) {
        guard let statement = said.statement else { return nil }
        ref = EntryRef(entry: name, version: said.version)
        self.statement = statement
        isSealed = said.content?.title.isEmpty ?? false
    }

    /// Nil for what is erased: it contradicts nobody.
    init?(_ known: KnownTexts.Entry, in book: KnowledgeBook) {
        guard let statement = try? book.statement(known.content) else { return nil }
        ref = known.ref
        self.statement = statement
        isSealed = known.isSealed
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
