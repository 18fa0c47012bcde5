import Events
import Jobs

extension StepReader {
    mutating func review(_ fields: Fields) -> ReviewWork? {
        let of = fields["review"].flatMap { mention($0, "review") }
        let shows = fields["shows"].map { file.text($0, "shows") }
        let respond = fields["on_respond"].map { respondPolicy($0) }
        let expires = fields["expires"].map { expiryPolicy($0) }
        guard let of, let shows = settled(shows, or: ""), respond.map({ $0 != nil }) ?? true,
            expires.map({ $0 != nil }) ?? true
        else { return nil }
        return ReviewWork(of: of, shows: shows, onRespond: respond ?? nil, expires: expires ?? nil)
    }

    /// A step that must come before this one.
    private mutating func mention(_ node: YAMLNode, _ key: String) -> String? {
        guard let step = file.text(node, key) else { return nil }
        needs.append(StepMention(step: step, position: node.position))
        return step
    }

    private mutating func respondPolicy(_ node: YAMLNode) -> RespondPolicy? {
        guard let fields = Fields(node, of: "`on_respond`", in: file, keys: ["redo", "at_most"]),
            let redo = fields.required("redo", hint: "the step that is done again").flatMap({ mention($0, "redo") }),
            let times = settled(fields["at_most"].map { file.integer($0, "at_most", in: 1...20) }, or: 3)
        else { return nil }
        return RespondPolicy(redo: redo, atMost: times)
    }

    private func expiryPolicy(_ node: YAMLNode) -> ExpiryPolicy? {
        let words: KeyValuePairs<String, ExpiryAction> = ["park": .park, "fail": .fail, "cancel": .cancel]
        guard let fields = Fields(node, of: "`expires`", in: file, keys: ["after", "remind", "then"]),
            let after = fields.required("after", hint: "`after: 3d`").flatMap({ file.duration($0, "after") }),
            let remind = settled(fields["remind"].map { file.duration($0, "remind") }, or: 0),
            let then = settled(fields["then"].map { file.word($0, "then", of: words) }, or: .park)
        else { return nil }
        guard remind < after else {
            file.error(
                "the reminder would come after the end", at: fields["remind"]?.position,
                hint: "`remind` is the time left: shorter than `after`")
            return nil
        }
        return ExpiryPolicy(afterMs: after, remindMs: remind, then: then)
    }

    mutating func effect(_ fields: Fields) -> EffectWork? {
        let target = fields["effect"].flatMap { readTarget($0) }
        let retry = retry(fields)
        guard let with = fields.required("with", hint: "`with: {to: \"list:weekly\", mail: \"${{ steps.edit }}\"}`"),
            let with = Fields(with, of: "`with` of an effect", in: file, keys: ["to", "mail"])
        else { return nil }
        let to = with.required("to", hint: "`to: \"list:weekly\"`").flatMap { recipients($0) }
        let mail = with.required("mail", hint: "`mail: \"${{ steps.edit }}\"`").flatMap { mailExpression($0) }
        guard let target, let to, let mail, let retry else { return nil }
        return EffectWork(connector: target.connector, action: target.action, to: to, mail: mail, retry: retry)
    }

    private func readTarget(_ node: YAMLNode) -> (connector: String, action: String)? {
        guard let text = file.text(node, "effect") else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts[1] == "send" else {
            file.error(
                "`effect` cannot be \"\(text.excerpt)\"", at: node.position,
                hint: "a connector of daybook.yaml and what it does: `newsletter.send`")
            return nil
        }
        let names = context.settings.connectorNames
        guard names.contains(parts[0]) else {
            file.error(
                "unknown connector \"\(parts[0].excerpt)\"", at: node.position,
                hint: NearestName.hint(for: parts[0], among: names.names) ?? "connectors stand in daybook.yaml")
            return nil
        }
        return (parts[0], parts[1])
    }

    /// Who is written to is the owner's word: a list, an address, or an input, and never what a step made.
    private mutating func recipients(_ node: YAMLNode) -> String? {
        let others = expressions.count
        guard let (text, parsed) = template(node, "to") else { return nil }
        guard expressions.count == others else {
            file.error(
                "a recipient never comes from a step's output", at: expressions.removeLast().position,
                hint: "name a list or an address, or take it from an input")
            return nil
        }
        guard parsed.paths.isEmpty else { return text }
        guard text.hasPrefix("list:") else {
            return file.parsed(node, "to", hint: "\"list:weekly\", for lists/weekly.csv, or one address") {
                MailAddress.parse($0)
            }
        }
        let name = String(text.dropFirst(5))
        guard context.lists.contains(name) else {
            file.error(
                "unknown list \"\(name.excerpt)\"", at: node.position,
                hint: NearestName.hint(for: name, among: context.lists.names)
                    ?? "make \(MailingList.folder)/\(Identifier.isValid(name) ? name : "weekly").csv")
            return nil
        }
        return text
    }

    private mutating func mailExpression(_ node: YAMLNode) -> String? {
        guard let (text, parsed) = template(node, "mail") else { return nil }
        let paths = parsed.paths
        guard paths.count == 1, paths[0].step != nil, text.hasPrefix("${{"), text.hasSuffix("}}") else {
            file.error(
                "`mail` is one expression: the review that approved it", at: node.position,
                hint: "`mail: \"${{ steps.edit }}\"`")
            return nil
        }
        return text
    }
}
