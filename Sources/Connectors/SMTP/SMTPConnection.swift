import Events
import Jobs
import Transfer

/// The connector `smtp`: hands a mail to a server.
///
/// TLS is used if the server offers it, and is demanded before a password leaves this machine for another.
struct SMTPConnection {
    private let settings: SmtpConnector
    private let secret: @Sendable (String) -> String?

    init(_ settings: SmtpConnector, secret: @escaping @Sendable (String) -> String?) {
        self.settings = settings
        self.secret = secret
    }

    func deliver(_ delivery: Delivery) async -> DeliveryReport {
        let sender: Mailbox
        let recipient: Mailbox
        do {
            sender = try Mailbox(parsing: delivery.connector.from, header: "From")
            recipient = try Mailbox(parsing: delivery.recipient, header: "To")
        } catch {
            return .failed(.refused, "\(error)", retryable: false)
        }
        var login: SMTPDelivery.Login?
        if !settings.user.isEmpty {
            guard let password = secret(settings.passwordVariable) else {
                let variable = settings.passwordVariable
                return .failed(
                    .missing, "the variable \(variable) with the password is not set; set it and retry",
                    retryable: false)
            }
            login = SMTPDelivery.Login(user: settings.user, password: password)
        }
        let report = await SMTPDelivery(
            url: settings.url, login: login, sender: sender.address, recipient: recipient.address,
            message: delivery.message, timeoutMs: delivery.timeoutMs,
            requiresTLS: login != nil && !isLoopback
        ).send()
        return DeliveryReport(report)
    }

    /// Whether the server is on this machine, by its name or address in the settings.
    private var isLoopback: Bool {
        let host = settings.url.drop { $0 != ":" }.drop { $0 == ":" || $0 == "/" }
        return ["localhost", "127.0.0.1", "[::1]"].contains { name in
            host.hasPrefix(name) && [nil, ":", "/"].contains(host.dropFirst(name.count).first)
        }
    }
}

extension DeliveryReport {
    /// Decides by how far it came: before the end of the message it is certainly not done; with a reply to the whole
    /// message the reply decides (RFC 5321, 4.2.1: 2xx done, 4xx later, 5xx never); in between nobody knows.
    init(_ report: SMTPReport) {
        let code = report.code
        switch report.progress {
        case .replied where 200..<300 ~= code:
            self = .succeeded(receipt: report.reply)
        case .endWithoutReply:
            self = .unknown(
                "the whole message was sent, and no reply came"
                    + (report.failure.map { ": \($0.detail)" } ?? "") + "; ask the recipient or the server's log")
        case .beforeEnd, .replied:
            self = .failed(
                report.error, status: code,
                400..<600 ~= code
                    ? "the server answered \(code), so the message was not taken"
                    : report.failure?.detail ?? "the server took no message",
                retryable: report.isRetryable)
        }
    }
}

extension SMTPReport {
    fileprivate var error: CallError {
        switch (code, failure?.kind) {
        case (_, .timeout): .timeout
        case (_, .invalid), (_, .untrusted), (_, .denied): .refused
        case (500..<600, _): .refused
        case (400..<500, _): .server
        case (0, _): .unreachable
        default: .server
        }
    }

    fileprivate var isRetryable: Bool {
        if 500..<600 ~= code { return false }
        return switch failure?.kind {
        case .invalid, .untrusted: false
        case .denied: 400..<500 ~= code
        default: true
        }
    }
}
