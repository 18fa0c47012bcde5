import EventSourcing
import Events
import Jobs
import Wire

/// What a person reads before deciding.
struct ReviewPage {
    private let question: OpenQuestion

    init(_ question: OpenQuestion) {
        self.question = question
    }

    func show(json: Bool) {
        if json { return Terminal.line(object.description) }
        showHead()
        for line in DraftText.text(of: question.draft).printable.split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            Terminal.line("  | \(line)")
        }
        Terminal.line("Next: daybook review \(question.name) --approve | --edit | --reject | --respond TEXT")
    }

    /// What it is, whom it reaches, and what it rests on.
    func showHead() {
        let approval = question.approval
        let expires = approval.expires > 0 ? "expires \(Format.moment(approval.expires))" : ""
        Terminal.line("\(Style.bold(question.name))   draft \(question.draftDigest.short)   \(expires)")
        if let subject = question.draft["subject"]?.text { row("Subject", subject.printable) }
        if let batch = question.batch { show(batch) }
        for line in checks { row(line.0, line.1) }
        if approval.kind == .unknown {
            let words =
                question.batch == nil
                ? "--approve makes the call again, --take-over takes your output, --reject gives it up"
                : "--approve: it arrived; --reject: it did not, and is sent again"
            row("Unknown", "nobody knows how it ended; look yourself, then " + words)
        }
    }

    private func show(_ batch: MailBatch) {
        let count = batch.deliveries.count
        row("To", Format.plural(count, "person", "people"))
        let connector = question.state.definitions?.connector(batch.connector)
        switch connector?.kind {
        case .maildir(let maildir):
            row("Does", "maildir: \(Format.plural(count, "file")) in \(maildir.path)/, reaches nobody")
        case .smtp(let smtp):
            row("Does", "smtp: \(Format.plural(count, "mail")) through \(smtp.url), cannot be taken back")
        case nil: row("Does", batch.connector)
        }
        if let first = batch.deliveries.first {
            row("Exact", "\(Digest.of(batch.wireBytes).short), first mail \(first.message.short)")
        }
    }

    private func row(_ name: String, _ words: String) { Terminal.line("  \(name.column(8)) \(words)") }

    /// Figures that no claim names a source for.
    private var checks: [(String, String)] {
        guard let body = question.draft["body"]?.text else { return [] }
        let claims = (question.draft["claims"]?.elements ?? []).compactMap { $0["text"]?.text }
        var lines: [(String, String)] = []
        var figures = 0
        for (number, line) in body.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for figure in Self.figures(in: line) {
                figures += 1
                if !claims.contains(where: { Self.figures(in: Substring($0)).contains(figure) }) {
                    lines.append(("", "! line \(number + 1)  \"\(figure)\" has no source"))
                }
            }
        }
        guard figures > 0 else { return [] }
        return [("Checks", "\(figures - lines.count) of \(Format.plural(figures, "figure")) have a source")]
            + lines.prefix(8)
    }

    private static func figures(in line: Substring) -> [String] {
        line.split { !$0.isNumber && $0 != "." && $0 != "," && $0 != "%" && $0 != "$" }
            .map { $0.trimmingPunctuation }.filter { $0.contains(where: \.isNumber) && $0.count > 1 }
    }

    /// The question before the yes.
    var consequence: String {
        guard let batch = question.batch else { return "Approve draft \(question.draftDigest.short)?" }
        let people = Format.plural(batch.deliveries.count, "person", "people")
        return "Approve exactly this mail, to \(people), through \(batch.connector)?"
    }

    static func showChange(from old: JSON, to new: JSON) {
        let diff = LineDiff(DraftText.text(of: old), DraftText.text(of: new))
        for line in diff.lines { Terminal.line("  \(line.printable)") }
    }

    private var object: JSON {
        .fields(
            ("id", .string("\(question.job)@\(question.approval.version)")), ("state", "awaiting_human"),
            ("job", .string(question.job)), ("step", .string(question.approval.step)),
            ("kind", .string(question.approval.kind.name)), ("subject", .string(question.approval.subject.description)),
            ("draft_sha256", .string(question.draftDigest.description)), ("draft", question.draft),
            ("recipients", .number(question.batch?.deliveries.count ?? 0)),
            ("messages", .array((question.batch?.deliveries ?? []).map { .string($0.message.description) })))
    }
}

extension Substring {
    fileprivate var trimmingPunctuation: String {
        var text = self
        while let last = text.last, last == "." || last == "," { text.removeLast() }
        while let first = text.first, first == "." || first == "," { text.removeFirst() }
        return String(text)
    }
}
