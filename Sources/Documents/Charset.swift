/// How bytes stand for characters, as far as files and mail need.
public enum Charset: Hashable, Sendable, CaseIterable {
    case utf8
    case latin1
    case latin9
    case windows1252
    case utf16

    /// By one of its names (IANA), in any case; nil for one that is not known here.
    ///
    /// What calls itself ASCII or Latin-1 is Windows-1252 if anything, as browsers take it (WHATWG Encoding).
    public init?(name: some StringProtocol) {
        switch name.lowercased() {
        case "utf-8", "utf8": self = .utf8
        case "us-ascii", "ascii", "ansi_x3.4-1968", "windows-1252", "cp1252", "x-cp1252": self = .windows1252
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1": self = .latin1
        case "iso-8859-15", "iso8859-15", "iso_8859-15", "latin-9", "latin9": self = .latin9
        case "utf-16", "utf-16le", "utf-16be", "utf16": self = .utf16
        default: return nil
        }
    }

    public var name: String {
        switch self {
        case .utf8: "UTF-8"
        case .latin1: "ISO-8859-1"
        case .latin9: "ISO-8859-15"
        case .windows1252: "Windows-1252"
        case .utf16: "UTF-16"
        }
    }

    /// Nil for bytes that are not of this charset. What is ASCII or UTF-8 after all is read as such.
    public func text(of bytes: some Collection<UInt8>) -> String? {
        if let text = String(validating: bytes, as: UTF8.self), self != .utf16 { return text }
        var scalars = String.UnicodeScalarView()
        switch self {
        case .utf8: return nil
        case .latin1, .windows1252:
            for byte in bytes { scalars.append(Self.windows1252(byte)) }
        case .latin9:
            for byte in bytes { scalars.append(Self.latin9Marks[byte] ?? Self.windows1252(byte)) }
        case .utf16: return Self.utf16(Array(bytes))
        }
        return String(scalars)
    }

    private static func utf16(_ bytes: [UInt8]) -> String? {
        guard bytes.count.isMultiple(of: 2) else { return nil }
        let isBig = bytes.starts(with: [0xfe, 0xff]) || !bytes.starts(with: [0xff, 0xfe]) && bytes.first == 0
        let units = stride(from: 0, to: bytes.count, by: 2).map { index in
            let (high, low) = isBig ? (bytes[index], bytes[index + 1]) : (bytes[index + 1], bytes[index])
            return UInt16(high) << 8 | UInt16(low)
        }
        return String(validating: units.drop { $0 == 0xfeff }, as: UTF16.self)
    }

    private static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
        0x80..<0xa0 ~= byte ? upperControls[Int(byte) - 0x80] : Unicode.Scalar(byte)
    }

    /// 0x80 to 0x9f of Windows-1252.
    private static let upperControls: [Unicode.Scalar] = [
        "€", "\u{81}", "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "\u{8d}", "Ž", "\u{8f}",
        "\u{90}", "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", "\u{9d}", "ž", "Ÿ",
    ]

    private static let latin9Marks: [UInt8: Unicode.Scalar] = [
        0xa4: "€", 0xa6: "Š", 0xa8: "š", 0xb4: "Ž", 0xb8: "ž", 0xbc: "Œ", 0xbd: "œ", 0xbe: "Ÿ",
    ]
}
