/// The quoted-printable encoding (RFC 2045, 6.7) of text whose lines end in LF.
enum QuotedPrintable {
    /// No encoded line is longer, its soft break included, in bytes.
    static let lineBytesMax = 76

    /// ASCII with CRLF line ends, ending in one.
    static func encode(_ text: String) -> String {
        var result = ""
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines {
            var length = 0
            for (index, byte) in line.enumerated() {
                let isLast = index == line.count - 1
                let piece = stands(byte, atEnd: isLast) ? String(UnicodeScalar(byte)) : escape(byte)
                // The last place of a line is kept for the soft break.
                if length + piece.utf8.count > lineBytesMax - (isLast ? 0 : 1) {
                    result += "=\r\n"
                    length = 0
                }
                result += piece
                length += piece.utf8.count
            }
            result += "\r\n"
        }
        return result
    }

    /// The bytes again. Anything that is no escape stands for itself.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(text)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.starts(with: "=\r\n".utf8) {
                index += 3
            } else if rest.first == UInt8(ascii: "="), rest.count >= 3,
                let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    static func escape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "=0\(digits)" : "=\(digits)"
    }

    private static func stands(_ byte: UInt8, atEnd: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        case UInt8(ascii: " "), UInt8(ascii: "\t"): !atEnd
        default: 0x21...0x7e ~= byte
        }
    }
}
