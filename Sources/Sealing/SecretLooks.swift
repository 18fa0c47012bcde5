/// Keys that can be told by their looks: those of well-known services, JSON Web Tokens (RFC 7519), and private keys in
/// PEM (RFC 7468).
enum SecretLooks {
    /// A start that says what follows, and how many characters of a token must follow it.
    private static let starts: [(start: [UInt8], least: Int)] = [
        ("sk-", 20), ("ghp_", 30), ("gho_", 30), ("ghs_", 30), ("ghu_", 30), ("github_pat_", 30), ("AKIA", 16),
        ("ASIA", 16), ("xoxb-", 20), ("xoxp-", 20), ("xoxa-", 20), ("glpat-", 20),
    ].map { (Array($0.0.utf8), $0.1) }

    private static let pemStart = Array("-----BEGIN ".utf8)
    private static let pemEnd = Array("-----END ".utf8)
    private static let pemKind = Array("PRIVATE KEY-----".utf8)
    /// No kind of PEM has a longer name, in bytes.
    private static let pemKindMax = 40
    private static let tokenStart = Array("eyJ".utf8)

    /// Where what looks like a secret and begins here ends; nil if nothing does.
    static func end(in bytes: [UInt8], at index: Int) -> Int? {
        switch bytes[index] {
        case UInt8(ascii: "-"): privateKeyEnd(in: bytes, at: index)
        case UInt8(ascii: "s"), UInt8(ascii: "g"), UInt8(ascii: "A"), UInt8(ascii: "x"): keyEnd(in: bytes, at: index)
        case UInt8(ascii: "e"): webTokenEnd(in: bytes, at: index)
        default: nil
        }
    }

    private static func keyEnd(in bytes: [UInt8], at index: Int) -> Int? {
        // In the middle of a word there is no start.
        guard index == 0 || !isToken(bytes[index - 1]),
            let (start, least) = starts.first(where: { bytes[index...].starts(with: $0.start) })
        else { return nil }
        let end = tokenEnd(in: bytes, from: index + start.count)
        return end - index - start.count >= least ? end : nil
    }

    /// Three parts in Base64, the first of which begins as an object of JSON does.
    private static func webTokenEnd(in bytes: [UInt8], at index: Int) -> Int? {
        guard bytes[index...].starts(with: tokenStart), index == 0 || !isToken(bytes[index - 1]) else { return nil }
        var end = index
        for part in 0..<3 {
            let next = tokenEnd(in: bytes, from: end)
            guard next - end >= 10 else { return nil }
            end = next
            guard part < 2 else { break }
            guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return nil }
            end += 1
        }
        return end
    }

    /// To the end of the PEM, or of the bytes if it was cut off.
    private static func privateKeyEnd(in bytes: [UInt8], at index: Int) -> Int? {
        guard bytes[index...].starts(with: pemStart) else { return nil }
        let kind = bytes[(index + pemStart.count)...].prefix(pemKindMax)
        guard kind.firstRange(of: pemKind) != nil else { return nil }
        guard let end = bytes[(index + pemStart.count)...].firstRange(of: pemEnd) else { return bytes.count }
        return bytes[end.upperBound...].firstRange(of: Array("-----".utf8))?.upperBound ?? bytes.count
    }

    private static func tokenEnd(in bytes: [UInt8], from index: Int) -> Int {
        bytes[index...].firstIndex { !isToken($0) } ?? bytes.count
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
