import EventSourcing
import Events
import Jobs
import Wire

/// An effect: the exact bytes that were prepared, and what became of each delivery.
struct EffectAudit {
    private let audit: StepAudit
    private let item: JobHistory.Item
    private let prepared: EffectPrepared?
    private let starts: [JobHistory.Item]
    private let ends: [JobHistory.Item]

    /// - Parameter item: of an EffectPrepared.
    init(_ item: JobHistory.Item, in audit: StepAudit) {
        self.audit = audit
        self.item = item
        prepared = item.prepared
        let later = audit.history.items.dropFirst(Int(item.version))
        let starts = later.filter { $0.started?.effect == item.version }
        self.starts = starts
        ends = later.filter { end in starts.contains { $0.version == end.delivered?.started } }
    }

    private var connector: ConnectorDefinition? {
        prepared.flatMap { audit.definitions(at: item)?.connector($0.connector) }
    }

    private var succeeded: [JobHistory.Item] {
        ends.filter { if case .succeeded? = $0.delivered?.outcome { true } else { false } }
    }

    /// What went out, and what came of it.
    var consequences: [Consequence] {
        var found: [Consequence] = []
        if let words = delivered, let position = (succeeded.last ?? ends.last)?.position {
            found.append(Consequence(position: position, words: words))
        }
        // Figures are of what went out, not of a version that an edit replaced.
        guard let prepared, !starts.isEmpty else { return found }
        for later in audit.history.items.dropFirst(Int(item.version)) {
            guard let outcome = later.outcome, outcome.step == prepared.step else { continue }
            let value = WorkspaceContext.decimal(outcome.valueMillionths)
            found.append(
                Consequence(
                    position: later.position,
                    words: "\(outcome.metric) \(value) @\(later.position), from \(outcome.source)"))
        }
        return found
    }

    /// `mail 4c19e0d3 written @147 by maildir, once`; nil if nothing was started.
    private var delivered: String? {
        guard let first = starts.first?.started else { return nil }
        let done = succeeded
        let (how, by) = if case .smtp? = connector?.kind { ("sent", "smtp") } else { ("written", "maildir") }
        let unknown = ends.count { if case .unknown? = $0.delivered?.outcome { true } else { false } }
        let failed = ends.count - done.count - unknown
        var words = "mail \(first.message.short)"
        if let start = done.first, let end = done.last {
            let place = AuditPage.range(start.position, end.position)
            let many = done.count > 1
            words =
                many
                ? "\(Format.plural(done.count, "mail")), the first \(message(of: start)),"
                : "mail \(message(of: start))"
            words += " \(how) \(place) by \(by), \(many ? "each \(frequency)" : "once")"
        }
        if failed > 0 { words += ", \(Format.plural(failed, "attempt")) failed" }
        if unknown > 0 { words += ", of \(Format.plural(unknown, "delivery", "deliveries")) nobody knew" }
        if starts.count > ends.count { words += ", \(starts.count - ends.count) under way" }
        return words
    }

    private func message(of end: JobHistory.Item) -> String {
        starts.first { $0.version == end.delivered?.started }?.started?.message.short ?? ""
    }

    /// Counted, never assumed: how often a delivery of this effect succeeded.
    private var frequency: String {
        let places = succeeded.compactMap { end in
            starts.first { $0.version == end.delivered?.started }?.started?.delivery
        }
        return Set(places).count == places.count ? "once" : "at least once, some twice"
    }

    var page: AuditPage {
        let exact = prepared?.exact.short ?? ""
        let count = prepared?.deliveries ?? 0
        let question = audit.history.items.last { $0.asked?.about == item.version }
        let end = question.flatMap { ReviewAudit.end(of: $0, in: audit.history) }
        let yes = end?.decided == nil ? "" : ", after your answer @\(end?.position ?? 0)"
        let draft = prepared?.draft.short ?? ""
        let then = consequences.dropFirst(delivered == nil ? 0 : 1).map(\.words)
        var sections: [AuditPage.Section] = [
            .init("Asked", "\(prepared?.connector ?? ""): \(Format.plural(count, "delivery", "deliveries"))\(yes)"),
            .init("Saw", "exact bytes \(exact), made of draft \(draft)       daybook show \(draft)"),
            .init("Made", delivered ?? "nothing: replaced, refused, or waiting"),
        ]
        if !then.isEmpty { sections.append(.init("Then", Array(then))) }
        sections.append(
            .init("Seal", "complete: each delivery was written down before it was begun, and when it ended"))
        return AuditPage(
            heading: AuditPage.heading(audit.name, item, ends.last ?? item, time: Format.time(item.record.time)),
            sections: sections, json: json)
    }

    private var json: JSON {
        let deliveries = starts.map { start -> JSON in
            let end = ends.first { $0.delivered?.started == start.version }
            let outcome =
                switch end?.delivered?.outcome {
                case .succeeded: "succeeded"
                case .failed: "failed"
                case .unknown: "unknown"
                case nil: "open"
                }
            return .fields(
                ("message", .string(start.started?.message.description ?? "")), ("started", .number(start.position)),
                ("ended", end.map { .number($0.position) } ?? .null), ("outcome", .string(outcome)))
        }
        return .fields(
            ("kind", "effect"), ("job", .string(audit.job)), ("step", .string(audit.step)),
            ("position", .number(item.position)), ("connector", .string(prepared?.connector ?? "")),
            ("exact", .string(prepared?.exact.description ?? "")),
            ("draft", .string(prepared?.draft.description ?? "")),
            ("prepared", .number(prepared?.deliveries ?? 0)), ("deliveries", .array(deliveries)))
    }
}
