import Sealing
import Testing
import Wire

/// A small generator of chance that a test can repeat (SplitMix64).
struct Chance: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
    mutating func key() throws -> SubjectKey {
        try #require(SubjectKey(id: SubjectID(high: next(), low: next()), secret: bytes(SubjectKey.secretSize)))
    }
}

struct Keys: Keyring {
    var all: [SubjectID: SubjectKey]
    init(_ keys: SubjectKey...) { all = Dictionary(uniqueKeysWithValues: keys.map { ($0.id, $0) }) }
    func key(_ id: SubjectID) -> SubjectKey? { all[id] }
}

@Suite struct `Envelopes` {
    @Test func `what is sealed opens again, and sealing it again gives the same bytes`() throws {
        var chance = Chance(state: 1)
        let (ann, ben) = (try chance.key(), try chance.key())
        for size in [0, 1, 15, 16, 17, 1_000, 70_000] {
            let clear = chance.bytes(size)
            for keys in [[ann], [ben], [ann, ben]] {
                let envelope = SealedEnvelope(sealing: clear, with: keys)
                #expect(SealedEnvelope(envelope.bytes) == envelope)
                #expect(envelope.open(with: keys.reversed()) == clear)
                #expect(SealedEnvelope(sealing: clear, with: keys.reversed()).bytes == envelope.bytes)
                #expect(envelope.subjects == keys.map(\.id).sorted())
            }
        }
    }

    @Test func `a hundred thousand plain texts never share a nonce`() throws {
        var chance = Chance(state: 2)
        let key = try chance.key()
        var nonces: Set<[UInt8]> = []
        for number in 0..<100_000 {
            let bytes = SealedEnvelope(sealing: Array("\(number)".utf8), with: [key]).bytes
            nonces.insert(Array(bytes[24..<36]))
        }
        #expect(nonces.count == 100_000)
    }

    @Test func `every flipped byte is noticed`() throws {
        var chance = Chance(state: 3)
        let (ann, ben) = (try chance.key(), try chance.key())
        let bytes = SealedEnvelope(sealing: Array("ann@example.com".utf8), with: [ann, ben]).bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                #expect(SealedEnvelope(damaged)?.open(with: [ann, ben]) == nil, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func `a ciphertext under another header does not open`() throws {
        var chance = Chance(state: 4)
        let (ann, ben) = (try chance.key(), try chance.key())
        let one = SealedEnvelope(sealing: Array("one".utf8), with: [ann]).bytes
        let two = SealedEnvelope(sealing: Array("two".utf8), with: [ben]).bytes
        #expect(SealedEnvelope(Array(one[..<24] + two[24...]))?.open(with: [ann]) == nil)
        let address = SealedEnvelope(sealing: Array("one".utf8), as: .address, with: [ann]).bytes
        #expect(SealedEnvelope(Array(one[..<24] + address[24...]))?.open(with: [ann]) == nil)
        #expect(address != one)
    }

    @Test func `what is about two people needs both keys`() throws {
        var chance = Chance(state: 5)
        let (ann, ben) = (try chance.key(), try chance.key())
        let both = Keys(ann, ben)
        let stored = both.seal([1, 2, 3], about: [ann.id, ben.id])
        #expect(both.open(stored) == [1, 2, 3])
        #expect(Keys(ann).open(stored) == nil)
        #expect(Keys(ben).open(stored) == nil)
        #expect(both.open(stored, as: .address) == nil)
        #expect(both.open(both.seal([7], about: [])) == [7])
    }

    @Test func `without its key content is erased before it is kept`() throws {
        var chance = Chance(state: 6)
        let (ann, ben) = (try chance.key(), try chance.key())
        let stored = Keys(ben).seal(Array("ann@example.com".utf8), about: [ann.id, ben.id])
        let envelope = try #require(SealedEnvelope(stored))
        #expect(envelope.subjects == [ann.id, ben.id].sorted())
        #expect(Keys(ann, ben).open(stored) == nil)
        #expect(stored.count == 8 + 32)
    }

    @Test func `a part of an envelope is no envelope that opens`() throws {
        var chance = Chance(state: 7)
        let ann = try chance.key()
        let bytes = SealedEnvelope(sealing: chance.bytes(40), with: [ann]).bytes
        for end in 0..<bytes.count { #expect(SealedEnvelope(Array(bytes[..<end]))?.open(with: [ann]) == nil) }
        for text in ["", "{}", "DBSE", "a mail"] { #expect(SealedEnvelope(Array(text.utf8)) == nil) }
    }

    @Test func `an id reads as it was written`() throws {
        let id = SubjectID(high: 0x0123_4567_89ab_cdef, low: 1)
        #expect(id.description == "0123456789abcdef0000000000000001")
        #expect(SubjectID(hex: id.description) == id)
        #expect(SubjectID(id.bytes) == id)
        #expect(SubjectID(hex: "01") == nil)
        #expect(SubjectID(hex: "zz") == nil)
    }
}
