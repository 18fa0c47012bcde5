/// The terms of a text: lower-case words without the most frequent ones, each cut to its stem. Pure.
///
/// The stemming is light: plurals, `-ing`, `-ed` and a last `e`, as in the first step of Porter's algorithm (1980), so
/// that `prices`, `pricing` and `price` meet. Words that are not plain English letters stay as they are.
enum EnglishTerms {
    /// Words longer than this are cut, in characters: nobody looks for them.
    static let wordCharactersMax = 64

    static let stopWords: Set<String> = [
        "a", "about", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do",
        "does", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it",
        "its", "me", "my", "no", "not", "of", "on", "or", "our", "she", "should", "so", "some", "than", "that", "the",
        "their", "them", "then", "there", "these", "they", "this", "those", "to", "too", "up", "us", "was", "we",
        "were",
        "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
    ]

    /// In the order of the text, repeats included.
    static func terms(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.compactMap { word in
            let word = String(word.prefix(wordCharactersMax))
            return stopWords.contains(word) ? nil : stem(word)
        }
    }

    static func stem(_ word: String) -> String {
        var letters = Array(word.utf8)
        guard letters.count > 3, letters.allSatisfy({ UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }) else {
            return word
        }
        cutPlural(&letters)
        if !cutEnding("ing", &letters) { cutEnding("ed", &letters) }
        if letters.count > 3, letters.last == UInt8(ascii: "e") { letters.removeLast() }
        return String(decoding: letters, as: UTF8.self)
    }

    /// `stories` to `story`, `boxes` to `boxe` (whose last `e` goes later), `facts` to `fact`; not `class`, `status`.
    private static func cutPlural(_ letters: inout [UInt8]) {
        guard letters.last == UInt8(ascii: "s"), letters.count > 3 else { return }
        if ends(letters, "ies"), letters.count > 4 {
            letters.removeLast(3)
            letters.append(UInt8(ascii: "y"))
        } else if !ends(letters, "ss"), !ends(letters, "us"), !ends(letters, "is") {
            letters.removeLast()
        }
    }

    /// Cuts an ending if what is left has a vowel and at least three letters; `planning` becomes `plan`.
    @discardableResult
    private static func cutEnding(_ ending: String, _ letters: inout [UInt8]) -> Bool {
        let left = letters.dropLast(ending.utf8.count)
        guard ends(letters, ending), left.count >= 3, left.contains(where: isVowel) else { return false }
        letters = Array(left)
        if let last = letters.last, letters.dropLast().last == last, !isVowel(last), !"lsz".utf8.contains(last) {
            letters.removeLast()
        }
        return true
    }

    private static func ends(_ letters: [UInt8], _ ending: String) -> Bool {
        letters.suffix(ending.utf8.count).elementsEqual(ending.utf8)
    }

    private static func isVowel(_ letter: UInt8) -> Bool { "aeiouy".utf8.contains(letter) }
}
