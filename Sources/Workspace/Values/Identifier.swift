/// Names that people give to things.
enum Identifier {
    /// `[a-z0-9][a-z0-9._-]{0,63}`; a dot parts a job from its step, so some names have none.
    static func isValid(_ text: some StringProtocol, dots: Bool = true) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isLower(first) || isDigit(first) else {
            return false
        }
        return text.utf8.allSatisfy {
            isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                || (dots && $0 == UInt8(ascii: "."))
        }
    }

    static func rule(dots: Bool) -> String {
        "a name has 1 to 64 of a-z, 0-9, `-`, `_`\(dots ? ", `.`" : "") and begins with a letter or a digit"
    }

    /// Names inside a value, as an expression may name them: `[A-Za-z][A-Za-z0-9_-]{0,63}`.
    static func isFieldName(_ text: some StringProtocol) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first else { return false }
        return isLetter(first)
            && text.utf8.allSatisfy {
                isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
    }

    static let fieldRule = "a name has 1 to 64 letters, digits, `_` and `-`, and begins with a letter"

    /// The name of an environment variable (POSIX, portable character set).
    static func isVariable(_ text: some StringProtocol) -> Bool {
        guard (1...128).contains(text.utf8.count), let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isLower(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }
    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
    private static func isLetter(_ byte: UInt8) -> Bool { isLower(byte | 0x20) && byte >= UInt8(ascii: "A") }
}
