/// A 64-bit hash that is the same on every machine and in every process, for telling values apart at a glance.
///
/// Eight bytes a step, mixed by a 64 × 64 → 128 bit multiplication as in wyhash. It keeps nobody out: whoever wants
/// two values with one fingerprint can make them. Where that matters there is ``Digest``.
public struct Fingerprint: Sendable {
    @usableFromInline var state: UInt64

    /// Begins anew; different seeds give unrelated fingerprints.
    @inlinable
    public init(seed: UInt64 = 0) { state = seed ^ 0xa076_1d64_78bd_642f }

    /// Takes in a number.
    @inlinable
    public mutating func add(_ word: UInt64) {
        let product = (state ^ word).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
        state = product.high ^ product.low &+ 0x8ebc_6af0_9c88_c6e3
    }

    /// Takes in two numbers for the price of one.
    @inlinable
    public mutating func add(_ first: UInt64, _ second: UInt64) {
        let product = (state ^ first).multipliedFullWidth(by: second ^ 0xe703_7ed1_a0b4_28db)
        state = product.high ^ product.low &+ (first &+ second &* 0x9e37_79b9_7f4a_7c15)
    }

    /// Takes in bytes and their number.
    @inlinable
    public mutating func add(_ bytes: RawSpan) {
        let count = bytes.byteCount
        var offset = 0
        while offset &+ 16 <= count {
            add(Self.word(bytes, at: offset), Self.word(bytes, at: offset &+ 8))
            offset &+= 16
        }
        if offset &+ 8 <= count {
            add(Self.word(bytes, at: offset))
            offset &+= 8
        }
        var rest = UInt64(count) << 56
        var shift: UInt64 = 0
        while offset < count {
            rest ^= UInt64(bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)) << shift
            shift &+= 8
            offset &+= 1
        }
        add(rest)
    }

    /// What everything so far comes to.
    @inlinable
    public var value: UInt64 {
        var last = self
        last.add(0x5895_65b4_d1b5_4a5d)
        return last.state
    }

    /// The fingerprint of some bytes.
    @inlinable
    public static func of(_ bytes: RawSpan) -> UInt64 {
        var fingerprint = Fingerprint()
        fingerprint.add(bytes)
        return fingerprint.value
    }

    @inlinable
    static func word(_ bytes: RawSpan, at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }
}
