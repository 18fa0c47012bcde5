import CCurl

extension TransferFailure {
    /// What a result code of libcurl means for us; nil for success.
    static func of(_ code: CURLcode, connected: Bool, host: String) -> TransferFailure? {
        switch code {
        case CURLE_OK:
            nil
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT:
            TransferFailure(.invalid, "the URL cannot be used")
        case CURLE_COULDNT_RESOLVE_HOST:
            TransferFailure(.unreachable, "the name \(host) cannot be resolved")
        case CURLE_COULDNT_CONNECT:
            TransferFailure(.unreachable, "\(host) does not take connections")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            TransferFailure(.untrusted, "the certificate of \(host) cannot be verified")
        case CURLE_USE_SSL_FAILED:
            TransferFailure(.untrusted, "\(host) offers no TLS, and a password is not sent without it")
        case CURLE_SSL_CONNECT_ERROR:
            TransferFailure(.unreachable, "no TLS connection to \(host) came about")
        case CURLE_LOGIN_DENIED:
            TransferFailure(.denied, "\(host) refused the user or the password")
        case CURLE_OPERATION_TIMEDOUT where !connected:
            TransferFailure(.unreachable, "\(host) did not answer in time to be connected")
        case CURLE_OPERATION_TIMEDOUT:
            TransferFailure(.timeout, "\(host) was not done in time")
        case CURLE_TOO_MANY_REDIRECTS:
            TransferFailure(.forbidden, "\(host) redirects too often")
        case CURLE_ABORTED_BY_CALLBACK:
            TransferFailure(.cancelled, "given up")
        default:
            connected
                ? TransferFailure(.broken, "the connection to \(host) ended early (libcurl \(code.rawValue))")
                : TransferFailure(.unreachable, "no connection to \(host) came about (libcurl \(code.rawValue))")
        }
    }

    /// The host of a URL as people write it, for messages only.
    static func host(of url: String) -> String {
        guard let start = url.range(of: "://") else { return "the host" }
        return String(url[start.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
