import EventSourcing
import Events
import Foundation
import Wire

/// The form in which events leave a ledger: CloudEvents 1.0 (<https://cloudevents.io>), JSON format, one object a line.
///
/// Official extensions: `sequence` (the position, 20 digits), `partitionkey` (the stream), `recordedtime`,
/// `causationid`, `authtype` and `authid` (the actor), `dataref` for a content that lies elsewhere. Our own, without
/// which a ledger could not take them back byte for byte: `daybookversion` (the place in the stream), `daybookkind`,
/// `daybookrevision` and `daybookpayload` (the stored bytes). `data` is the same event for readers, in proto3's JSON.
enum CloudEvent {
    static let typePrefix = "daybook.v1."
    /// The type of a line that holds a content, and of the last line.
    static let artifactType = "daybook.v1.Artifact"
    static let endType = "daybook.v1.ExportEnded"

    /// The name of a ledger as a URI.
    static func source(of origin: String) -> String { "https://\(origin)" }

    /// The id of an event: its commit, and its place in there. It is the same for ever, wherever the event goes.
    static func id(_ commit: CommitID, _ index: UInt32) -> String { "\(commit)-\(index)" }

    /// `00000000000000000147`: as text in the order of the positions.
    static func sequence(_ position: Position) -> String {
        let digits = String(position)
        return String(repeating: "0", count: 20 - digits.count) + digits
    }

    // MARK: - Lines

    /// - Throws: `WireError` for an event that this build does not understand.
    static func line(_ event: RecordedEvent, commit: CommitID, source: String) throws(WireError) -> JSON {
        guard let entry = EventCatalog.entry(of: event.type) else { throw .unknownType(event.type) }
        let data = try EventCatalog.json(
            type: event.type, revision: event.revision, payload: event.payload, style: .proto3)
        let time = JSON.string(Format.iso(event.time))
        var fields: [JSON.Field] = head(id(commit, event.index), source, typePrefix + entry.name)
        func add(_ name: String, _ value: JSON) { fields.append(JSON.Field(name, value)) }
        add("subject", .string(event.stream.description))
        add("time", time)
        add("recordedtime", time)
        add("sequence", .string(sequence(event.position)))
        add("partitionkey", .string(event.stream.description))
        // A cause is always of the same commit.
        if event.causation > 0 {
            add("causationid", .string(id(commit, UInt32(event.causation - event.commit))))
        }
        if !event.actor.isEmpty {
            add("authtype", .string(event.actor == "owner" ? "user" : "system"))
            add("authid", .string(event.actor))
        }
        add("daybookversion", .string(String(event.version)))
        add("daybookkind", .string(event.kind == .decision ? "decision" : "observation"))
        add("daybookrevision", .number(event.revision))
        if !event.payload.isEmpty { add("daybookpayload", .string(Data(event.payload).base64EncodedString())) }
        add("datacontenttype", "application/json")
        add("data", data)
        return .object(fields)
    }

    /// - Parameter bytes: nil for a content that lies in a file of its own, named by its digest.
    static func line(_ digest: Digest, _ bytes: [UInt8]?, source: String) -> JSON {
        var fields = head(digest.description, source, artifactType)
        fields.append(JSON.Field("datacontenttype", "application/octet-stream"))
        fields.append(
            bytes.map { JSON.Field("data_base64", .string(Data($0).base64EncodedString())) }
                ?? JSON.Field("dataref", .string(digest.description)))
        return .object(fields)
    }

    /// The last line: it shows that nothing was cut off.
    static func line(_ end: ExportEnd, source: String) -> JSON {
        var fields = head("export-\(end.since)-\(end.head)", source, endType)
        fields.append(JSON.Field("datacontenttype", "application/json"))
        fields.append(JSON.Field("data", end.json))
        return .object(fields)
    }

    private static func head(_ id: String, _ source: String, _ type: String) -> [JSON.Field] {
        [
            JSON.Field("specversion", "1.0"), JSON.Field("id", .string(id)), JSON.Field("source", .string(source)),
            JSON.Field("type", .string(type)),
        ]
    }
}

/// What an export holds, as its last line says.
struct ExportEnd: Equatable {
    /// The stream; nil for all.
    let stream: String?
    /// Events behind this position…
    let since: Position
    /// …up to this one.
    let head: Position
    let events: UInt64
    let artifacts: UInt64

    var json: JSON {
        .fields(
            ("stream", stream.map { .string($0) } ?? .null), ("since", .string(String(since))),
            ("head", .string(String(head))), ("events", .string(String(events))),
            ("artifacts", .string(String(artifacts))))
    }

    /// Nil if this is not what an export ends with.
    init?(_ json: JSON?) {
        func number(_ name: String) -> UInt64? { json?[name]?.text.flatMap { UInt64($0) } }
        guard let since = number("since"), let head = number("head"), let events = number("events"),
            let artifacts = number("artifacts"), since <= head, let stream = json?["stream"]
        else { return nil }
        self.init(stream: stream.text, since: since, head: head, events: events, artifacts: artifacts)
    }

    init(stream: String?, since: Position, head: Position, events: UInt64, artifacts: UInt64) {
        (self.stream, self.since, self.head, self.events, self.artifacts) = (stream, since, head, events, artifacts)
    }
}
