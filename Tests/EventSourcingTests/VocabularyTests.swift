@_spi(Minting) import EventSourcing
import Testing

@Suite struct Vocabulary {
    @Test(arguments: ["newsletter-8", "a", "9lives", "a.b_c-d", String(repeating: "x", count: 64)])
    func `an id that a person can say is valid`(_ id: String) {
        #expect(StreamName.isValid(id: id))
    }

    @Test(arguments: ["", "-a", ".", "..", "A", "a/b", "é", "a b", String(repeating: "x", count: 65)])
    func `any other id is not`(_ id: String) {
        #expect(!StreamName.isValid(id: id))
    }

    @Test func `a stream's name has a category and an id`() {
        #expect(StreamName("job/newsletter-8").category == "job")
        #expect(StreamName("job/newsletter-8").id == "newsletter-8")
        #expect(StreamName("control").category == "control")
        #expect(StreamName("control").id.isEmpty)
    }

    @Test func `names of commits rise with time`() {
        let early = CommitID(time: 1_000_000, random: (.max, .max))
        let late = CommitID(time: 2_000_000, random: (0, 0))
        #expect(early.description < late.description)
        #expect(early.description.count == 32)
    }
}

@Suite struct Permits {
    private func receipt(isRepeat: Bool = false) -> Receipt {
        Receipt(
            id: CommitID(high: 1, low: 2), first: 5, last: 7,
            streams: [.init(stream: StreamName("job/a-1"), before: 3, after: 6)], isRepeat: isRepeat)
    }

    @Test func `come from the commit that made their request durable, once`() {
        var receipt = receipt()
        if case .some = receipt.permit(for: StreamName("job/a-1"), at: 5) {} else { Issue.record("no permit") }
        if case .some = receipt.permit(for: StreamName("job/a-1"), at: 5) { Issue.record("a second permit") }
    }

    @Test(arguments: [3, 7])
    func `are not given for what another commit wrote`(_ version: UInt32) {
        var receipt = receipt()
        if case .some = receipt.permit(for: StreamName("job/a-1"), at: version) { Issue.record("a permit") }
        if case .some = receipt.permit(for: StreamName("job/b-1"), at: 5) { Issue.record("a permit") }
    }

    @Test func `are not given for what was imported`() {
        let stream = StreamName("import/0a1b2c/job/a-1")
        var receipt = Receipt(
            id: CommitID(high: 1, low: 2), first: 5, last: 7, streams: [.init(stream: stream, before: 0, after: 3)],
            isRepeat: false)
        for version in 1...3 as ClosedRange<UInt32> {
            if case .some = receipt.permit(for: stream, at: version) { Issue.record("a permit") }
        }
    }

    @Test func `are not given by a commit that was taken before`() {
        var receipt = receipt(isRepeat: true)
        if case .some = receipt.permit(for: StreamName("job/a-1"), at: 5) { Issue.record("a permit") }
    }
}
