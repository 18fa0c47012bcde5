import Crypto

/// The key of one person. As long as it exists, what is sealed with it can be read; there is no other copy to ask.
public struct SubjectKey: Sendable {
    /// In bytes.
    public static let secretSize = 32

    public let id: SubjectID
    let secret: SymmetricKey

    /// Nil unless the secret has 32 bytes.
    public init?(id: SubjectID, secret: [UInt8]) {
        guard secret.count == Self.secretSize else { return nil }
        self.id = id
        self.secret = SymmetricKey(data: secret)
    }

    /// The secret, for the place that keeps it.
    public var secretBytes: [UInt8] { secret.withUnsafeBytes { Array($0) } }
}
