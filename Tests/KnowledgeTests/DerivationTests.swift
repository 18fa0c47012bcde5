import EventSourcing
import EventSourcingTesting
import Events
import Knowledge
import Testing
import Wire

@Suite struct `A derivation` {
    private static let some = Digest.of(Array("some".utf8))

    private func asked(
        tokens: UInt32 = 1_000_001, price: UInt64 = 2, spendable: UInt64? = nil, count: UInt32 = 3
    ) -> DerivedObservation {
        let work = EmbeddingWork(
            url: "http://127.0.0.1/v1", model: "small", dimensions: 4, texts: Self.some, count: count)
        return .derivationAsked(
            DerivationAsked(
                work: .embedding(work), tokens: tokens, maxOutputTokens: 0, inputMicrodollars: price,
                outputMicrodollars: 0, spendableMicrodollars: spendable))
    }

    private func summary(of sources: Int) -> DerivedObservation {
        let sources = (0..<sources).map { index in
            EntryContentRef(entry: EntryRef(entry: "entry-\(index)", version: 1), content: Self.some)
        }
        let work = SummaryWork(
            sources: sources, agent: "", provider: .heuristic, model: "heuristic", request: Self.some)
        return .derivationAsked(
            DerivationAsked(
                work: .summary(work), tokens: 10, maxOutputTokens: 0, inputMicrodollars: 0, outputMicrodollars: 0))
    }

    private func ended(_ call: StreamVersion) -> DerivedObservation {
        .derivationEnded(DerivationEnded(end: CallEnded(call: call, outcome: .unresolved, latencyUs: 0)))
    }

    @Test func `is requested before it is made, with what it may cost at most`() {
        var stream = Specification(DerivationDecider())
        let decisions = stream.when(asked()).decisions
        // 1,000,001 tokens at two millionths of a dollar a million, rounded up.
        #expect(decisions == [.derivationRequested(DerivationRequested(asked: 1, reservedMicrodollars: 3))])
        #expect(stream.state.open == 2)
    }

    @Test func `that may cost more than there is leaves no trace`() {
        var stream = Specification(DerivationDecider())
        #expect(stream.when(asked(spendable: 2)).rejection == .budget(reserved: 3, left: 2))
        #expect(stream.version == 0)
        #expect(stream.when(asked(spendable: 3)).names == ["DerivationRequested"])
    }

    @Test func `at an absurd price costs the most there is, and overflows nothing`() {
        var stream = Specification(DerivationDecider())
        #expect(
            stream.when(asked(price: .max, spendable: 1)).rejection == .budget(reserved: .max / 1_000_000, left: 1))
    }

    @Test func `waits until the one before it has an end`() {
        var stream = Specification(DerivationDecider())
        stream.when(asked())
        #expect(stream.when(asked()).rejection == .busy(request: 2))
        #expect(stream.when(ended(1)).rejection == .notOpen(request: 1))
        #expect(stream.when(ended(2)).names == [])
        #expect(stream.when(ended(2)).rejection == .notOpen(request: 2))
        #expect(stream.when(asked()).names == ["DerivationRequested"])
    }

    @Test func `of nothing, or of too much, is refused`() {
        var stream = Specification(DerivationDecider())
        #expect(stream.when(asked(count: 0)).rejection == .nothingToMake)
        #expect(stream.when(summary(of: 0)).rejection == .nothingToMake)
        #expect(stream.when(summary(of: DerivationDecider.sourcesMax + 1)).rejection == .nothingToMake)
        #expect(stream.when(summary(of: DerivationDecider.sourcesMax)).names == ["DerivationRequested"])
    }

    @Test func `is concluded again from what is recorded`() throws {
        var stream = Specification(DerivationDecider())
        for _ in 0..<3 {
            stream.when(asked(spendable: 9))
            stream.when(ended(stream.version))
        }
        let replay = try Replay(DerivationDecider(), stream.events)
        #expect(replay.isExact)
        #expect(replay.same == 3)
    }
}
