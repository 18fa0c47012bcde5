extension RawSpan {
    /// Whether these are the same bytes as others.
    public func isEqual(to other: RawSpan) -> Bool { byteCount == other.byteCount && common(with: other) == byteCount }

    /// Whether these bytes stand before others: by the first byte that differs, or as the beginning of the others.
    public func precedes(_ other: RawSpan) -> Bool {
        let place = common(with: other)
        guard place < byteCount, place < other.byteCount else { return byteCount < other.byteCount }
        return unsafeLoad(fromUncheckedByteOffset: place, as: UInt8.self)
            < other.unsafeLoad(fromUncheckedByteOffset: place, as: UInt8.self)
    }

    /// How many bytes both begin with.
    private func common(with other: RawSpan) -> Int {
        let end = min(byteCount, other.byteCount)
        var place = 0
        while place + 8 <= end {
            let differing = Fingerprint.word(self, at: place) ^ Fingerprint.word(other, at: place)
            if differing != 0 { return place + differing.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < end,
            unsafeLoad(fromUncheckedByteOffset: place, as: UInt8.self)
                == other.unsafeLoad(fromUncheckedByteOffset: place, as: UInt8.self)
        {
            place += 1
        }
        return place
    }
}
