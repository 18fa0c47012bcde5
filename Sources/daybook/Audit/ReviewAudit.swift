import EventSourcing
import Events
import Jobs
import Wire

/// A question to a person: what it was about, and what was answered.
struct ReviewAudit {
    private let audit: StepAudit
    private let item: JobHistory.Item
    private let asked: ApprovalRequested
    private let subject: ApprovalSubject?
    private let end: JobHistory.Item?

    /// - Parameter item: of an ApprovalRequested.
    init?(_ item: JobHistory.Item, in audit: StepAudit) {
        guard let asked = item.asked else { return nil }
        self.audit = audit
        self.item = item
        self.asked = asked
        subject = audit.artifacts.bytes(asked.subject).flatMap { try? ApprovalSubject(wireBytes: $0) }
        end = Self.end(of: item, in: audit.history)
    }

    /// The event that closed a question; nil while it is open.
    static func end(of question: JobHistory.Item, in history: JobHistory) -> JobHistory.Item? {
        history.items.dropFirst(Int(question.version)).first { item in
            switch item.event {
            case .observed(.approvalDecided(let event)): event.approval == question.version
            case .decided(.approvalExpired(let event)): event.approval == question.version
            case .decided(.approvalWithdrawn(let event)): event.approval == question.version
            default: false
            }
        }
    }

    /// `you saw b71f09e2, edited it (0.04), approved 4c8d1a70 @144`
    static func words(
        _ end: JobHistory.Item?, _ kind: ApprovalKind, seen: Digest, _ audit: StepAudit
    ) -> String {
        guard let end else { return "waits for you: \(seen.short)" }
        switch end.event {
        case .observed(.approvalDecided(let event)):
            let comment =
                audit.text(event.comment).map {
                    ": “\($0.split(separator: "\n").first.map(String.init)?.cut(48) ?? "")”"
                } ?? ""
            switch event.verdict {
            case .approve where kind == .unknown: return "you said that it happened @\(end.position)\(comment)"
            case .reject where kind == .unknown: return "you said that it did not happen @\(end.position)\(comment)"
            case .approve: return "you saw \(seen.short), approved it @\(end.position)\(comment)"
            case .edit(let edit):
                return "you saw \(seen.short), edited it (\(Format.hundredths(edit.distanceMillionths))), "
                    + "approved \(edit.draft.short) @\(end.position)\(comment)"
            case .reject: return "you saw \(seen.short), rejected it @\(end.position)\(comment)"
            case .respond: return "you saw \(seen.short), asked for a change @\(end.position)\(comment)"
            case .takeOver(let made): return "you made \(made.output.short) @\(end.position)\(comment)"
            }
        case .decided(.approvalExpired): return "nobody decided about \(seen.short) in time @\(end.position)"
        default: return "the question about \(seen.short) was withdrawn @\(end.position)"
        }
    }

    private var seen: Digest { subject?.draft ?? asked.subject }

    private var batch: MailBatch? {
        subject?.exact.flatMap { audit.artifacts.bytes($0) }.flatMap { try? MailBatch(wireBytes: $0) }
    }

    var page: AuditPage {
        let expires = asked.expiresUs > 0 ? ", expires \(Format.moment(asked.expiresUs))" : ""
        var saw = ["\(seen.short)\(audit.summary(seen))       daybook show \(seen.short)"]
        if let batch, let first = batch.deliveries.first {
            let many =
                batch.deliveries.count > 1
                ? "the first of \(Format.plural(batch.deliveries.count, "mail"))" : "the exact mail"
            saw.append("\(first.message.short), \(many)       daybook show \(first.message.short)")
        }
        return AuditPage(
            heading: AuditPage.heading(audit.name, item, end ?? item, time: Format.time(item.record.time)),
            sections: [
                .init("Asked", "you: \(asked.kind.question)\(expires)"),
                .init("Saw", saw),
                .init("Made", Self.words(end, asked.kind, seen: seen, audit)),
                .init("Does", reach),
                .init("Seal", "complete: one answer binds exactly these bytes (\(asked.subject.short))"),
            ],
            json: json)
    }

    private var reach: String {
        let consequences = asked.consequences
        guard consequences.recipients > 0 else { return "reaches nobody" }
        let before = consequences.alreadyReached > 0 ? ", \(consequences.alreadyReached) were reached before" : ""
        let people = Format.plural(consequences.recipients, "person", "people")
        return "mail to \(people) through \(consequences.connector) (\(consequences.risk.words))\(before)"
    }

    private var json: JSON {
        .fields(
            ("kind", "question"), ("job", .string(audit.job)), ("step", .string(audit.step)),
            ("approval", .string("\(audit.job)@\(item.version)")), ("position", .number(item.position)),
            ("asked", .string(asked.kind.name)), ("subject", .string(asked.subject.description)),
            ("draft", .string(seen.description)), ("exact", subject?.exact.map { .string($0.description) } ?? .null),
            ("recipients", .number(asked.consequences.recipients)),
            ("end", end.map { .fields(("position", .number($0.position)), ("event", .string($0.name))) } ?? .null),
            ("verdict", end?.decided.map { .string($0.verdict.name) } ?? .null))
    }
}
