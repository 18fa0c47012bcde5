import Wire

extension RawSpan {
    /// The integer at this offset, which must be inside.
    func littleEndian<Integer: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as _: Integer.Type = Integer.self
    ) -> Integer {
        Integer(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self))
    }

    /// Where in memory the bytes lie.
    var address: UInt { withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }

    var copied: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension [UInt8] {
    mutating func append<Integer: FixedWidthInteger>(littleEndian value: Integer) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    mutating func append(_ digest: Wire.Digest) {
        digest.withBytes { append(contentsOf: $0) }
    }
}

extension Wire.Digest {
    /// Thirty-two zero bytes: before the first commit there is none.
    static let zero = Wire.Digest(a: 0, b: 0, c: 0, d: 0)
}
