public import Wire

/// A text as the words in it: what remains the same when only case, spacing or markup changes.
public enum Words {
    /// Lower case letters and digits, in words; a point or comma counts within a number.
    public static func all(in text: String) -> [String] {
        var words: [String] = []
        var word = ""
        let characters = Array(text.lowercased())
        for (index, character) in characters.enumerated() {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else if isCurrency(character) {
                if !word.isEmpty { words.append(word) }
                words.append(String(character))
                word = ""
            } else if character == "." || character == ",", let last = word.last, last.isNumber,
                index + 1 < characters.count, characters[index + 1].isNumber
            {
                word.append(character)
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private static func isCurrency(_ character: Character) -> Bool { "$€£¥%".contains(character) }

    /// The words with one space between them.
    public static func normal(_ text: String) -> String { all(in: text).joined(separator: " ") }

    /// The same for texts of the same words.
    public static func digest(of text: String) -> Digest { Digest.of(Array(normal(text).utf8)) }
}

/// The sets of three words in a row that a text consists of (shingles; Broder, 1997).
public struct Shingles: Equatable, Sendable {
    public static let width = 3
    /// Texts of fewer shingles are too short to be called alike.
    public static let countMin = 8
    /// From here on two texts are called alike.
    public static let likenessMin: UInt32 = 800_000

    /// Each as a hash.
    public let hashes: Set<UInt64>

    public init(_ text: String) { self.init(words: Words.all(in: text)) }

    init(words: [String]) {
        var hashes: Set<UInt64> = []
        if words.count >= Self.width {
            for start in 0...(words.count - Self.width) {
                hashes.insert(Self.hash(words[start..<start + Self.width]))
            }
        }
        self.hashes = hashes
    }

    private init(hashes: Set<UInt64>) { self.hashes = hashes }

    /// FNV-1a: the same on every machine and in every process.
    private static func hash(_ words: ArraySlice<String>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for word in words {
            for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            hash = (hash ^ 0x20) &* 0x0000_0100_0000_01b3
        }
        return hash
    }

    public func union(_ other: Shingles) -> Shingles { Shingles(hashes: hashes.union(other.hashes)) }

    /// The part of all shingles of both that both have, in millionths (Jaccard); 0 where one is too short.
    public func likeness(to other: Shingles) -> UInt32 {
        let (small, large) = hashes.count < other.hashes.count ? (hashes, other.hashes) : (other.hashes, hashes)
        guard small.count >= Self.countMin else { return 0 }
        // Texts of such different lengths cannot be alike enough.
        guard small.count * 1_000_000 >= large.count * Int(Self.likenessMin) else { return 0 }
        let shared = small.count { large.contains($0) }
        return UInt32(shared * 1_000_000 / (small.count + large.count - shared))
    }
}

/// Whether a text only repeats what its author had just been shown.
public struct Echo: Sendable {
    /// So much of a sentence must stand in what was recalled, in millionths.
    public static let sharedMin = 900_000

    private let recalled: [String]
    private let shingles: Shingles

    /// - Parameter recalled: the texts that were shown to the author.
    public init(of recalled: [String]) {
        self.recalled = recalled.map { " \(Words.normal($0)) " }
        shingles = recalled.reduce(Shingles(words: [])) { $0.union(Shingles($1)) }
    }

    /// Whether every sentence of a text stands in what was recalled.
    public func isAll(of text: String) -> Bool {
        let sentences = Self.sentences(of: text)
        return !recalled.isEmpty && !sentences.isEmpty && sentences.allSatisfy(isRecalled)
    }

    private func isRecalled(_ words: [String]) -> Bool {
        let normal = " \(words.joined(separator: " ")) "
        if recalled.contains(where: { $0.contains(normal) }) { return true }
        // A figure that was changed is something new, however much stands around it.
        let figures = words.filter { $0.contains(where: \.isNumber) }
        guard figures.allSatisfy({ figure in recalled.contains { $0.contains(" \(figure) ") } }) else { return false }
        let own = Shingles(words: words).hashes
        guard own.count >= Shingles.countMin else { return false }
        return own.count { shingles.hashes.contains($0) } * 1_000_000 >= own.count * Self.sharedMin
    }

    private static func sentences(of text: String) -> [[String]] {
        var sentences: [[String]] = []
        for line in LineMatches.lines(of: text) {
            var sentence = ""
            let characters = Array(line)
            for (index, character) in characters.enumerated() {
                sentence.append(character)
                let isEnd =
                    "!?.;".contains(character) && (index + 1 == characters.count || characters[index + 1] == " ")
                guard isEnd else { continue }
                sentences.append(Words.all(in: sentence))
                sentence = ""
            }
            sentences.append(Words.all(in: sentence))
        }
        return sentences.filter { !$0.isEmpty }
    }
}
