import Wire

/// The forms in which programs repeat a secret: as it is, in hexadecimal digits, percent-encoded (RFC 3986), as a JSON
/// string, and in Base64 (RFC 4648), wherever it stands in what is encoded.
struct SecretForms {
    let all: Set<[UInt8]>

    init(of secret: [UInt8]) {
        var all: Set<[UInt8]> = [secret]
        let hex = secret.hex
        all.insert(Array(hex.utf8))
        all.insert(Array(hex.uppercased().utf8))
        all.insert(Self.percentEncoded(secret, digits: "0123456789ABCDEF"))
        all.insert(Self.percentEncoded(secret, digits: "0123456789abcdef"))
        let json = Array(JSON.string(String(decoding: secret, as: UTF8.self)).bytes.dropFirst().dropLast())
        all.insert(json)
        // Some write `/` as `\/`.
        all.insert(json.flatMap { $0 == UInt8(ascii: "/") ? Array("\\/".utf8) : [$0] })
        for before in 0..<3 {
            all.insert(Self.base64(secret, behind: before, last: "+/"))
            all.insert(Self.base64(secret, behind: before, last: "-_"))
        }
        self.all = all
    }

    private static func percentEncoded(_ secret: [UInt8], digits: String) -> [UInt8] {
        let digits = Array(digits.utf8)
        return secret.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                [byte]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    /// The characters that depend on the secret alone, when so many bytes stand before it in a group of three.
    private static func base64(_ secret: [UInt8], behind before: Int, last: String) -> [UInt8] {
        let alphabet =
            Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8) + Array(last.utf8)
        let bytes = [UInt8](repeating: 0, count: before) + secret
        let first = (before * 8 + 5) / 6
        return (first..<(bytes.count * 8 / 6)).map { place in
            let bit = place * 6
            let high = UInt16(bytes[bit / 8]) << 8
            let low = bit / 8 + 1 < bytes.count ? UInt16(bytes[bit / 8 + 1]) : 0
            return alphabet[Int((high | low) >> UInt16(10 - bit % 8) & 63)]
        }
    }
}
