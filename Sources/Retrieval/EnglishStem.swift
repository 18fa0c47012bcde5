/// Light English stemming, in place on lower-case ASCII letters. Pure.
///
/// Plurals, `-ing`, `-ed` and a last `e`, as in the first step of Porter's algorithm (1980), so that `prices`,
/// `pricing` and `price` meet.
enum EnglishStem {
    /// The most frequent words, which say nothing about a text.
    static let stopWords: Set<String> = [
        "a", "about", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do",
        "does", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it",
        "its", "me", "my", "no", "not", "of", "on", "or", "our", "she", "should", "so", "some", "than", "that", "the",
        "their", "them", "then", "there", "these", "they", "this", "those", "to", "too", "up", "us", "was", "we",
        "were", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
    ]

    /// Letters of the longest stop word.
    private static let stopWordLettersMax = 6

    /// Stop words as numbers, one byte a letter: no text is made of a word to look it up.
    private static let packedStopWords = Set(stopWords.map { packed(Array($0.utf8)[...]) })

    private static func packed(_ letters: some Sequence<UInt8>) -> UInt64 {
        letters.reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func isStopWord(_ letters: UnsafeBufferPointer<UInt8>) -> Bool {
        letters.count <= stopWordLettersMax && packedStopWords.contains(packed(letters))
    }

    static func stem(_ word: String) -> String {
        var letters = Array(word.utf8)
        cut(&letters)
        return String(decoding: letters, as: UTF8.self)
    }

    /// Cuts a word to its stem; whatever is not plain English letters stays as it is.
    static func cut(_ letters: inout [UInt8]) {
        guard letters.count > 3, letters.allSatisfy({ UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }) else { return }
        cutPlural(&letters)
        if !cutEnding(ing, &letters) { cutEnding(ed, &letters) }
        if letters.count > 3, letters.last == UInt8(ascii: "e") { letters.removeLast() }
    }

    private static let ing = Array("ing".utf8)
    private static let ed = Array("ed".utf8)

    /// `stories` to `story`, `boxes` to `boxe` (whose last `e` goes later), `facts` to `fact`; not `class`, `status`.
    private static func cutPlural(_ letters: inout [UInt8]) {
        let count = letters.count
        guard letters[count - 1] == UInt8(ascii: "s") else { return }
        switch letters[count - 2] {
        case UInt8(ascii: "s"), UInt8(ascii: "u"), UInt8(ascii: "i"): break
        case UInt8(ascii: "e") where letters[count - 3] == UInt8(ascii: "i") && count > 4:
            letters.removeLast(3)
            letters.append(UInt8(ascii: "y"))
        default: letters.removeLast()
        }
    }

    /// Cuts an ending if what is left has a vowel and at least three letters; `planning` becomes `plan`.
    @discardableResult
    private static func cutEnding(_ ending: [UInt8], _ letters: inout [UInt8]) -> Bool {
        let left = letters.count - ending.count
        guard left >= 3, letters[left...].elementsEqual(ending), letters[..<left].contains(where: isVowel) else {
            return false
        }
        letters.removeLast(ending.count)
        let last = letters[left - 1]
        if letters[left - 2] == last, !isVowel(last), last != UInt8(ascii: "l"), last != UInt8(ascii: "s"),
            last != UInt8(ascii: "z")
        {
            letters.removeLast()
        }
        return true
    }

    private static func isVowel(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
            UInt8(ascii: "y"):
            true
        default: false
        }
    }
}
