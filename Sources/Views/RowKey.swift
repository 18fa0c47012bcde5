import Wire

/// Keys of rows: parts joined by slashes, numbers padded so that they stand in order.
enum RowKey {
    /// The longest part that stands in a key as it is; a longer one is named by its digest.
    static let partBytesMax = 100

    static func join(_ parts: String...) -> String {
        var key = ""
        key.reserveCapacity(parts.reduce(parts.count) { $0 + $1.utf8.count })
        for (index, part) in parts.enumerated() {
            if index > 0 { key.append("/") }
            key.append(part)
        }
        return key
    }

    /// A text as one part of a key: percent-encoded, so that it holds no slash and only ASCII.
    static func part(_ text: some StringProtocol) -> String {
        var whole = String(text)
        if whole.withUTF8({ $0.count <= partBytesMax && $0.allSatisfy(isPlain) }) { return whole }
        var part = ""
        for byte in text.utf8 {
            if isPlain(byte) {
                part.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                part += "%" + [byte].hex
            }
        }
        guard part.utf8.count > partBytesMax else { return part }
        return "%" + Digest.of(Array(text.utf8)).description
    }

    static func version(_ number: UInt32) -> String { padded(UInt64(number), to: 10) }

    static func position(_ number: UInt64) -> String { padded(number, to: 20) }

    /// The newest first.
    static func countedDown(_ number: UInt64) -> String { padded(.max - number, to: 20) }

    private static func padded(_ number: UInt64, to width: Int) -> String {
        String(unsafeUninitializedCapacity: width) { room in
            var rest = number
            for place in (0..<width).reversed() {
                room[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            return width
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "+"):
            true
        default: false
        }
    }
}
