import Events
import SwiftProtobuf
import Testing
import Wire

/// Bytes that no writer made. They must never trap, and what is accepted must be canonical.
@Suite struct `Damaged bytes` {
    static let valuesPerType = 400

    @Test(arguments: checkedMessages.indices)
    func `are refused, or are another value that the oracle reads too`(index: Int) throws {
        try damage(checkedMessages[index], seed: 2_000 + UInt64(index))
    }

    private func damage<M: CheckedMessage>(_ type: M.Type, seed: UInt64) throws {
        var chance = Chance(seed: seed)
        for _ in 0..<Self.valuesPerType {
            let damaged = Self.damage(M.random(&chance).wireBytes, &chance)
            guard let value = try? M(wireBytes: damaged) else { continue }
            try #require(value.wireBytes == damaged)
            _ = try M.Oracle(serializedBytes: damaged)
        }
    }

    /// Changed, lost, doubled and inserted bytes.
    private static func damage(_ bytes: [UInt8], _ chance: inout Chance) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(1 + chance.number(below: 3)) {
            let place = chance.number(below: bytes.count + 1)
            let end = min(bytes.count, place + 1 + chance.number(below: 4))
            switch chance.number(below: 5) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 2: bytes.insert(UInt8(chance.number(below: 256)), at: place)
            case 3: bytes.removeLast(bytes.count - place)
            default:
                if place < bytes.count { bytes[place] ^= UInt8(1 + chance.number(below: 255)) }
            }
        }
        return bytes
    }

    @Test func `that nest without end are refused`() {
        // Shape.element (field 4) in itself, again and again.
        var bytes = Shape(kind: .text, lengthMax: 0, fields: [], element: []).wireBytes
        for _ in 0..<200 {
            let list = Shape(kind: .list, lengthMax: 0, fields: [], element: []).wireBytes
            let length =
                bytes.count < 0x80 ? [UInt8(bytes.count)] : [UInt8(bytes.count & 0x7f) | 0x80, UInt8(bytes.count >> 7)]
            bytes = list + [0x22] + length + bytes
        }
        #expect(throws: WireError.tooDeep) { try Shape(wireBytes: bytes) }
    }
}

/// Rule 11: a reader that meets something it does not know says so.
@Suite struct `The unknown` {
    @Test func `stops at a field`() {
        #expect(throws: WireError.unknownField(0x78)) { try TimerFired(wireBytes: [0x08, 0x01, 0x78, 0x01]) }
        #expect(throws: WireError.unknownField(0x08)) { try JobAdmitted(wireBytes: [0x08, 0x01]) }
        #expect(throws: WireError.unknownField(0x7a)) { try Origin(wireBytes: [0x7a, 0x00]) }
    }

    @Test func `stops at a case of an enum, zero included`() {
        #expect(throws: WireError.unknownValue(99)) { try CallFailed(wireBytes: [0x08, 99]) }
        #expect(throws: WireError.unknownValue(0)) { try CallFailed(wireBytes: [0x08, 0]) }
    }

    @Test func `stops at what must be there and is not`() {
        #expect(throws: WireError.missing("CallFailed.error")) { try CallFailed(wireBytes: []) }
        #expect(throws: WireError.missing("CallEnded.outcome")) { try CallEnded(wireBytes: [0x08, 0x01]) }
        #expect(throws: WireError.missing("Origin")) { try Origin(wireBytes: []) }
    }

    @Test func `stops at an event of another stream or of a later build`() {
        let payload: [UInt8] = []
        #expect(throws: WireError.unknownType(9_999)) {
            try JobObservation(type: 9_999, revision: 1, from: payload.span.bytes)
        }
        #expect(throws: WireError.unknownType(75)) {
            try JobObservation(type: 75, revision: 1, from: payload.span.bytes)
        }
        #expect(throws: WireError.unknownType(9_999)) {
            try EventCatalog.json(type: 9_999, revision: 1, payload: payload)
        }
    }

    @Test func `stops at two choices of one oneof`() {
        let approved: [UInt8] = [0x12, 0x20] + Array(repeating: 7, count: 32) + [0x1a, 0x00]
        #expect(throws: Never.self) { try ApprovalDecided(wireBytes: approved) }
        #expect(throws: WireError.notCanonical) { try ApprovalDecided(wireBytes: approved + [0x2a, 0x00]) }
        #expect(throws: WireError.notCanonical) { try Origin(wireBytes: [0x0a, 0x00, 0x0a, 0x00]) }
    }
}
