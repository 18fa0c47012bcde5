import EventSourcing
import EventSourcingTesting
import Testing
import Wire

/// A stream of which the decisions changed their shape: once they said a number, now they say it twice.
@Suite struct Revisions {
    @Test func `of a decision are compared in today's shape`() throws {
        let old = Self.record(2, .decision, type: 2, revision: 1, [8, 7])
        let replay = try Replay(Doubling(), [Self.record(1, .observation, type: 1, revision: 1, [8, 7]), old])
        #expect(replay.isExact && replay.same == 1)
        let wrong = Self.record(2, .decision, type: 2, revision: 1, [8, 8])
        let other = try Replay(Doubling(), [Self.record(1, .observation, type: 1, revision: 1, [8, 7]), wrong])
        #expect(other.divergences.map(\.what) == [.other(recorded: "Said", today: "Said")])
    }

    @Test func `are folded as the newest, and the bytes in the log stay`() throws {
        let old = Self.record(2, .decision, type: 2, revision: 1, [8, 7])
        #expect(try Doubling().fold([Self.record(1, .observation, type: 1, revision: 1, [8, 7]), old]) == [7, 7, 7])
        #expect(old.payload == [8, 7])
    }

    @Test func `of a later build stop a fold`() {
        let later = Self.record(1, .decision, type: 2, revision: 3, [8, 7])
        #expect(throws: WireError.unknownRevision(3)) { try Doubling().fold([later]) }
    }

    @Test func `that are written are the newest`() {
        let event = NewEvent(Said(number: 9), kind: .decision)
        #expect(event.revision == 2 && event.payload == [8, 9, 16, 9])
    }

    private static func record(
        _ version: StreamVersion, _ kind: EventKind, type: UInt16, revision: UInt8, _ payload: [UInt8]
    ) -> RecordedEvent {
        RecordedEvent(
            position: Position(version), stream: StreamName("number/1"), version: version,
            previous: Position(version - 1), commit: 1, index: version - 1, type: type, revision: revision, kind: kind,
            time: 1, actor: "owner", causation: 0, payload: payload)
    }
}

private struct Heard: EventUnion {
    let number: UInt32
    var type: UInt16 { 1 }
    var name: String { "Heard" }
    func write(to writer: inout WireWriter) { writer.field(0x8, number) }

    init(type: UInt16, revision: UInt8, from bytes: RawSpan) throws(WireError) {
        guard type == 1 else { throw .unknownType(type) }
        number = try WireReader.numbers(bytes)[0]
    }
}

private struct Said: EventUnion {
    let number: UInt32
    var type: UInt16 { 2 }
    var name: String { "Said" }
    var revision: UInt8 { 2 }

    func write(to writer: inout WireWriter) {
        writer.field(0x8, number)
        writer.field(0x10, number)
    }

    init(number: UInt32) { self.number = number }

    init(type: UInt16, revision: UInt8, from bytes: RawSpan) throws(WireError) {
        guard type == 2 else { throw .unknownType(type) }
        guard 1...2 ~= revision else { throw .unknownRevision(revision) }
        let numbers = try WireReader.numbers(bytes)
        guard numbers.count == Int(revision) else { throw .missing("Said.number") }
        number = numbers[0]
    }
}

extension WireReader {
    /// The numbers of the fields, in order.
    fileprivate static func numbers(_ bytes: RawSpan) throws(WireError) -> [UInt32] {
        var reader = WireReader(bytes)
        var numbers: [UInt32] = []
        while try reader.tag() != nil {
            var number: UInt32 = 0
            try reader.field(&number)
            numbers.append(number)
        }
        guard !numbers.isEmpty else { throw .missing("number") }
        return numbers
    }
}

private struct Doubling: Decider {
    enum Refusal: Error, Equatable { case never }

    var initialState: [UInt32] { [] }

    func decide(_ observation: Heard, in turn: inout Turn<Doubling>) throws(Refusal) {
        turn.accept(observation)
        turn.emit(Said(number: observation.number))
    }

    func evolve(_ state: inout [UInt32], observed: Heard, at place: Place) { state.append(observed.number) }

    func evolve(_ state: inout [UInt32], decided: Said, at place: Place) { state += [decided.number, decided.number] }
}
