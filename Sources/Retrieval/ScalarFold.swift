/// What one scalar of a text is to the index.
enum ScalarClass {
    /// Parts words.
    case other
    /// Belongs to the word around it, and is left out.
    case ignored
    case lower
    case upper
    case digit
    /// Chinese, Japanese or Korean: no spaces part its words, so pairs of them are terms.
    case ideograph
}

/// Folds the scalars beyond ASCII: lower case, without accents for Latin letters. Pure.
enum ScalarFold {
    /// Latin-1 Supplement and Latin Extended-A: up to which scalar, and the letters that stand for it.
    ///
    /// The range 0x00E0...0x00FF folds as 0x00C0...0x00DF does.
    private static let latin: [(last: UInt32, letters: String)] = [
        (0xC5, "a"), (0xC6, "ae"), (0xC7, "c"), (0xCB, "e"), (0xCF, "i"), (0xD0, "d"), (0xD1, "n"), (0xD8, "o"),
        (0xDC, "u"), (0xDD, "y"), (0xDE, "th"), (0xDF, "ss"), (0xFF, ""), (0x105, "a"), (0x10D, "c"), (0x111, "d"),
        (0x11B, "e"), (0x123, "g"), (0x127, "h"), (0x131, "i"), (0x133, "ij"), (0x135, "j"), (0x138, "k"),
        (0x142, "l"), (0x14B, "n"), (0x151, "o"), (0x153, "oe"), (0x159, "r"), (0x161, "s"), (0x167, "t"),
        (0x173, "u"), (0x175, "w"), (0x178, "y"), (0x17E, "z"), (0x17F, "s"),
    ]

    /// The class of a scalar from 0x80 on, and the bytes that stand for it in terms.
    static func fold(_ scalar: Unicode.Scalar, into bytes: inout [UInt8]) -> ScalarClass {
        let value = scalar.value
        if value == 0xD7 || value == 0xF7 { return .other }
        if 0xC0...0x17F ~= value { return foldLatin(scalar, into: &bytes) }
        // The wide forms of ASCII.
        if 0xFF01...0xFF5E ~= value { return foldASCII(UInt8(value - 0xFEE0), into: &bytes) }
        if isIgnored(value) { return .ignored }
        if isIdeograph(value) {
            bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            return .ideograph
        }
        let properties = scalar.properties
        if properties.isAlphabetic {
            bytes.append(contentsOf: properties.lowercaseMapping.utf8)
            return properties.isUppercase ? .upper : .lower
        }
        if properties.numericType != nil {
            bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            return .digit
        }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark:
            bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            return .lower
        default: return .other
        }
    }

    private static func foldLatin(_ scalar: Unicode.Scalar, into bytes: inout [UInt8]) -> ScalarClass {
        let value = 0xE0...0xFE ~= scalar.value ? scalar.value - 0x20 : scalar.value
        if scalar.value == 0xFF {
            bytes.append(UInt8(ascii: "y"))
            return .lower
        }
        bytes.append(contentsOf: (latin.first { value <= $0.last }?.letters ?? "").utf8)
        return scalar.properties.isUppercase ? .upper : .lower
    }

    private static func foldASCII(_ byte: UInt8, into bytes: inout [UInt8]) -> ScalarClass {
        let kind = asciiClass(byte)
        if kind != .other { bytes.append(kind == .upper ? byte | 0x20 : byte) }
        return kind
    }

    @inline(__always)
    static func asciiClass(_ byte: UInt8) -> ScalarClass {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): .lower
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): .upper
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        default: .other
        }
    }

    /// Accents that stand apart, soft hyphens, joiners and marks without a width.
    private static func isIgnored(_ value: UInt32) -> Bool {
        switch value {
        case 0xAD, 0x300...0x36F, 0x200B...0x200D, 0x2060, 0xFE00...0xFE0F, 0xFEFF: true
        default: false
        }
    }

    private static func isIdeograph(_ value: UInt32) -> Bool {
        switch value {
        case 0x30A0, 0x30FB: false
        case 0x1100...0x11FF, 0x3005...0x3007, 0x3040...0x30FF, 0x3130...0x318F, 0x31F0...0x31FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0xFF66...0xFF9F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}
