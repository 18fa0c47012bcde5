import Coordinator
import Events
import Jobs
import Testing
import Views

@testable import daybook

@Suite struct `What a context leaves out` {
    private func chunk(_ number: Int, score: Int64) -> CutItem {
        CutItem(
            label: "facts", knowledge: KnowledgeSource(entry: "e\(number)", version: 1, chunk: 1, chunks: 1),
            scoreMillionths: score, tokens: 1, reason: .count)
    }

    private func exchange(_ number: Int) -> CutItem {
        CutItem(
            label: "last exchanges", knowledge: KnowledgeSource(entry: "", version: 0, chunk: 0, chunks: 0),
            scoreMillionths: 0, tokens: 1, reason: .takenBack,
            view: ViewSource(view: Sessions.name, key: "ask-1@\(number)"))
    }

    @Test func `is counted whole, and the best is named`() {
        var gathered = Gathered(asOf: 1)
        gathered.leaveOut((1...10).map { chunk($0, score: Int64($0)) }, total: 40)
        gathered.leaveOut((11...20).map { chunk($0, score: Int64($0)) })
        let event = gathered.assembled(for: 1).event
        #expect(event.cutTotal == 50 && event.cut.count == JobDecider.contextItemsMax)
        #expect(event.cut.map(\.scoreMillionths) == (5...20).reversed().map(Int64.init))
        #expect(Gathered(asOf: 1).assembled(for: 1).event.cutTotal == nil)
    }

    @Test func `names exchanges that rest on what was taken back, however much else there is`() {
        var gathered = Gathered(asOf: 1)
        gathered.leaveOut((1...16).map { chunk($0, score: Int64($0)) })
        gathered.leaveOut((1...20).map(exchange))
        let event = gathered.assembled(for: 1).event
        #expect(event.cut.prefix(8).allSatisfy { $0.reason == .takenBack && $0.view != nil })
        #expect(event.cut.dropFirst(8).map(\.scoreMillionths) == (9...16).reversed().map(Int64.init))
        #expect(event.cutTotal == 36)
    }
}
