import EventSourcing
import Events
import Foundation
import Wire

/// One event of another ledger, as its line says. Nothing of it is believed that was not checked.
struct ForeignEvent: Equatable {
    /// The last moment that four digits of a year can tell.
    private static let timeMax: Timestamp = 253_402_300_799_999_999

    let position: Position
    let commit: CommitID
    let index: UInt32
    /// The place in the commit of the event that caused it.
    let cause: UInt32?
    let stream: StreamName
    let version: StreamVersion
    let type: UInt16
    let revision: UInt8
    let kind: EventKind
    let time: Timestamp
    let actor: String
    let payload: [UInt8]

    /// - Throws: `ForeignLine.Refusal` with what is wrong.
    init(_ line: ForeignLine) throws(ForeignLine.Refusal) {
        (commit, index) = try Self.id(line, "id")
        if try line.optional("causationid") != nil {
            let (commit, index) = try Self.id(line, "causationid")
            guard commit == self.commit, index < self.index else {
                throw line.refusal("causationid names no event before it in its commit")
            }
            cause = index
        } else {
            cause = nil
        }
        position = try line.number("sequence", digits: 20)
        guard position > 0, position < .max else { throw line.refusal("sequence names no event") }
        stream = StreamName(try line.text("subject"))
        guard try line.optional("partitionkey") ?? stream.description == stream.description else {
            throw line.refusal("subject and partitionkey differ")
        }
        guard !stream.category.isEmpty, stream.description.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw line.refusal("subject is no stream's name")
        }
        version = StreamVersion(
            truncatingIfNeeded: try line.number("daybookversion", max: UInt64(StreamVersion.max - 1)))
        guard version > 0 else { throw line.refusal("daybookversion counts from 1") }
        guard let time = Format.time(iso: try line.text("time")), 0...Self.timeMax ~= time else {
            throw line.refusal("time is no time with six digits behind the point, in UTC, from 1970 on")
        }
        self.time = time
        actor = try line.optional("authid") ?? ""
        guard actor.utf8.count <= 255 else { throw line.refusal("authid is longer than 255 bytes") }
        (type, revision, kind, payload) = try Self.content(line, in: stream)
    }

    /// A commit's id and a place in it: `019ab3c2d4e57f0a8b1c2d3e4f5a6b7c-0`.
    private static func id(
        _ line: ForeignLine, _ name: String
    ) throws(ForeignLine.Refusal) -> (CommitID, UInt32) {
        let text = try line.text(name)
        let digits = text.prefix(32)
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            let high = UInt64(digits.prefix(16), radix: 16), let low = UInt64(digits.dropFirst(16), radix: 16),
            let index = UInt16(text.dropFirst(33)), text == CloudEvent.id(CommitID(high: high, low: low), UInt32(index))
        else { throw line.refusal("\(name) is not a commit's id and a place in it") }
        return (CommitID(high: high, low: low), UInt32(index))
    }

    /// Rule 11: what this build does not understand stops.
    private static func content(
        _ line: ForeignLine, in stream: StreamName
    ) throws(ForeignLine.Refusal) -> (UInt16, UInt8, EventKind, [UInt8]) {
        let name = try line.text("type")
        guard name.hasPrefix(CloudEvent.typePrefix),
            let entry = EventCatalog.entry(named: String(name.dropFirst(CloudEvent.typePrefix.count)))
        else { throw line.refusal("this build knows no event \(name)", hint: "a newer daybook may know it") }
        guard let revision = line["daybookrevision"]?.integer, 1...Int64(entry.revision) ~= revision else {
            throw line.refusal(
                "this build knows \(entry.name) up to revision \(entry.revision), and not this one",
                hint: "a newer daybook may know it")
        }
        let kind = try line.text("daybookkind")
        guard kind == entry.kind.rawValue else { throw line.refusal("\(entry.name) is no \(kind)") }
        // Behind the names of ledgers that the other ledger had taken in itself.
        var inner = Substring(stream.description)
        while inner.hasPrefix("import/") { inner = inner.split(separator: "/", maxSplits: 2).dropFirst(2).first ?? "" }
        let category = StreamName(String(inner)).category
        for list in ["job", "entry"] where (category == list) != (entry.category == list) {
            throw line.refusal("\(entry.name) does not belong into \(stream)")
        }
        let payload = try line.base64("daybookpayload", bytesMax: NewCommit.payloadBytesMax) ?? []
        do throws(WireError) {
            _ = try EventCatalog.json(type: entry.type, revision: UInt8(revision), payload: payload)
        } catch {
            throw line.refusal("daybookpayload is no \(entry.name): \(error)")
        }
        return (entry.type, UInt8(revision), entry.kind == .decision ? .decision : .observation, payload)
    }
}

extension ForeignEvent {
    /// Whether this is what was recorded, wherever it stands.
    func isRecorded(as event: RecordedEvent) -> Bool {
        version == event.version && type == event.type && revision == event.revision && kind == event.kind
            && time == event.time && actor == event.actor && payload == event.payload
    }
}
