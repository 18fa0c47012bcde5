import Wire

/// The random name of a person's key: 16 bytes that say nothing about the person.
public struct SubjectID: Hashable, Sendable {
    /// In bytes.
    public static let size = 16

    let high: UInt64
    let low: UInt64

    /// Two words of chance.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless there are exactly 16 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        func word(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: word(bytes.prefix(8)), low: word(bytes.dropFirst(8)))
    }

    /// Nil unless this is 32 hexadecimal digits.
    public init?(hex: some StringProtocol) {
        guard let bytes = [UInt8](hex: hex) else { return nil }
        self.init(bytes)
    }

    /// The most significant byte first.
    public var bytes: [UInt8] {
        [high, low].flatMap { word in (0..<8).reversed().map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    }
}

extension SubjectID: CustomStringConvertible {
    /// 32 hexadecimal digits, lower case.
    public var description: String { bytes.hex }
}

extension SubjectID: Comparable {
    /// In the order in which people read the digits.
    public static func < (a: SubjectID, b: SubjectID) -> Bool { (a.high, a.low) < (b.high, b.low) }
}
