import Testing

@testable import Retrieval

@Suite struct `A selection` {
    private struct Hit: Measured {
        let entry: String
        let tokens: UInt32
    }

    private func hits(_ tokens: [UInt32]) -> [Hit] {
        tokens.enumerated().map { Hit(entry: "e\($0)", tokens: $1) }
    }

    @Test func `keeps the best that fit, and says why the others were cut`() {
        let selection = Selection(of: hits([100, 500, 90, 10, 5]), k: 3, tokensMax: 250)
        #expect(selection.kept.map(\.entry) == ["e0", "e2", "e3"])
        #expect(selection.cut.map(\.hit.entry) == ["e1", "e4"])
        #expect(selection.cut.map(\.reason) == [.budget, .count])
    }

    @Test func `never goes over its budget, even a full one`() {
        #expect(Selection(of: hits([100, 100]), k: 9, tokensMax: 200).kept.count == 2)
        #expect(Selection(of: hits([100, 100]), k: 9, tokensMax: 199).kept.count == 1)
        #expect(Selection(of: hits([1]), k: 0, tokensMax: 9).kept.isEmpty)
        #expect(Selection(of: hits([.max, .max]), k: 9, tokensMax: .max).kept.count == 1)
    }

    @Test func `reports the best of what was cut, up to a limit`() {
        let selection = Selection(of: hits(Array(repeating: 1, count: 40)), k: 2, tokensMax: 9)
        #expect(selection.cut.count == Selection<Hit>.cutMax)
        #expect(selection.cut.first?.hit.entry == "e2")
    }
}
