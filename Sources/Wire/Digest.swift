/// A SHA-256, held inline: no allocation, no reference count.
///
/// In the schema a `bytes` field is always one of these. People see 64 hexadecimal digits, or a prefix of them.
public struct Digest: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline let a: UInt64
    @usableFromInline let b: UInt64
    @usableFromInline let c: UInt64
    @usableFromInline let d: UInt64

    /// Four words as they lie in memory: little endian, so not in the order in which people read them.
    @inlinable
    public init(a: UInt64, b: UInt64, c: UInt64, d: UInt64) {
        self.a = a
        self.b = b
        self.c = c
        self.d = d
    }

    /// Nil unless there are exactly 32 bytes.
    @inlinable
    public init?(_ bytes: RawSpan) {
        guard bytes.byteCount == 32 else { return nil }
        self.init(
            a: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self),
            b: bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self),
            c: bytes.unsafeLoadUnaligned(fromByteOffset: 16, as: UInt64.self),
            d: bytes.unsafeLoadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// Nil unless this is 64 hexadecimal digits.
    public init?(hex: some StringProtocol) {
        guard let bytes = Array(hex: hex), bytes.count == 32 else { return nil }
        self.init(bytes.span.bytes)
    }

    /// The 32 bytes, lent.
    @inlinable
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: self, body)
    }

    /// The 32 bytes, copied.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// The first eight bytes, as a number that tells digests apart at a glance.
    @inlinable public var word: UInt64 { UInt64(littleEndian: a) }

    /// What people see and type: the first eight hexadecimal digits.
    public var short: String { String(description.prefix(8)) }
}

extension Digest: CustomStringConvertible {
    /// 64 hexadecimal digits, lower case.
    public var description: String { withBytes { $0.hex } }
}

extension Digest: Comparable {
    /// In the order in which people read the digits.
    public static func < (a: Digest, b: Digest) -> Bool {
        // Each word's first byte in memory is the most significant one.
        if a.a != b.a { return a.a.bigEndian < b.a.bigEndian }
        if a.b != b.b { return a.b.bigEndian < b.b.bigEndian }
        if a.c != b.c { return a.c.bigEndian < b.c.bigEndian }
        return a.d.bigEndian < b.d.bigEndian
    }
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits a byte.
    public var hex: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * underestimatedCount)
        for byte in self {
            for half in [byte >> 4, byte & 0xf] {
                digits.append(half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") - 10 + half)
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Nil unless this is an even number of hexadecimal digits.
    public init?(hex: some StringProtocol) {
        let digits = hex.utf8.compactMap { byte in Character(UnicodeScalar(byte)).hexDigitValue }
        guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
