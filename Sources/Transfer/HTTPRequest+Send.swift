import CCurl
import Glibc

extension HTTPRequest {
    /// Makes the request, on a thread of its own. Cancelling the task ends it within about a second.
    public func send() async -> HTTPResponse {
        await onOwnThread { cancellation in perform(HTTPExchange(self, cancellation)) }
    }

    private func perform(_ exchange: HTTPExchange) -> HTTPResponse {
        func failed(_ kind: TransferFailure.Kind, _ detail: String) -> HTTPResponse {
            HTTPResponse(status: 0, body: [], failure: TransferFailure(kind, detail), retryAfterMs: nil)
        }
        guard headers.allSatisfy({ $0.isValid }) else { return failed(.invalid, "a header holds a control character") }
        guard var handle = EasyHandle() else { return failed(.unreachable, "libcurl has no memory") }
        handle.set(CURLOPT_URL, url)
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        handle.set(CURLOPT_PROXY, "")
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(Self.connectMsMax, max(timeoutMs, 1))))
        handle.set(CURLOPT_TIMEOUT_MS, Int(clamping: max(timeoutMs, 1)))
        handle.set(CURLOPT_FOLLOWLOCATION, followsRedirects ? 1 : 0)
        handle.set(CURLOPT_MAXREDIRS, Self.redirectsMax)
        handle.set(CURLOPT_HTTPHEADER, headers.map { "\($0.name): \($0.value)" } + ["Expect:"])
        handle.set(CURLOPT_WRITEDATA, object: exchange)
        handle.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            HTTPExchange.of(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        handle.set(CURLOPT_OPENSOCKETDATA, object: exchange)
        handle.setOpenSocket { context, _, address in HTTPExchange.of(context).open(address) }
        handle.set(CURLOPT_NOPROGRESS, 0)
        handle.set(CURLOPT_XFERINFODATA, object: exchange)
        handle.setProgress { context, _, _, _, _ in HTTPExchange.of(context).cancellation.isSet ? 1 : 0 }
        let code =
            body.map { body in
                body.withUnsafeBytes { bytes in
                    handle.set(CURLOPT_POST, 1)
                    handle.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: bytes.count)
                    handle.set(CURLOPT_POSTFIELDS, bytes: bytes)
                    return handle.perform()
                }
            } ?? handle.perform()
        let failure = TransferFailure.of(code, connected: handle.isConnected, host: TransferFailure.host(of: url))
        return HTTPResponse(
            status: handle.responseCode, body: exchange.body,
            // A refusal of ours explains the failure; if another address answered, there is none.
            failure: failure.map { exchange.refusal ?? $0 },
            retryAfterMs: Self.retryAfterMs(
                milliseconds: handle.header("retry-after-ms"), value: handle.header("retry-after"),
                date: handle.header("date")))
    }

    /// Reads `retry-after-ms`, then `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), which counts from the
    /// server's own `Date`: no clock of ours is asked.
    static func retryAfterMs(milliseconds: String?, value: String?, date: String?) -> UInt64? {
        let wanted: Double? =
            if let milliseconds, let number = Double(milliseconds) {
                number
            } else if let value, let seconds = Double(value) {
                seconds * 1_000
            } else if let value, let date,
                case (let then, let now) = (curl_getdate(value, nil), curl_getdate(date, nil)),
                then >= 0, now >= 0
            {
                Double(then - now) * 1_000
            } else {
                nil
            }
        guard let wanted, wanted.isFinite else { return nil }
        return UInt64(min(max(wanted, 0), Double(HTTPResponse.retryAfterMsMax)))
    }
}

extension HTTPRequest.Header {
    /// No control character may end the line and begin another.
    var isValid: Bool { [name, value].allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } } }
}

/// What the callbacks of one transfer share. It is used on one thread only.
private final class HTTPExchange {
    let cancellation: Cancellation
    private let allowsPrivate: Bool
    private let bytesMax: Int
    private(set) var body: [UInt8] = []
    /// What our own callbacks refused.
    private(set) var refusal: TransferFailure?

    init(_ request: HTTPRequest, _ cancellation: Cancellation) {
        self.cancellation = cancellation
        allowsPrivate = request.allowsPrivate
        bytesMax = request.responseBytesMax
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> HTTPExchange {
        guard let context else { preconditionFailure("libcurl hands back the pointer that it was given") }
        return Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
    }

    func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= bytesMax else {
            refusal = TransferFailure(.tooLarge, "the answer is larger than \(bytesMax) bytes")
            return 0
        }
        body += bytes
        return bytes.count
    }

    func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let address else { return CURL_SOCKET_BAD }
        if !allowsPrivate, !NetworkAddress(address).isPublic {
            refusal = TransferFailure(.forbidden, "the address is a private one, which is not asked")
            return CURL_SOCKET_BAD
        }
        let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, type, address.pointee.protocol)
    }
}
