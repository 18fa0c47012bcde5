/// Finds the entries that could say the same as another, or otherwise, without a look at all of them.
///
/// What it does grows with the number of entries that share something, and never with the square of all: a key that
/// thousands share, such as a footer, is followed to its newest holders only.
public struct SketchIndex {
    /// The newest holders of one key that are looked at.
    public static let holdersMax = 64
    /// The most entries that one entry is compared with.
    public static let suspectsMax = 32

    private struct Holder {
        let slot: Int32
        /// The one that came before; negative for none.
        let next: Int32
    }

    private var names: [String] = []
    private var sketches: [Sketch?] = []
    private var slots: [String: Int32] = [:]
    private var holders: [Holder] = []
    private var newest: [UInt64: Int32] = [:]
    /// How many pairs of sketches were looked at.
    public private(set) var looks = 0

    public init() {}

    /// How many entries there are.
    public var count: Int { slots.count }

    public mutating func reserveCapacity(_ count: Int) {
        names.reserveCapacity(count)
        sketches.reserveCapacity(count)
        slots.reserveCapacity(count)
    }

    /// What an entry says from now on; nil takes it out.
    public mutating func set(_ entry: String, to sketch: Sketch?) {
        if let old = slots.removeValue(forKey: entry) { sketches[Int(old)] = nil }
        guard let sketch else { return }
        let slot = Int32(names.count)
        names.append(entry)
        sketches.append(sketch)
        slots[entry] = slot
        for key in sketch.keys {
            holders.append(Holder(slot: slot, next: newest[key] ?? -1))
            newest[key] = Int32(holders.count - 1)
        }
    }

    /// The entries that have to be compared with this one, the newest first.
    public mutating func suspects(of sketch: Sketch, called entry: String) -> [String] {
        var seen: Set<Int32> = []
        var found: [Int32] = []
        for key in sketch.keys {
            var place = newest[key] ?? -1
            for _ in 0..<Self.holdersMax where place >= 0 {
                let holder = holders[Int(place)]
                place = holder.next
                guard let other = sketches[Int(holder.slot)], names[Int(holder.slot)] != entry,
                    seen.insert(holder.slot).inserted
                else { continue }
                looks += 1
                if sketch.suspects(other) { found.append(holder.slot) }
            }
        }
        return found.sorted(by: >).prefix(Self.suspectsMax).map { names[Int($0)] }
    }
}
