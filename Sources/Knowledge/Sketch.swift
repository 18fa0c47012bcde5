import Events
import Wire

/// Of a statement, what tells whether another could say the same or otherwise: a few hundred bytes, so that one of
/// every entry can be kept at hand.
///
/// Whatever `Claim` and `Shingles` find, two sketches suspect (of texts that are alike nearly always; see
/// `shinglesMax`); what they suspect has to be looked at. Nothing can be read from one but whether another text has the
/// same words.
public struct Sketch: Hashable, Sendable {
    /// Raised when sketches of one text change.
    public static let revision: UInt32 = 1
    /// The smallest hashes of shingles that are kept (a bottom-k sketch; Broder, 1997). Of two texts that share 80 % of
    /// their shingles they share 26 ± 2.3.
    public static let shinglesMax = 32
    /// From so many shared ones of `shinglesMax` on, two texts are looked at: five standard deviations below.
    static let sharedMin = 14
    /// Of these, the smallest by which a text is found again.
    static let keysMax = 6

    /// A claim: entries that make claims of one key contradict each other if the values differ.
    struct Mark: Hashable, Sendable {
        let key: UInt64
        let kind: UInt32
        let value: UInt32
    }

    /// Of the words of all its text; 0 for no words.
    let text: UInt64
    /// 0 for everybody's.
    let customer: UInt64
    /// Rising; empty for facts and short texts.
    let shingles: [UInt64]
    let marks: [Mark]

    public init(_ statement: Statement) {
        let claims = Claim.all(in: statement, of: EntryRef(entry: "", version: 0))
        marks = claims.filter { !$0.topic.isEmpty }.map { claim in
            let kind: UInt64 = if case .figure(let unit) = claim.kind { Self.hash(unit, seed: 2) } else { 0 }
            return Mark(
                key: Self.hash(claim.key, seed: 1), kind: UInt32(truncatingIfNeeded: kind),
                value: UInt32(truncatingIfNeeded: Self.hash(claim.normalValue, seed: 3)))
        }
        customer = statement.customer.isEmpty ? 0 : Self.hash(statement.customer, seed: 4) | 1
        let body = Words.normalBytes(statement.body)
        let words = statement.fact == nil ? body : Words.normalBytes(statement.title + "\n" + statement.body)
        text = words.isEmpty ? 0 : Self.hash(words, seed: 5) | 1
        let hashes = statement.fact == nil ? Shingles(normal: body).hashes : []
        shingles = hashes.count < Shingles.countMin ? [] : Self.smallest(hashes)
    }

    /// The smallest of the hashes, mixed, for those of FNV are uneven.
    private static func smallest(_ hashes: Set<UInt64>) -> [UInt64] {
        var kept: [UInt64] = []
        for hash in hashes {
            var fingerprint = Fingerprint(seed: 6)
            fingerprint.add(hash)
            let mixed = fingerprint.value
            guard kept.count < shinglesMax || mixed < kept[shinglesMax - 1] else { continue }
            if kept.count == shinglesMax { kept.removeLast() }
            kept.insert(mixed, at: kept.firstIndex { $0 > mixed } ?? kept.count)
        }
        return kept
    }

    private static func hash(_ text: String, seed: UInt64) -> UInt64 { hash(Array(text.utf8), seed: seed) }

    private static func hash(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
        var fingerprint = Fingerprint(seed: seed)
        fingerprint.add(bytes.span.bytes)
        return fingerprint.value
    }

    /// By which an entry that could disagree with it is found: both have one of them.
    var keys: [UInt64] {
        let keys = marks.map(\.key) + (text == 0 ? [] : [text]) + shingles.prefix(Self.keysMax)
        return Array(Set(keys))
    }

    /// Whether the statements have to be compared.
    public func suspects(_ other: Sketch) -> Bool {
        for mark in marks {
            if other.marks.contains(where: { $0.key == mark.key && $0.kind == mark.kind && $0.value != mark.value }) {
                return true
            }
        }
        // Two clients may well be told the same.
        guard customer == 0 || other.customer == 0 || customer == other.customer, text != 0 else { return false }
        return text == other.text || isLike(other)
    }

    /// Of the smallest hashes of both together, how many both have.
    private func isLike(_ other: Sketch) -> Bool {
        guard !shingles.isEmpty, !other.shingles.isEmpty else { return false }
        var (mine, theirs, seen, shared) = (0, 0, 0, 0)
        while seen < Self.shinglesMax, mine < shingles.count, theirs < other.shingles.count {
            let (a, b) = (shingles[mine], other.shingles[theirs])
            if a == b { shared += 1 }
            if a <= b { mine += 1 }
            if b <= a { theirs += 1 }
            seen += 1
        }
        return shared * Self.shinglesMax >= Self.sharedMin * max(seen, 1)
    }
}

// MARK: - Bytes
extension Sketch {
    /// As it is kept: numbers of eight bytes, little endian.
    public var bytes: [UInt8] {
        var words = [text, customer, UInt64(shingles.count), UInt64(marks.count)] + shingles
        for mark in marks { words += [mark.key, UInt64(mark.kind) << 32 | UInt64(mark.value)] }
        return words.withUnsafeBytes { Array($0) }
    }

    /// Nil for bytes that are none.
    public init?(_ bytes: RawSpan) {
        func word(_ index: Int) -> UInt64 { bytes.unsafeLoadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) }
        guard bytes.byteCount >= 32, word(2) <= UInt64(Self.shinglesMax), word(3) <= UInt64(Claim.claimsMax) else {
            return nil
        }
        let (shingleCount, markCount) = (Int(word(2)), Int(word(3)))
        guard bytes.byteCount == 8 * (4 + shingleCount + 2 * markCount) else { return nil }
        (text, customer) = (word(0), word(1))
        shingles = (0..<shingleCount).map { word(4 + $0) }
        marks = (0..<markCount).map { place in
            let values = word(5 + shingleCount + 2 * place)
            return Mark(
                key: word(4 + shingleCount + 2 * place), kind: UInt32(values >> 32),
                value: UInt32(truncatingIfNeeded: values))
        }
    }
}
