/// The tokens of a model, each with its number, in a table that lies in the pack.
struct Vocabulary: @unchecked Sendable {
    static let slots = 1 << 16

    let count: Int
    /// The longest token, in bytes.
    let bytesMax: Int
    private let offsets: UnsafePointer<UInt32>
    private let bytes: UnsafePointer<UInt8>
    private let table: UnsafePointer<UInt32>

    /// A FNV-1a hash of 32 bits that grows byte by byte.
    struct Hash {
        private var value: UInt32 = 0x811c_9dc5

        mutating func add(_ byte: UInt8) {
            value = (value ^ UInt32(byte)) &* 0x0100_0193
        }

        var slot: Int { Int((value ^ value >> 16) & 0xffff) }
    }

    init(_ sections: inout Sections, count: Int) throws(ModelPackError) {
        guard count < Self.slots else { throw .damaged("it has \(count) tokens; \(Self.slots - 1) are the most") }
        self.count = count
        sections.align()
        offsets = try sections.take(count + 1, of: UInt32.self)
        var longest: UInt32 = 0
        for token in 0..<count {
            guard offsets[token] <= offsets[token + 1] else { throw .damaged("a token ends before it begins") }
            longest = max(longest, offsets[token + 1] - offsets[token])
        }
        bytesMax = Int(longest)
        bytes = try sections.take(Int(offsets[count]), of: UInt8.self)
        sections.align()
        table = try sections.take(Self.slots, of: UInt32.self)
    }

    /// The number of a token; nil if there is none.
    func number(of token: String) -> UInt32? {
        var hash = Hash()
        for byte in token.utf8 { hash.add(byte) }
        return Array(token.utf8).withUnsafeBufferPointer { number(prefix: 0, of: $0, hash: hash) }
    }

    /// The number of the token that is made of so many number signs and these bytes.
    ///
    /// - Parameter hash: of both.
    func number(prefix signs: Int, of part: UnsafeBufferPointer<UInt8>, hash: Hash) -> UInt32? {
        var slot = hash.slot
        // Few slots are taken; in a damaged table, the walk ends after one round.
        for _ in 0..<Self.slots {
            let entry = table[slot]
            guard entry > 0, entry <= count else { return nil }
            if isToken(Int(entry) - 1, signs, part) { return entry - 1 }
            slot = (slot + 1) % Self.slots
        }
        return nil
    }

    private func isToken(_ number: Int, _ signs: Int, _ part: UnsafeBufferPointer<UInt8>) -> Bool {
        let begin = Int(offsets[number])
        guard Int(offsets[number + 1]) - begin == signs + part.count else { return false }
        for index in 0..<signs where bytes[begin + index] != UInt8(ascii: "#") { return false }
        for index in 0..<part.count where bytes[begin + signs + index] != part[index] { return false }
        return true
    }
}
