import Glibc

/// Why a mail is not in its folder.
struct MaildirError: Error, CustomStringConvertible {
    let description: String
    /// Whether trying again may help: a full disk is emptied, a wrong path stays wrong.
    let isRetryable: Bool

    init(_ description: String, isRetryable: Bool) {
        self.description = description
        self.isRetryable = isRetryable
    }

    /// What the system said when this was done to this path.
    static func system(_ action: String, _ path: String) -> MaildirError {
        let code = errno
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return MaildirError("cannot \(action) \(path): \(reason)", isRetryable: true)
    }
}
