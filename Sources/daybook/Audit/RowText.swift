import EventSourcing
import Events
import Views
import Wire

/// A row of a view as people read it: what it is about, and its fields.
struct RowText {
    /// `outcome newsletter-3 publish opens`
    let label: String
    /// Nil if it is not of this build.
    let fields: JSON?

    init(_ key: String, _ bytes: [UInt8]?) {
        label = key.split(separator: "/").map(Self.decoded).joined(separator: " ")
        fields = bytes.flatMap { try? Self.read($0, kind: key.prefix { $0 != "/" }) }
    }

    /// Percent-encoding, as keys have it.
    private static func decoded(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = part.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"),
                let value = [UInt8](hex: String(decoding: rest.prefix(2), as: UTF8.self))?.first
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        // Numbers in keys are padded so that they stand in order.
        guard text.count >= 10, text.allSatisfy(\.isNumber), let number = UInt64(text) else { return text }
        return String(number)
    }

    private static func read(_ bytes: [UInt8], kind: Substring) throws -> JSON? {
        func json<M: WireMessage & JSONRepresentable>(_: M.Type) throws -> JSON { try M(wireBytes: bytes).displayJSON }
        return switch kind {
        case "job": try json(JobRow.self)
        case "at": try json(StepPlacesRow.self)
        case "place": try json(PlacesRow.self)
        case "belongs": try json(CallPlacesRow.self)
        case "names": try json(FlowNamesRow.self)
        case "spend": try json(SpendRow.self)
        case "open": try json(InboxRow.self)
        case "entry": try json(EntryRow.self)
        case "version": try json(EntryVersionRow.self)
        case "summary", "summarizing": try json(SummaryRow.self)
        case "event": try json(TimelineRow.self)
        case "calls": try json(CallMetricsRow.self)
        case "approvals": try json(ApprovalMetricsRow.self)
        case "effects": try json(EffectMetricsRow.self)
        case "made": try json(DerivedMetricsRow.self)
        case "flow": try json(FlowMetricsRow.self)
        case "outcome": try json(OutcomeRow.self)
        case "recent": try json(RecentOutcomesRow.self)
        case "shown": try json(ShownRow.self)
        case "read", "file": try json(ReadRow.self)
        case "work": try json(WorkRow.self)
        case "effect": try json(EffectRow.self)
        case "approval": try json(ApprovalRow.self)
        case "adopted": try json(AdoptedRow.self)
        case "derived": try json(DerivedRow.self)
        case "said": try json(ExchangeRow.self)
        case "session": try json(SessionRow.self)
        case "course": try json(SessionJobRow.self)
        case "due": try json(SessionDue.self)
        case "queue": try json(SessionQueue.self)
        default: nil
        }
    }

    /// Fields that the two do not share, by their paths.
    static func differences(_ live: JSON?, _ rebuilt: JSON?) -> [(field: String, live: JSON?, rebuilt: JSON?)] {
        var found: [(String, JSON?, JSON?)] = []
        func compare(_ a: JSON?, _ b: JSON?, _ path: String) {
            guard a != b else { return }
            guard let left = a?.parts, let right = b?.parts else { return found.append((path, a, b)) }
            for name in left.map(\.name) + right.map(\.name).filter({ name in !left.contains { $0.name == name } }) {
                compare(
                    left.first { $0.name == name }?.value, right.first { $0.name == name }?.value,
                    path.isEmpty ? name : "\(path).\(name)")
            }
        }
        compare(live, rebuilt, "")
        return found
    }

    /// `opens 214`, from a value in millionths; other values as they stand.
    static func value(_ field: String, _ value: JSON?) -> String {
        guard let value else { return "none" }
        if field.hasSuffix("Millionths"), let number = value.integer { return WorkspaceContext.decimal(number) }
        if field.hasSuffix("Us"), let number = value.integer, number > 1_000_000_000_000_000 {
            return Format.time(number)
        }
        return (value.text ?? value.description).printable.cut(60)
    }

    /// `value` for `valueMillionths`.
    static func name(_ field: String) -> String {
        field.hasSuffix("Millionths") ? String(field.dropLast("Millionths".count)) : field
    }
}

extension JSON {
    /// The fields of an object, or the elements of an array under their numbers.
    fileprivate var parts: [Field]? {
        members ?? elements.map { $0.enumerated().map { Field(String($0.offset), $0.element) } }
    }
}
