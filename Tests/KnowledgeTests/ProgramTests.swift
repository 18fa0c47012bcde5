import EventSourcing
import EventSourcingTesting
import Events
import Foundation
import Knowledge
import Testing
import Views
import Wire

/// What is known, as anybody would write it down on a rainy afternoon: every version of every entry in a list.
private struct NaiveKnowledge {
    /// A text of four lines, of which each is one letter; nil: nobody is shown it.
    typealias Text = [Character]

    struct Version { var step: Int, text: Text?, past: Text, into: Int? }

    var entries: [Int: [Version]] = [:]

    func current(_ entry: Int) -> Version? { entries[entry]?.last }

    mutating func add(_ entry: Int, _ text: Text, _ step: Int) {
        if entries[entry] == nil { entries[entry] = [Version(step: step, text: text, past: text, into: nil)] }
    }

    mutating func revise(_ entry: Int, _ text: Text, _ step: Int) {
        guard let now = current(entry), now.text != text else { return }
        entries[entry]?.append(Version(step: step, text: text, past: text, into: nil))
    }

    mutating func retire(_ entry: Int, into: Int? = nil, _ step: Int) {
        guard let now = current(entry), now.text != nil else { return }
        entries[entry]?.append(Version(step: step, text: nil, past: now.past, into: into))
    }

    mutating func merge(_ entry: Int, into target: Int, _ step: Int) {
        guard entry != target, let a = current(entry)?.text, let b = current(target)?.text else { return }
        // The target's text, then what it does not say.
        let text = b + a.filter { !b.contains($0) }
        entries[target]?.append(Version(step: step, text: text, past: text, into: nil))
        retire(entry, into: target, step)
    }

    /// Takes back what one version changed; where it was changed since, it stays as it is.
    mutating func revert(_ entry: Int, _ number: Int, _ step: Int) {
        guard let all = entries[entry], number > 0, number < all.count, let ours = all.last?.text,
            let bad = all[number].text, let good = all[number - 1].text,
            Set([bad.count, good.count, ours.count]).count == 1
        else { return }
        let text = ours.indices.map { ours[$0] == bad[$0] ? good[$0] : ours[$0] }
        if text != ours { entries[entry]?.append(Version(step: step, text: text, past: text, into: nil)) }
    }

    /// What an entry said behind a step, and where it had gone.
    func answer(_ entry: Int, _ step: Int) -> (text: Text?, into: Int?) {
        let last = entries[entry]?.last { $0.step <= step }
        return (last?.text, last?.into)
    }
}

/// The same through the events: the decider takes them, the view keeps them, texts are artifacts.
private struct RealKnowledge {
    var rows = MemoryRows()
    var streams: [Int: Specification<EntryDecider>] = [:]
    var texts: [Digest: String] = [:]
    var position: Position = 0

    static func name(_ entry: Int) -> String { "entry-\(entry)" }

    mutating func content(_ text: String) -> EntryContent {
        let body = Digest.of(Array(text.utf8))
        texts[body] = text
        return EntryContent(form: .document, title: "T", collection: "c", body: body)
    }

    mutating func take(_ observation: EntryObservation, _ entry: Int) throws {
        var stream = streams[entry] ?? Specification(EntryDecider())
        let before = stream.version
        stream.when(observation)
        streams[entry] = stream
        guard stream.version > before else { return }
        position += 1
        let event = NewEvent(observation, kind: .observation)
        try KnowledgeIndex().apply(
            RecordedEvent(
                position: position, stream: StreamName(category: "entry", id: Self.name(entry)),
                version: stream.version, previous: 0, commit: position, index: 0, type: event.type,
                revision: event.revision, kind: .observation, time: Int64(position), actor: "owner", causation: 0,
                payload: event.payload),
            to: &rows)
    }

    func statement(_ content: EntryContent) -> Statement {
        Statement(
            form: content.form, title: content.title, collection: content.collection, body: texts[content.body] ?? "")
    }

    func version(_ entry: Int) -> StreamVersion { streams[entry]?.version ?? 0 }

    func versions(_ entry: Int) throws -> [EntryVersionRow] {
        try KnowledgeIndex.versions(of: Self.name(entry), in: rows)
    }
}

@Suite struct `Programs of updates` {
    /// Another number tries other programs: `DAYBOOK_SEED=7 swift test`.
    private static let seed = ProcessInfo.processInfo.environment["DAYBOOK_SEED"].flatMap { UInt64($0) } ?? 2_026
    private static let programs = 1_000

    /// Lines of one text differ from each other, so that a line is always known again.
    private func lines(_ text: [Character]) -> String {
        text.enumerated().map { "\($0.offset) \($0.element)" }.joined(separator: "\n")
    }

    @Test func `leave what a naive list says, as of any step`() throws {
        print("seed \(Self.seed): DAYBOOK_SEED tries others")
        var chance = Chance(state: Self.seed)
        var (reverts, merges, conflicts) = (0, 0, 0)
        for program in 0..<Self.programs {
            var naive = NaiveKnowledge()
            var real = RealKnowledge()
            // The position behind each step.
            var positions: [Position] = [0]
            for step in 1...24 {
                let entry = Int(chance.next() % 3)
                var text = (0..<4).map { _ in Character(UnicodeScalar(UInt8(97 + chance.next() % 4))) }
                switch chance.next() % 8 {
                case 0, 1:
                    naive.add(entry, text, step)
                    try real.take(
                        .entryAdded(EntryAdded(content: real.content(lines(text)), source: .person)), entry)
                case 2, 3, 4:
                    // One line of what is known, mostly.
                    if chance.next() % 4 > 0, let now = naive.current(entry)?.past, !now.isEmpty {
                        let place = Int(chance.next() % UInt64(now.count))
                        let letter = text[0]
                        text = now
                        text[place] = letter
                    }
                    naive.revise(entry, text, step)
                    let revised = EntryRevised(
                        base: real.version(entry), content: real.content(lines(text)), source: .person)
                    try real.take(.entryRevised(revised), entry)
                case 5:
                    naive.retire(entry, step)
                    try real.take(.entryRetired(EntryRetired(base: real.version(entry))), entry)
                case 6:
                    let target = Int(chance.next() % 3)
                    let before = naive.entries[target]?.count
                    naive.merge(entry, into: target, step)
                    guard naive.entries[target]?.count != before, let text = naive.current(target)?.text else { break }
                    merges += 1
                    let merged = EntryMerged(
                        base: real.version(target), content: real.content(lines(text)),
                        merged: [EntryRef(entry: RealKnowledge.name(entry), version: real.version(entry))],
                        source: .person)
                    try real.take(.entryMerged(merged), target)
                    let retired = EntryRetired(base: real.version(entry), into: RealKnowledge.name(target))
                    try real.take(.entryRetired(retired), entry)
                default:
                    let versions = try real.versions(entry)
                    let number = Int(chance.next() % 6)
                    naive.revert(entry, number, step)
                    guard number > 0, number < versions.count, let now = versions.last, !now.retired,
                        !versions[number].retired, !versions[number - 1].retired
                    else { break }
                    let (bad, good) = (versions[number], versions[number - 1])
                    let three = [bad, now, good].map { real.statement($0.content) }
                    guard Set(three.map { LineMatches.lines(of: $0.body).count }).count == 1 else { break }
                    let merge = StatementMerge(base: three[0], ours: three[1], theirs: three[2], rest: .ours)
                    conflicts += merge.conflicts.count
                    reverts += 1
                    let reverted = EntryReverted(
                        base: now.version, to: good.version, bad: bad.version,
                        content: real.content(merge.statement.body))
                    try real.take(.entryReverted(reverted), entry)
                }
                positions.append(real.position)
            }
            for (step, position) in positions.enumerated() {
                for entry in 0..<3 {
                    let expected = naive.answer(entry, step)
                    let found = try KnowledgeIndex.version(
                        of: RealKnowledge.name(entry), asOf: position, in: real.rows)
                    let text = found.flatMap { $0.retired ? nil : real.texts[$0.content.body] }
                    try #require(
                        text == expected.text.map(lines), "seed \(Self.seed), program \(program), step \(step)")
                    try #require((found?.into ?? "") == (expected.into.map(RealKnowledge.name) ?? ""))
                }
                let all = try KnowledgeIndex.versions(asOf: position, in: real.rows)
                try #require(all.count == (0..<3).count { naive.entries[$0]?.first.map { $0.step <= step } ?? false })
            }
        }
        // The programs reach what they are meant to.
        #expect(reverts > 100 && merges > 100 && conflicts > 20)
    }
}
