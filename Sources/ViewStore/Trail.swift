import EventSourcing

/// Which events changed a row, and to what: so that two foldings can be compared event by event.
enum Trail {
    /// One change: behind it the row had this hash, or 0 for no row.
    struct Step: Equatable {
        let position: Position
        let hash: UInt64
    }

    /// The row's key, a zero byte, and the position, most significant byte first: a row's steps stand in order.
    static func key(_ row: [UInt8], at position: Position) -> [UInt8] {
        var key = prefix(row)
        withUnsafeBytes(of: position.bigEndian) { key.append(contentsOf: $0) }
        return key
    }

    static func prefix(_ row: [UInt8]) -> [UInt8] { row + [0] }

    static func position(ofKey key: RawSpan) -> Position {
        UInt64(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: key.byteCount - 8, as: UInt64.self))
    }

    /// FNV-1a over 64 bits: it only points at an event; whether rows are equal is told by their bytes.
    static func hash(_ row: [UInt8]?) -> UInt64 {
        guard let row else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in row { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return max(hash, 1)
    }

    /// The first position behind which the two histories of a row differ; nil if they never do.
    static func parting(_ left: [Step], _ right: [Step]) -> Position? {
        var (l, r) = (0, 0)
        var (leftHash, rightHash): (UInt64, UInt64) = (0, 0)
        while l < left.count || r < right.count {
            let next = min(l < left.count ? left[l].position : .max, r < right.count ? right[r].position : .max)
            if l < left.count, left[l].position == next {
                leftHash = left[l].hash
                l += 1
            }
            if r < right.count, right[r].position == next {
                rightHash = right[r].hash
                r += 1
            }
            if leftHash != rightHash { return next }
        }
        return nil
    }
}
