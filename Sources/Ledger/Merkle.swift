import Wire

/// Hashes of the tree over all events, as in RFC 6962, section 2.1.
enum Merkle {
    /// The root of a tree without leaves: SHA-256 of nothing.
    static let emptyRoot = Wire.Digest.of([])

    /// SHA-256(0x00 ‖ header ‖ names ‖ SHA-256(payload)).
    ///
    /// The payload goes in as a digest, so callers' threads can hash it, and a proof need not carry it.
    static func leaf(head: RawSpan, payload: Wire.Digest) -> Wire.Digest {
        let count = 1 + head.byteCount + 32
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { room in
            room[0] = 0
            head.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: room[1...]).copyMemory(from: $0) }
            payload.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: room[(1 + head.byteCount)...]).copyMemory(from: $0)
            }
            return Wire.Digest.of(UnsafeRawBufferPointer(room))
        }
    }

    /// SHA-256(0x00 ‖ bytes): a leaf of bytes as they are.
    static func leaf(_ bytes: [UInt8]) -> Wire.Digest { Wire.Digest.of([0] + bytes) }

    /// SHA-256(0x01 ‖ left ‖ right).
    static func node(_ left: Wire.Digest, _ right: Wire.Digest) -> Wire.Digest {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { room in
            room[0] = 1
            left.withBytes { UnsafeMutableRawBufferPointer(rebasing: room[1...]).copyMemory(from: $0) }
            right.withBytes { UnsafeMutableRawBufferPointer(rebasing: room[33...]).copyMemory(from: $0) }
            return Wire.Digest.of(UnsafeRawBufferPointer(room))
        }
    }
}
