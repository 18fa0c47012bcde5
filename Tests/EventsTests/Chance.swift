import Wire

/// The same chance every time, for values that are weighted towards the edges where encodings go wrong.
struct Chance {
    /// How deep lists lie within each other; the deeper, the emptier, so that recursive values end.
    fileprivate(set) var depth = 0
    /// Whether every field is set, to something that a person can read: for golden files.
    let isPlain: Bool
    private var generator: SplitMix64

    init(seed: UInt64, isPlain: Bool = false) {
        generator = SplitMix64(state: seed)
        self.isPlain = isPlain
    }

    mutating func next() -> UInt64 { generator.next() }

    mutating func number(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(below: elements.count)] }
}

/// Steele, Lea and Flood's generator: <https://doi.org/10.1145/2714064.2660195>.
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// A type with random values.
protocol Arbitrary {
    static func random(_ chance: inout Chance) -> Self
}

extension Arbitrary where Self: WireEnum & CaseIterable {
    static func random(_ chance: inout Chance) -> Self { chance.one(of: Array(allCases)) }
}

extension FixedWidthInteger {
    /// Zero, the ends, around each power of two, and anything.
    fileprivate static func edge(_ chance: inout Chance) -> Self {
        if chance.isPlain { return Self(1 + chance.number(below: 999)) }
        return switch chance.number(below: 6) {
        case 0: 0
        case 1: max
        case 2: min
        case 3: Self(truncatingIfNeeded: UInt64(1) << UInt64(chance.number(below: 64))) &- Self(chance.number(below: 2))
        case 4: Self(chance.number(below: 128))
        default: Self(truncatingIfNeeded: chance.next())
        }
    }
}

extension UInt32: Arbitrary {
    static func random(_ chance: inout Chance) -> Self { edge(&chance) }
}

extension UInt64: Arbitrary {
    static func random(_ chance: inout Chance) -> Self { edge(&chance) }
}

extension Int64: Arbitrary {
    static func random(_ chance: inout Chance) -> Self { edge(&chance) }
}

extension Bool: Arbitrary {
    static func random(_ chance: inout Chance) -> Self { chance.isPlain || chance.number(below: 2) == 1 }
}

extension String: Arbitrary {
    static func random(_ chance: inout Chance) -> Self {
        if chance.isPlain { return "text \(chance.number(below: 1_000))" }
        let letters = Array("aB09-\"\\/\n\u{7f}é漢🎉\u{0}\u{1f}\u{2028}\u{301}")
        let length = chance.one(of: [0, 1, 15, 16, 40, 130])
        return String((0..<length).map { _ in chance.one(of: letters) })
    }
}

extension Digest: Arbitrary {
    static func random(_ chance: inout Chance) -> Self {
        guard chance.isPlain || chance.number(below: 4) > 0 else { return Digest(a: 0, b: 0, c: 0, d: 0) }
        return Digest(a: chance.next(), b: chance.next(), c: chance.next(), d: chance.next())
    }
}

extension Optional: Arbitrary where Wrapped: Arbitrary {
    static func random(_ chance: inout Chance) -> Self {
        chance.isPlain || chance.number(below: 2) == 1 ? .some(.random(&chance)) : nil
    }
}

extension Array: Arbitrary where Element: Arbitrary {
    static func random(_ chance: inout Chance) -> Self {
        guard chance.depth < 3 else { return [] }
        chance.depth += 1
        defer { chance.depth -= 1 }
        let count = chance.isPlain ? 2 : chance.one(of: [0, 1, 2, 5])
        return (0..<count).map { _ in .random(&chance) }
    }
}
