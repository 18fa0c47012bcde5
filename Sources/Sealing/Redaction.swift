/// Takes secrets out of what is about to be recorded, for what is recorded stays for ever.
///
/// It knows the values of secrets, in the forms in which programs repeat them, and the looks of common keys. Both are
/// replaced by `[redacted]`.
public struct Redaction: Sendable {
    /// Shorter values are not looked for, in bytes: they would be found everywhere.
    public static let secretBytesMin = 8
    /// The most secrets that are looked for.
    public static let secretsMax = 1_000

    /// What stands in the place of a secret.
    public static let mark = Array("[redacted]".utf8)

    /// The forms of every secret by their first four bytes, the longest first.
    private let forms: [UInt32: [[UInt8]]]

    /// - Parameter secrets: those that are too short, or too many, are not looked for.
    public init(_ secrets: [String]) {
        var forms: [UInt32: Set<[UInt8]>] = [:]
        for secret in Set(secrets).sorted().map({ Array($0.utf8) }).filter({ $0.count >= Self.secretBytesMin })
            .prefix(Self.secretsMax)
        {
            for form in SecretForms(of: secret).all { forms[Self.start(form, 0), default: []].insert(form) }
        }
        self.forms = forms.mapValues { $0.sorted { $0.count > $1.count } }
    }

    /// Knows no secret by its value, and all by their looks.
    public static let looksAlone = Redaction([])

    /// The same bytes with the mark in the place of each secret.
    public func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        var copied = 0
        while index + 4 <= bytes.count {
            guard let end = knownEnd(in: bytes, at: index) ?? SecretLooks.end(in: bytes, at: index) else {
                index += 1
                continue
            }
            result += bytes[copied..<index]
            result += Self.mark
            index = end
            copied = end
        }
        return copied == 0 ? bytes : result + bytes[copied...]
    }

    /// Where a form of a known secret that begins here ends.
    private func knownEnd(in bytes: [UInt8], at index: Int) -> Int? {
        guard !forms.isEmpty, let candidates = forms[Self.start(bytes, index)] else { return nil }
        return candidates.first { bytes[index...].starts(with: $0) }.map { index + $0.count }
    }

    private static func start(_ bytes: [UInt8], _ index: Int) -> UInt32 {
        UInt32(bytes[index]) << 24 | UInt32(bytes[index + 1]) << 16 | UInt32(bytes[index + 2]) << 8
            | UInt32(bytes[index + 3])
    }
}
