import Events

extension BusinessFile {
    mutating func readConnectors(_ fields: Fields, _ folder: WorkspaceFolder) {
        guard let node = fields["connectors"] else { return }
        guard let pairs = fields.file.pairs(node, "connectors", max: 64) else {
            connectorNames.isComplete = false
            return
        }
        connectorNames.names = Set(pairs.map(\.key))
        for pair in pairs {
            guard Identifier.isValid(pair.key, dots: false) else {
                fields.file.error(
                    "a connector cannot be called \"\(pair.key)\"", at: pair.position,
                    hint: Identifier.rule(dots: false))
                continue
            }
            guard let definition = Self.connector(pair, fields.file, folder) else { continue }
            connectors.append(DefinitionFile(definition: definition, source: fields.file.source))
        }
        connectors.sort { $0.definition.name < $1.definition.name }
    }

    private enum MailKind { case maildir, smtp }

    private static func connector(
        _ pair: YAMLPair, _ file: TextFile, _ folder: WorkspaceFolder
    ) -> ConnectorDefinition? {
        guard case .mapping(let entries) = pair.value.content,
            let kindNode = entries.first(where: { $0.key == "kind" })?.value
        else {
            file.error("a connector needs `kind`", at: pair.value.position, hint: "`kind: maildir` or `kind: smtp`")
            return nil
        }
        guard let kind = file.word(kindNode, "kind", of: ["maildir": MailKind.maildir, "smtp": .smtp]) else {
            return nil
        }
        let common = ["kind", "from", "reply_to", "unsubscribe"]
        let own = kind == .maildir ? ["path"] : ["url", "user", "password"]
        let what = kind == .maildir ? "a maildir connector" : "an smtp connector"
        guard let fields = Fields(pair.value, of: what, in: file, keys: common + own) else { return nil }
        let mailbox = "an address such as \"The Lever <lever@example.com>\", in quotes"
        let from = fields.required("from", hint: mailbox).flatMap {
            file.parsed($0, "from", hint: mailbox, MailAddress.parseMailbox)
        }
        let replyTo = fields["reply_to"].map { file.parsed($0, "reply_to", hint: mailbox, MailAddress.parseMailbox) }
        let unsubscribe = fields["unsubscribe"].map {
            file.parsed($0, "unsubscribe", hint: "an https URL, or mailto:address", Self.unsubscribe)
        }
        let settings: ConnectorDefinition.Kind? =
            switch kind {
            case .maildir: maildir(fields, folder).map { .maildir($0) }
            case .smtp: smtp(fields).map { .smtp($0) }
            }
        guard let settings, let from, let replyTo = settled(replyTo, or: ""),
            let unsubscribe = settled(unsubscribe, or: "")
        else { return nil }
        return ConnectorDefinition(
            name: pair.key, kind: settings, from: from, replyTo: replyTo, unsubscribe: unsubscribe)
    }

    /// As a List-Unsubscribe header holds it (RFC 2369).
    private static func unsubscribe(_ text: String) -> String? {
        if text.hasPrefix("mailto:") {
            let address = String(text.dropFirst(7).prefix { $0 != "?" })
            let isVisible = text.utf8.allSatisfy { 0x21...0x7e ~= $0 && $0 != UInt8(ascii: ">") }
            return isVisible && MailAddress.parse(address) != nil ? text : nil
        }
        return WebAddress(text, schemes: ["https"]) != nil && !text.contains(">") ? text : nil
    }

    private static func maildir(_ fields: Fields, _ folder: WorkspaceFolder) -> MaildirConnector? {
        guard let node = fields.required("path", hint: "`path: outbox`"),
            let path = fields.file.path(node, "path", in: folder)
        else { return nil }
        guard path != "." else {
            fields.file.error("mail cannot be put there", at: node.position, hint: "`path: outbox`")
            return nil
        }
        return MaildirConnector(path: path)
    }

    private static func smtp(_ fields: Fields) -> SmtpConnector? {
        let file = fields.file
        let hint = "`smtp://host:port` or `smtps://host:port`"
        let url = fields.required("url", hint: hint).flatMap { node in
            file.parsed(node, "url", hint: hint) { text -> (text: String, address: WebAddress)? in
                guard let address = WebAddress(text, schemes: ["smtp", "smtps"]) else { return nil }
                return text.dropFirst(address.scheme.count + 3).contains("/") ? nil : (text, address)
            }
        }
        let user = fields["user"].map { file.line($0, "user") }
        let password = fields["password"].map { file.secret($0, "password") }
        guard let url, let user = settled(user, or: ""), let password = settled(password, or: "") else { return nil }
        if user.isEmpty != password.isEmpty {
            file.error("`user` and `password` go together", at: fields.position, hint: "give both, or neither")
            return nil
        }
        return SmtpConnector(url: url.text, user: user, passwordVariable: password)
    }
}
