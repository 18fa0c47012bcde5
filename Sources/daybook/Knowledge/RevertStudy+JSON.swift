import EventSourcing
import Events
import Knowledge
import Views
import Wire

extension RevertStudy {
    /// The fields that `--json` prints, whether the plan was carried out or not.
    var fields: [JSON.Field] {
        let object = JSON.fields(
            ("entry", .string(entry)), ("bad_version", .number(bad.version)), ("to_version", .number(good.version)),
            ("bad_line", change.bad.map { .string($0) } ?? .null),
            ("good_line", change.good.map { .string($0) } ?? .null),
            ("as_of", .number(plan.asOf)), ("consequence", .string(plan.consequence.field)),
            ("calls", .array(calls.map(json))), ("effects", .array(plan.effects.map(json))),
            ("approvals", .array(plan.approvals.map(json))),
            ("made_from_these", .array(plan.steps.filter { !$0.shown }.map(json))),
            ("files", .array(files.map { .string($0) })),
            ("kept", .array(kept.map { .number($0.version) })),
            ("conflicts", .number(merge?.open.count ?? 0)))
        return object.members ?? []
    }

    private func json(_ step: AffectedStep) -> JSON {
        .fields(("job", .string(step.job)), ("step", .string(step.step)))
    }

    private func json(_ call: ShownCall) -> JSON {
        .fields(
            ("job", .string(call.step.job)), ("step", .string(call.step.step)),
            ("class", .string(call.step.consequence.field)),
            ("provider", call.call.map { .string($0.provider.word) } ?? .null),
            ("model", call.call.map { .string($0.model) } ?? .null),
            ("cost_microdollars", .number(call.step.costMicrodollars)),
            ("output", call.step.output.map { .string($0.description) } ?? .null),
            ("says", call.mention.map { .string($0.text) } ?? .null),
            ("line", call.mention?.line.map { .number($0) } ?? .null), ("redone", .bool(call.isRedone)),
            ("position", .number(call.step.firstPosition)))
    }

    private func json(_ effect: AffectedEffect) -> JSON {
        let mention = sent.first { $0.effect.job == effect.job && $0.effect.effect == effect.effect }?.mention
        return .fields(
            ("job", .string(effect.job)), ("step", .string(effect.step)), ("class", .string(effect.consequence.field)),
            ("connector", .string(effect.connector)), ("deliveries", .number(effect.deliveries)),
            ("succeeded", .number(effect.succeeded)), ("unknown", .number(effect.unknown)),
            ("says", mention.map { .string($0.text) } ?? .null), ("position", .number(effect.position)),
            ("first_sent_position", effect.succeeded > 0 ? .number(effect.firstSuccessPosition) : .null),
            ("first_sent", effect.succeeded > 0 ? .string(Format.iso(effect.firstSuccessUs)) : .null))
    }

    private func json(_ approval: AffectedApproval) -> JSON {
        .fields(
            ("id", .string("\(approval.job)@\(approval.approval)")), ("job", .string(approval.job)),
            ("step", .string(approval.step)), ("state", .string(approval.state.word)),
            ("position", .number(approval.position)))
    }
}

extension AffectedClass {
    /// As `--json` prints it.
    var field: String { word.split(separator: " ").prefix(2).joined(separator: "_") }
}

extension ApprovalRowState {
    /// As `--json` prints it.
    var word: String {
        switch self {
        case .open: "open"
        case .approved: "approved"
        case .edited: "edited"
        case .rejected: "rejected"
        case .responded: "responded"
        case .takenOver: "taken_over"
        case .expired: "expired"
        case .withdrawn: "withdrawn"
        }
    }
}
