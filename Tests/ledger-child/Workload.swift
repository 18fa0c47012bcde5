import EventSourcing
import Wire

/// Commits that follow from a seed and a number alone, so that any process knows what each must hold.
struct Workload: Sendable {
    let seed: UInt64

    /// Streams that a seed writes to, besides `shared`.
    static let streams: UInt64 = 5
    /// Payloads within a page, of about a page, and on pages of their own.
    private static let payloadBytes = [20, 300, 3_000, 9_000]

    func id(_ number: UInt64) -> CommitID { CommitID(high: seed, low: number) }

    func commit(_ number: UInt64) -> NewCommit {
        let chance = Self.mixed(seed &* 1_000_003 &+ number)
        let events = (0...chance % 2).map { index in
            NewEvent(
                type: UInt16(1 + index), kind: .observation,
                payload: Self.bytes(chance &+ index, count: Self.payloadBytes[Int(chance >> 8 & 3)]))
        }
        let shared = NewEvent(type: 9, kind: .decision, payload: Self.bytes(number, count: 12), cause: 0)
        return NewCommit(
            id: id(number), time: Int64(number), actor: "child",
            appends: [
                StreamAppend(events, to: StreamName("job/\(seed)-\(number % Self.streams)"), expecting: .any),
                StreamAppend([shared], to: StreamName("shared"), expecting: .any),
            ], artifacts: artifacts(number))
    }

    /// None, one of its own, or one of its own and one that others have too.
    func artifacts(_ number: UInt64) -> [[UInt8]] {
        let chance = Self.mixed(seed &* 7_919 &+ number)
        let own = Self.bytes(chance, count: Int(50 + chance >> 8 % 12_000))
        let common = Self.bytes(seed &+ chance % 4, count: 700)
        return Array([own, common].prefix(Int(chance % 3)))
    }

    private static func bytes(_ seed: UInt64, count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var state = seed
        while bytes.count < count {
            state &+= 0x9E37_79B9_7F4A_7C15
            withUnsafeBytes(of: mixed(state)) { bytes += $0 }
        }
        return Array(bytes.prefix(count))
    }

    /// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
