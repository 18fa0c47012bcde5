import Glibc

/// A host and a port, to see whether anybody listens there. Nothing is said to whoever does.
struct NetworkPlace {
    /// How long a connection may take, in milliseconds.
    static let timeoutMs: CInt = 3_000

    private static let ports = ["http": "80", "https": "443", "smtp": "25", "smtps": "465"]

    private let host: String
    private let port: String

    /// Nil unless this is `scheme://host[:port]...` of a scheme that has a port.
    init?(_ url: String) {
        guard let colon = url.firstRange(of: "://"), let standard = Self.ports[String(url[..<colon.lowerBound])] else {
            return nil
        }
        let authority = url[colon.upperBound...].prefix { $0 != "/" && $0 != "?" }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            let rest = authority[authority.index(after: end)...]
            port = rest.hasPrefix(":") ? String(rest.dropFirst()) : standard
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1)
            guard let first = parts.first else { return nil }
            host = String(first)
            port = parts.count > 1 ? String(parts[1]) : standard
        }
    }

    /// Why nobody can be reached; nil if somebody listens.
    func problem() -> String? {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &found) == 0 else { return "the name \(host) is not known" }
        defer { freeaddrinfo(found) }
        var last = "nobody listens"
        var address = found
        while let info = address?.pointee {
            guard let problem = connectProblem(info) else { return nil }
            last = problem
            address = info.ai_next
        }
        return last
    }

    private func connectProblem(_ info: addrinfo) -> String? {
        let descriptor = socket(
            info.ai_family, info.ai_socktype | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return words(errno) }
        defer { close(descriptor) }
        if connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { return words(errno) }
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard Glibc.poll(&poll, 1, Self.timeoutMs) == 1 else { return "no answer within \(Self.timeoutMs / 1_000) s" }
        var error: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        return error == 0 ? nil : words(error)
    }

    private func words(_ code: CInt) -> String {
        code == ECONNREFUSED ? "nobody listens" : String(cString: strerror(code)).lowercased()
    }
}
