import Jobs

/// Addresses in a file, by the same rule as in a mail's header.
enum MailAddress {
    /// Nil unless this is `local@domain`, and the domain has a dot or is this machine.
    static func parse(_ text: String) -> String? {
        guard let mailbox = mailbox(text), mailbox.address == text else { return nil }
        return mailbox.domain.contains(".") || mailbox.domain == "localhost" ? text : nil
    }

    /// `The Lever <lever@example.com>`, or a bare address.
    static func parseMailbox(_ text: String) -> String? {
        guard let mailbox = mailbox(text) else { return nil }
        return parse(mailbox.address) == nil ? nil : text
    }

    private static func mailbox(_ text: String) -> Mailbox? { try? Mailbox(parsing: text, header: "From") }
}
