import Wire

/// Rows by key: an open-addressed table, several times as fast as a dictionary.
struct SlotTable {
    /// Of this process alone, as every hash of Swift's: nobody can make keys that meet in one place.
    private static let seed = UInt64(bitPattern: Int64(Hasher().finalize()))

    private var hashes: [UInt64]
    private var slots: [RowSlot?]
    private var count = 0

    init(capacity: Int = 1_024) {
        hashes = Array(repeating: 0, count: capacity)
        slots = Array(repeating: nil, count: capacity)
    }

    /// The row under a key, in place of the one that was there.
    subscript(key: String) -> RowSlot? {
        get { slots[place(of: key, hash(of: key))] }
        set {
            if (count + 1) * 2 > slots.count { grow() }
            let hash = self.hash(of: key)
            let place = place(of: key, hash)
            if slots[place] == nil { count += 1 }
            hashes[place] = hash
            slots[place] = newValue
        }
    }

    func forEach(_ body: (RowSlot) -> Void) {
        for case let slot? in slots { body(slot) }
    }

    private func hash(of key: String) -> UInt64 {
        var print = Fingerprint(seed: Self.seed)
        print.add(key.utf8.span.bytes)
        return print.value
    }

    /// Where a key stands, or would stand.
    private func place(of key: String, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] != nil, hashes[place] != hash || slots[place]?.key != key { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let (oldHashes, oldSlots) = (hashes, slots)
        hashes = Array(repeating: 0, count: oldSlots.count * 2)
        slots = Array(repeating: nil, count: oldSlots.count * 2)
        let mask = slots.count - 1
        for index in oldSlots.indices {
            guard let slot = oldSlots[index] else { continue }
            var place = Int(truncatingIfNeeded: oldHashes[index]) & mask
            while slots[place] != nil { place = (place + 1) & mask }
            hashes[place] = oldHashes[index]
            slots[place] = slot
        }
    }
}
