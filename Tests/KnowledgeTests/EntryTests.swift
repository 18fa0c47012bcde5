import EventSourcing
import EventSourcingTesting
import Events
import Knowledge
import Testing
import Wire

@Suite struct `A knowledge entry` {
    private static let person = EntrySource.person

    private func content(_ text: String) -> EntryContent {
        EntryContent(form: .fact, title: "Pricing", collection: "product", body: Digest.of(Array(text.utf8)))
    }

    /// Added as @1, revised as @2.
    private var pricing: Specification<EntryDecider> {
        var entry = Specification(EntryDecider())
        entry.when(.entryAdded(EntryAdded(content: content("$39"), source: Self.person)))
        entry.when(.entryRevised(EntryRevised(base: 1, content: content("$29"), source: Self.person)))
        return entry
    }

    @Test func `keeps every version`() {
        let entry = pricing
        #expect(entry.state.current == content("$29"))
        #expect(entry.state.content(at: 1) == content("$39"))
        #expect(entry.state.versions.map(\.version) == [1, 2])
    }

    @Test func `is added once`() {
        var entry = pricing
        #expect(
            entry.when(.entryAdded(EntryAdded(content: content("$1"), source: Self.person))).rejection
                == .exists(version: 2))
    }

    @Test func `is revised only by whoever saw its newest version`() {
        var entry = pricing
        let late = EntryRevised(base: 1, content: content("$49"), source: Self.person)
        #expect(entry.when(.entryRevised(late)).rejection == .changedMeanwhile(base: 1, now: 2))
    }

    @Test func `says nothing new when it is revised to what it says`() {
        var entry = pricing
        guard
            case .ignored = entry.when(
                .entryRevised(EntryRevised(base: 2, content: content("$29"), source: Self.person)))
        else { return #expect(Bool(false), "a repeat left a trace") }
    }

    @Test func `is reverted by one more version, and the revert by another`() {
        var entry = pricing
        entry.when(.entryReverted(EntryReverted(base: 2, to: 1, reason: nil)))
        #expect(entry.state.current == content("$39"))
        #expect(entry.version == 3)
        entry.when(.entryReverted(EntryReverted(base: 3, to: 2, reason: nil)))
        #expect(entry.state.current == content("$29"))
        #expect(entry.when(.entryReverted(EntryReverted(base: 4, to: 9, reason: nil))).rejection == .noSuchVersion(9))
    }

    @Test func `is known no more when it is retired, and keeps its past`() {
        var entry = pricing
        entry.when(.entryRetired(EntryRetired(base: 2, reason: nil)))
        #expect(entry.state.current == nil)
        #expect(entry.state.content(at: 2) == content("$29"))
        entry.when(.entryReverted(EntryReverted(base: 3, to: 1, reason: nil)))
        #expect(entry.state.current == content("$39"))
    }
}

/// The same numbers every time.
struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
