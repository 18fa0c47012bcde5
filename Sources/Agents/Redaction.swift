/// Takes secrets that are known out of what came back: whatever is recorded stays for ever.
struct Redaction: Sendable {
    /// Shorter values are not looked for: they would be found everywhere.
    static let secretBytesMin = 8

    private let secrets: [[UInt8]]

    init(_ secrets: [String]) {
        self.secrets = secrets.map { Array($0.utf8) }.filter { $0.count >= Self.secretBytesMin }
    }

    /// The same bytes with `[redacted]` in the place of each secret.
    func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
        secrets.reduce(bytes) { bytes, secret in bytes.replacing(secret, with: Array("[redacted]".utf8)) }
    }
}
