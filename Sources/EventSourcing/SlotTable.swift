import Wire

/// Rows by key: an open-addressed table, several times as fast as a dictionary.
struct SlotTable {
    /// Of this table alone: nobody can make keys that meet in one place.
    private let seed = UInt64.random(in: .min ... .max)
    private var prints: [UInt64]
    private var slots: [RowSlot?]
    private var count = 0

    init(capacity: Int = 1_024) {
        prints = Array(repeating: 0, count: capacity)
        slots = Array(repeating: nil, count: capacity)
    }

    /// The row under a key, in place of the one that was there.
    subscript(key: String) -> RowSlot? {
        get { slots[place(of: key, print(of: key))] }
        set {
            if (count + 1) * 2 > slots.count { grow() }
            let print = print(of: key)
            let place = place(of: key, print)
            if slots[place] == nil { count += 1 }
            prints[place] = print
            slots[place] = newValue
        }
    }

    func forEach(_ body: (RowSlot) -> Void) {
        for case let slot? in slots { body(slot) }
    }

    private func print(of key: String) -> UInt64 {
        var print = Fingerprint(seed: seed)
        print.add(key.utf8.span.bytes)
        return print.value
    }

    /// Where a key stands, or would stand.
    private func place(of key: String, _ print: UInt64) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: print) & mask
        while slots[place] != nil, prints[place] != print || slots[place]?.key != key { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let (oldPrints, oldSlots) = (prints, slots)
        prints = Array(repeating: 0, count: oldSlots.count * 2)
        slots = Array(repeating: nil, count: oldSlots.count * 2)
        let mask = slots.count - 1
        for index in oldSlots.indices {
            guard let slot = oldSlots[index] else { continue }
            var place = Int(truncatingIfNeeded: oldPrints[index]) & mask
            while slots[place] != nil { place = (place + 1) & mask }
            prints[place] = oldPrints[index]
            slots[place] = slot
        }
    }
}
