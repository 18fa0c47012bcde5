import EventSourcing
import EventSourcingTesting
import Events
import Foundation
import Knowledge
import Testing
import Views
import Wire

/// Entries and summaries of them, through their events.
private struct Library {
    var rows = MemoryRows()
    var position: Position = 0
    private var streams: [StreamName: StreamVersion] = [:]

    private mutating func take(_ event: NewEvent, to stream: StreamName) throws {
        position += 1
        streams[stream, default: 0] += 1
        try KnowledgeIndex().apply(
            RecordedEvent(
                position: position, stream: stream, version: streams[stream] ?? 0, previous: 0, commit: position,
                index: 0, type: event.type, revision: event.revision, kind: event.kind, time: Int64(position),
                actor: "owner", causation: 0, payload: event.payload),
            to: &rows)
    }

    static func name(_ entry: Int) -> String { "entry-\(entry)" }

    func version(_ entry: Int) -> StreamVersion {
        streams[StreamName(category: "entry", id: Self.name(entry))] ?? 0
    }

    mutating func take(_ observation: EntryObservation, _ entry: Int) throws {
        let stream = StreamName(category: "entry", id: Self.name(entry))
        try take(NewEvent(observation, kind: .observation), to: stream)
    }

    /// Has a summary made of these versions, or not: then its call fails.
    mutating func summarize(_ sources: [(entry: Int, version: StreamVersion)], succeeds: Bool) throws {
        let stream = StreamName(category: "derived", id: "summaries")
        let digest = Digest.of([1])
        let work = SummaryWork(
            sources: sources.map { source in
                EntryContentRef(
                    entry: EntryRef(entry: Self.name(source.entry), version: source.version), content: digest)
            }, agent: "", provider: .heuristic, model: "heuristic", request: digest)
        let asked = DerivationAsked(
            work: .summary(work), tokens: 1, maxOutputTokens: 0, inputMicrodollars: 0, outputMicrodollars: 0)
        try take(NewEvent(DerivedObservation.derivationAsked(asked), kind: .observation), to: stream)
        let requested = DerivationRequested(asked: streams[stream] ?? 0, reservedMicrodollars: 0)
        try take(NewEvent(DerivedDecision.derivationRequested(requested), kind: .decision), to: stream)
        let done = CallCompleted(
            response: digest, usage: Usage(inputTokens: 1, outputTokens: 1, cachedTokens: 0), costMicrodollars: 0,
            finish: .stop, model: "heuristic")
        let end = CallEnded(
            call: streams[stream] ?? 0, outcome: succeeds ? .completed(done) : .unresolved, latencyUs: 1)
        try take(
            NewEvent(DerivedObservation.derivationEnded(DerivationEnded(end: end)), kind: .observation), to: stream)
    }
}

@Suite struct `A summary` {
    private static let seed = ProcessInfo.processInfo.environment["DAYBOOK_SEED"].flatMap { UInt64($0) } ?? 2_026

    private func content(_ text: String) -> EntryContent {
        EntryContent(form: .document, title: "T", collection: "c", body: Digest.of(Array(text.utf8)))
    }

    @Test func `holds for the very versions that it was made of, also once they say the same again`() throws {
        var library = Library()
        try library.take(.entryAdded(EntryAdded(content: content("a"), source: .person)), 0)
        try library.summarize([(0, 1)], succeeds: true)
        let then = library.position
        #expect(try KnowledgeIndex.summary(of: "entry-0", in: library.rows)?.version == 3)
        try library.take(.entryRevised(EntryRevised(base: 1, content: content("b"), source: .person)), 0)
        #expect(try KnowledgeIndex.summary(of: "entry-0", in: library.rows) == nil)
        #expect(try KnowledgeIndex.summary(of: "entry-0", asOf: then, in: library.rows) != nil)
        #expect(try KnowledgeIndex.summary(of: "entry-0", asOf: then - 1, in: library.rows) == nil)
        try library.take(.entryReverted(EntryReverted(base: 2, to: 1, reason: nil)), 0)
        #expect(try KnowledgeIndex.summary(of: "entry-0", in: library.rows) == nil)
    }

    /// What holds, as anybody would write it down: a list of what was made, and of who said what when.
    @Test func `is shown only while all its sources are current, and to whoever may see them all`() throws {
        print("seed \(Self.seed): DAYBOOK_SEED tries others")
        var chance = Chance(state: Self.seed)
        var shown = 0
        for program in 0..<1_000 {
            var library = Library()
            var history: [Int: [(position: Position, version: StreamVersion, isRetired: Bool)]] = [:]
            var made: [(position: Position, sources: [(entry: Int, version: StreamVersion)])] = []
            func current(_ entry: Int, _ position: Position) -> (version: StreamVersion, isRetired: Bool)? {
                history[entry]?.last { $0.position <= position }.map { ($0.version, $0.isRetired) }
            }
            for _ in 0..<24 {
                let entry = Int(chance.next() % 3)
                let base = library.version(entry)
                let text = content("\(chance.next() % 3)")
                var isRetired = false
                switch chance.next() % 8 {
                case 0...3 where base == 0:
                    try library.take(.entryAdded(EntryAdded(content: text, source: .person)), entry)
                case 0, 1:
                    try library.take(.entryRevised(EntryRevised(base: base, content: text, source: .person)), entry)
                case 2 where base > 0:
                    let back = 1 + UInt32(chance.next() % UInt64(base))
                    try library.take(.entryReverted(EntryReverted(base: base, to: back, reason: nil)), entry)
                case 3 where base > 0:
                    try library.take(.entryRetired(EntryRetired(base: base, reason: nil, into: "")), entry)
                    isRetired = true
                default:
                    let known = (0..<3).filter { library.version($0) > 0 && chance.next() % 2 == 0 }
                    guard !known.isEmpty else { continue }
                    // Mostly of what is current; a slow model may be behind.
                    let sources = known.map { entry in
                        (entry, max(1, library.version(entry) - (chance.next() % 5 == 0 ? 1 : 0)))
                    }
                    let succeeds = chance.next() % 5 > 0
                    try library.summarize(sources, succeeds: succeeds)
                    if succeeds { made.append((library.position, sources)) }
                    continue
                }
                if library.version(entry) > base {
                    history[entry, default: []].append((library.position, library.version(entry), isRetired))
                }
            }
            for _ in 0..<8 {
                let entry = Int(chance.next() % 3)
                let position = 1 + chance.next() % max(1, library.position)
                let scope = Set((0..<3).filter { _ in chance.next() % 4 > 0 })
                let expected = made.last { summary in
                    summary.position <= position && summary.sources.contains { $0.entry == entry }
                        && summary.sources.allSatisfy { source in
                            let now = current(source.entry, position)
                            return scope.contains(source.entry) && now?.version == source.version
                                && now?.isRetired == false
                        }
                }
                let found = try KnowledgeIndex.summary(of: Library.name(entry), asOf: position, in: library.rows) {
                    row in
                    scope.contains { Library.name($0) == row.entry }
                }
                #expect(found?.position == expected?.position, "program \(program) of seed \(Self.seed)")
                if found != nil { shown += 1 }
            }
        }
        #expect(shown > 500)
    }
}
