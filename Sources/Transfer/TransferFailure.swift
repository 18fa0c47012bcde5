/// Why a transfer did not end as it should.
public struct TransferFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let kind: Kind
    /// In our words.
    public let detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// What a caller tells apart.
    public enum Kind: Hashable, Sendable {
        /// The request itself is wrong: its URL, a header.
        case invalid
        /// Nobody was reached: name, connection.
        case unreachable
        /// The other side could not prove who it is, or refused TLS.
        case untrusted
        /// The address is one that may not be asked.
        case forbidden
        /// The other side refused the user or the password.
        case denied
        /// The time was up.
        case timeout
        /// The connection ended early.
        case broken
        /// The answer is larger than allowed.
        case tooLarge
        /// The caller gave up.
        case cancelled
    }

    public var description: String { detail }
}
