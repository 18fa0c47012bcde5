/// A mail address, perhaps with the name of whom it belongs to (RFC 5322, 3.4).
///
/// Addresses are ASCII: a domain with other letters is written in its `xn--` form, and a local part with other
/// letters would need SMTPUTF8, which few servers take.
public struct Mailbox: Hashable, Sendable {
    /// The longest address (RFC 5321, 4.5.3.1.3, without its brackets), in bytes.
    public static let addressBytesMax = 254
    /// The longest name, in bytes of UTF-8.
    public static let nameBytesMax = 200

    /// Empty without a name.
    public let name: String
    /// `local@domain`.
    public let address: String

    /// What stands behind the `@`.
    public var domain: Substring {
        address.lastIndex(of: "@").map { address[address.index(after: $0)...] } ?? ""
    }

    /// Reads `name@example.org`, `Name <name@example.org>` or `"Name" <name@example.org>`.
    /// - Parameter header: what the errors say it was for, such as `From`.
    public init(parsing text: String, header: String) throws(MailError) {
        guard !text.unicodeScalars.contains(where: \.isControl) else {
            throw .controlCharacter(header: header)
        }
        let text = text.trimmingSpaces
        if text.hasSuffix(">"), let open = text.lastIndex(of: "<") {
            address = String(text[text.index(after: open)...].dropLast())
            name = Self.unquoted(String(text[..<open]).trimmingSpaces)
        } else {
            address = text
            name = ""
        }
        guard Self.isValid(address: address) else { throw .address(header: header, text: text) }
        guard name.utf8.count <= Self.nameBytesMax else {
            throw .tooLong(part: "the name in \(header)", bytesMax: Self.nameBytesMax)
        }
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var name = ""
        var escaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !escaped {
                escaped = true
            } else {
                name.append(character)
                escaped = false
            }
        }
        return name
    }

    /// A dot-atom, an `@`, and a domain of labels (RFC 5322, 3.2.3 and RFC 1035); no quoted or bracketed forms.
    private static func isValid(address: String) -> Bool {
        guard address.utf8.count <= addressBytesMax, let at = address.lastIndex(of: "@") else { return false }
        let local = address[..<at]
        let labels = address[address.index(after: at)...].split(separator: ".", omittingEmptySubsequences: false)
        return local.utf8.count <= 64
            && local.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.utf8.allSatisfy(isAtomByte)
            }
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { $0 == UInt8(ascii: "-") || isAlphanumeric($0) }
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    /// `atext` (RFC 5322, 3.2.3).
    static func isAtomByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }
}

extension UnicodeScalar {
    /// A control character, or a line end of Unicode: nothing that may stand in a header.
    var isControl: Bool {
        value < 0x20 || 0x7f...0x9f ~= value || value == 0x2028 || value == 0x2029
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    var trimmingSpaces: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
