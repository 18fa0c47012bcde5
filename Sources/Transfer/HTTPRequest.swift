/// One HTTP request. It is made once: no retries, no proxy of the environment, no cookies, no decompression.
public struct HTTPRequest: Sendable {
    /// How long a connection may take, with name and TLS, in milliseconds.
    public static let connectMsMax: UInt64 = 5_000
    /// How many redirects a request may follow at most.
    public static let redirectsMax = 3

    /// `http://` or `https://`, without a user in it.
    public let url: String
    /// The body of a POST; nil for a GET.
    public let body: [UInt8]?
    public let headers: [Header]
    /// For everything, in milliseconds.
    public let timeoutMs: UInt64
    /// A longer answer is a failure.
    public let responseBytesMax: Int
    /// Whether redirects are followed, at most `redirectsMax` of them.
    public let followsRedirects: Bool
    /// Whether loopback, private and other special addresses may be asked.
    public let allowsPrivate: Bool

    /// One line of the header, without its line end.
    public struct Header: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        url: String, body: [UInt8]? = nil, headers: [Header] = [], timeoutMs: UInt64, responseBytesMax: Int,
        followsRedirects: Bool = false, allowsPrivate: Bool = false
    ) {
        self.url = url
        self.body = body
        self.headers = headers
        self.timeoutMs = timeoutMs
        self.responseBytesMax = responseBytesMax
        self.followsRedirects = followsRedirects
        self.allowsPrivate = allowsPrivate
    }
}

/// What came back.
public struct HTTPResponse: Sendable {
    /// 0 if no status line came.
    public let status: UInt32
    /// As much as came; the whole of it if `failure` is nil.
    public let body: [UInt8]
    /// Nil if the exchange was complete, whatever its status.
    public let failure: TransferFailure?
    /// How long the server asks to be left alone, in milliseconds; at most `retryAfterMsMax`.
    public let retryAfterMs: UInt64?

    /// Nobody is made to wait longer than a day.
    public static let retryAfterMsMax: UInt64 = 86_400_000
}
