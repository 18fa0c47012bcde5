/// One message to one recipient over SMTP (RFC 5321), over TLS if the server offers it.
public struct SMTPDelivery: Sendable {
    /// How long a connection may take, in milliseconds.
    public static let connectMsMax: UInt64 = 10_000

    /// `smtp://host:port` or `smtps://host:port`.
    public let url: String
    public let login: Login?
    /// The envelope's addresses, without angle brackets.
    public let sender: String
    public let recipient: String
    /// Header and body with CRLF line ends.
    public let message: [UInt8]
    /// For everything, in milliseconds.
    public let timeoutMs: UInt64
    /// Whether nothing is sent unless the connection is encrypted.
    public let requiresTLS: Bool

    /// Who hands the message in.
    public struct Login: Sendable {
        public let user: String
        public let password: String

        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    public init(
        url: String, login: Login?, sender: String, recipient: String, message: [UInt8], timeoutMs: UInt64,
        requiresTLS: Bool
    ) {
        self.url = url
        self.login = login
        self.sender = sender
        self.recipient = recipient
        self.message = message
        self.timeoutMs = timeoutMs
        self.requiresTLS = requiresTLS
    }
}

/// How far a delivery came.
public struct SMTPReport: Hashable, Sendable {
    public let progress: Progress
    /// The code of the server's last reply; 0 if there was none.
    public let code: UInt32
    /// The server's last reply, as it stands.
    public let reply: String
    /// Nil if the exchange was complete.
    public let failure: TransferFailure?

    /// What the server can have seen of the message.
    public enum Progress: Hashable, Sendable {
        /// The server cannot have seen the end of the message.
        case beforeEnd
        /// The last byte was handed over, and no reply came: nobody knows.
        case endWithoutReply
        /// The server replied to the whole message.
        case replied
    }
}
