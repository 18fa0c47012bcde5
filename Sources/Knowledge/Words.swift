public import Wire

/// A text as the words in it: what remains the same when only case, spacing or markup changes.
public enum Words {
    /// Lower case letters and digits, in words; a point or comma counts within a number.
    public static func all(in text: String) -> [String] {
        normalBytes(text).split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The words of a text in UTF-8, with one space between them.
    ///
    /// Nearly all text is ASCII and is read byte by byte; what is not is read by its characters.
    static func normalBytes(_ text: String) -> [UInt8] {
        var normal: [UInt8] = []
        normal.reserveCapacity(text.utf8.count)
        var text = text
        text.withUTF8 { bytes in
            var index = 0
            while index < bytes.count {
                guard !isBlank(bytes[index]) else {
                    index += 1
                    continue
                }
                // White space ends a word, so what stands between is read by itself.
                let start = index
                var isASCII = true
                while index < bytes.count, !isBlank(bytes[index]) {
                    isASCII = isASCII && bytes[index] < 0x80
                    index += 1
                }
                let part = UnsafeBufferPointer(rebasing: bytes[start..<index])
                isASCII ? add(part, to: &normal) : add(String(decoding: part, as: UTF8.self), to: &normal)
            }
        }
        return normal
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0d ~= byte }

    /// Words of ASCII without white space.
    private static func add(_ text: UnsafeBufferPointer<UInt8>, to normal: inout [UInt8]) {
        var isOpen = false
        func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
        for index in text.indices {
            let byte = text[index]
            let lower = 0x41...0x5a ~= byte ? byte | 0x20 : byte
            let isPoint =
                (byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",")) && isOpen && isDigit(normal[normal.count - 1])
                && index + 1 < text.count && isDigit(text[index + 1])
            let isSign = byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%")
            guard isPoint || isSign || isDigit(byte) || 0x61...0x7a ~= lower else {
                isOpen = false
                continue
            }
            if (!isOpen || isSign) && !normal.isEmpty { normal.append(UInt8(ascii: " ")) }
            normal.append(lower)
            isOpen = !isSign
        }
    }

    /// Words of any script, by characters.
    private static func add(_ text: String, to normal: inout [UInt8]) {
        var word = ""
        func end() {
            guard !word.isEmpty else { return }
            if !normal.isEmpty { normal.append(UInt8(ascii: " ")) }
            normal += word.utf8
            word = ""
        }
        let characters = Array(text.lowercased())
        for (index, character) in characters.enumerated() {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else if isCurrency(character) {
                end()
                word.append(character)
                end()
            } else if character == "." || character == ",", let last = word.last, last.isNumber,
                index + 1 < characters.count, characters[index + 1].isNumber
            {
                word.append(character)
            } else {
                end()
            }
        }
        end()
    }

    private static func isCurrency(_ character: Character) -> Bool { "$€£¥%".contains(character) }

    /// The words with one space between them.
    public static func normal(_ text: String) -> String { String(decoding: normalBytes(text), as: UTF8.self) }

    /// The same for texts of the same words.
    public static func digest(of text: String) -> Digest { Digest.of(normalBytes(text)) }
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

    public init(_ text: String) { self.init(normal: Words.normalBytes(text)) }

    init(words: [String]) { self.init(normal: Array(words.joined(separator: " ").utf8)) }

    /// - Parameter normal: words with one space between them.
    init(normal: [UInt8]) {
        var starts: [Int] = []
        if !normal.isEmpty { starts.append(0) }
        for (index, byte) in normal.enumerated() where byte == UInt8(ascii: " ") { starts.append(index + 1) }
        guard starts.count >= Self.width else {
            self.init(hashes: [])
            return
        }
        var hashes = Set<UInt64>(minimumCapacity: starts.count)
        for place in 0...(starts.count - Self.width) {
            let last = place + Self.width
            // With the space behind the last word, or one in its place.
            let end = last < starts.count ? starts[last] : normal.count
            var hash = Self.hash(normal[starts[place]..<end], from: Self.hashStart)
            if last == starts.count { hash = Self.hash(CollectionOfOne(UInt8(ascii: " ")), from: hash) }
            hashes.insert(hash)
        }
        self.init(hashes: hashes)
    }

    private init(hashes: Set<UInt64>) { self.hashes = hashes }

    private static let hashStart: UInt64 = 0xcbf2_9ce4_8422_2325

    /// FNV-1a: the same on every machine and in every process.
    @inline(__always)
    private static func hash(_ bytes: some Collection<UInt8>, from start: UInt64) -> UInt64 {
        bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
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
