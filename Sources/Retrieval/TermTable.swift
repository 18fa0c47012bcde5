import Glibc

/// Numbers for terms, in the order in which they come: a hash table over one run of bytes.
struct TermTable {
    private(set) var bytes: [UInt8] = []
    private(set) var offsets: [UInt32] = [0]
    private var hashes: [UInt32] = []
    /// A term's number plus one; 0 for none.
    private var slots: [UInt32] = Array(repeating: 0, count: 1 << 10)

    var count: Int { hashes.count }

    mutating func id(of term: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let hash = Self.hash(term)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let id = slots[slot] - 1
            if hashes[Int(id)] == hash, isEqual(id, term) { return id }
            slot = (slot + 1) & (slots.count - 1)
        }
        let id = UInt32(hashes.count)
        slots[slot] = id + 1
        hashes.append(hash)
        bytes.append(contentsOf: term)
        offsets.append(UInt32(bytes.count))
        if hashes.count * 2 > slots.count { grow() }
        return id
    }

    /// The numbers of all terms in the order of their bytes.
    func sorted() -> [UInt32] {
        bytes.withUnsafeBytes { bytes in
            (0..<UInt32(count)).sorted { a, b in
                let first = range(a)
                let second = range(b)
                guard let base = bytes.baseAddress else { return false }
                let order = memcmp(base + first.lowerBound, base + second.lowerBound, min(first.count, second.count))
                return order == 0 ? first.count < second.count : order < 0
            }
        }
    }

    func range(_ id: UInt32) -> Range<Int> { Int(offsets[Int(id)])..<Int(offsets[Int(id) + 1]) }

    private func isEqual(_ id: UInt32, _ term: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(id)
        guard range.count == term.count else { return false }
        return bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let other = term.baseAddress else { return term.isEmpty }
            return memcmp(base + range.lowerBound, other, range.count) == 0
        }
    }

    private mutating func grow() {
        var slots = [UInt32](repeating: 0, count: slots.count * 4)
        for (id, hash) in hashes.enumerated() {
            var slot = Int(hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(id) + 1
        }
        self.slots = slots
    }

    /// FNV-1a, folded to 32 bits.
    private static func hash(_ term: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in term { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
