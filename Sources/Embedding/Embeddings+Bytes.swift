extension Embeddings {
    /// Its vectors, one behind the other, as 32-bit floats in little-endian order.
    public var littleEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 4)
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        return bytes
    }

    /// Reads what `littleEndianBytes` wrote; nil if these are no whole vectors of finite numbers.
    public init?(dimensions: Int, littleEndianBytes bytes: [UInt8], tokens: UInt64 = 0, costMicrodollars: UInt64 = 0) {
        guard dimensions > 0, bytes.count.isMultiple(of: 4 * dimensions) else { return nil }
        let values = bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { index in
                Float(
                    bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
            }
        }
        guard values.allSatisfy(\.isFinite) else { return nil }
        self.init(dimensions: dimensions, values: values, tokens: tokens, costMicrodollars: costMicrodollars)
    }
}
