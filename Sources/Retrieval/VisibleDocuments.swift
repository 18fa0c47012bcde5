/// The documents of one segment that may be seen, as bits.
public struct VisibleDocuments: Sendable {
    /// 64 documents a word, the first in the lowest bit.
    public let words: [UInt64]
    /// How many documents the segment has.
    public let documents: Int
    /// How many of them may be seen.
    public let count: Int
    /// Their lengths, summed.
    let length: Int
    /// How many may be seen before each word.
    private let ranks: [UInt32]

    init(words: [UInt64], documents: Int, length: Int) {
        self.words = words
        self.documents = documents
        self.length = length
        var ranks: [UInt32] = []
        ranks.reserveCapacity(words.count)
        var count = 0
        for word in words {
            ranks.append(UInt32(count))
            count += word.nonzeroBitCount
        }
        self.ranks = ranks
        self.count = count
    }

    public var isEverything: Bool { count == documents }

    public func contains(_ document: Int) -> Bool {
        words[document >> 6] >> UInt64(document & 63) & 1 == 1
    }

    /// How many of the documents from one to another, both included, may be seen.
    func count(from first: Int, through last: Int) -> Int { rank(last + 1) - rank(first) }

    /// How many documents before this one may be seen.
    private func rank(_ document: Int) -> Int {
        guard document >> 6 < words.count else { return count }
        return Int(ranks[document >> 6])
            + (words[document >> 6] & (1 << UInt64(document & 63) - 1)).nonzeroBitCount
    }
}
