import Testing

@testable import daybook

@Suite struct `The lines of a difference` {
    private func texts(_ seed: UInt64) -> (old: [String], new: [String]) {
        var state = seed
        func draw(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33 % bound)
        }
        let old = (0..<draw(40)).map { _ in "line \(draw(6))" }
        var new = old
        for _ in 0..<draw(8) where !new.isEmpty {
            let place = draw(UInt64(new.count))
            switch draw(3) {
            case 0: new.remove(at: place)
            case 1: new.insert("new \(draw(6))", at: place)
            default: new[place] = "line \(draw(6))"
            }
        }
        return (old, new)
    }

    @Test func `give back both texts`() {
        for seed in 0..<500 as Range<UInt64> {
            let (old, new) = texts(seed)
            let lines = LineDiff(old, new).lines
            let left = lines.compactMap { line -> String? in
                switch line {
                case .same(let text), .removed(let text): text
                case .added: nil
                }
            }
            let right = lines.compactMap { line -> String? in
                switch line {
                case .same(let text), .added(let text): text
                case .removed: nil
                }
            }
            #expect(left == old && right == new, "seed \(seed)")
            #expect(LineDiff(old, new).isEmpty == (old == new))
        }
    }

    @Test func `stand in hunks that say where they begin`() {
        for seed in 0..<500 as Range<UInt64> {
            let (old, new) = texts(seed)
            let diff = LineDiff(old, new)
            let hunks = diff.hunks(context: 2)
            for hunk in hunks {
                var (o, n) = (hunk.oldStart - 1, hunk.newStart - 1)
                for line in hunk.lines {
                    switch line {
                    case .same(let text):
                        #expect(old[o] == text && new[n] == text, "seed \(seed)")
                        o += 1
                        n += 1
                    case .removed(let text):
                        #expect(old[o] == text, "seed \(seed)")
                        o += 1
                    case .added(let text):
                        #expect(new[n] == text, "seed \(seed)")
                        n += 1
                    }
                }
            }
            let changes = hunks.flatMap(\.lines).count { if case .same = $0 { false } else { true } }
            #expect(changes == diff.added + diff.removed, "seed \(seed)")
        }
    }

    @Test func `are few where little changed, also in long texts`() {
        let old = (0..<20_000).map { "line \($0)" }
        var new = old
        new[9_999] = "another"
        let diff = LineDiff(old, new)
        #expect(diff.added == 1 && diff.removed == 1)
        #expect(diff.hunks().count == 1)
        let other = LineDiff(old, old.map { "\($0)!" })
        #expect(other.added == 20_000 && other.removed == 20_000)
        #expect(LineDiff("a\nb\n", "a\nb").isEmpty)
    }
}
