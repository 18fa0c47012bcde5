/// Words that carry meaning: lower case, without stop words, in the singular as far as an `s` tells.
enum Terms {
    /// The terms of a text, in their order, repeated as they are.
    static func of(_ text: some StringProtocol) -> [String] {
        words(of: text).compactMap(term)
    }

    /// Runs of letters and digits.
    static func words(of text: some StringProtocol) -> [String] {
        Substring(text).split { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "’" }.map(String.init)
    }

    static func term(_ word: String) -> String? {
        var word = word.lowercased().replacing("’", with: "'")
        if word.hasSuffix("'s") { word.removeLast(2) }
        word = word.filter { $0 != "'" }
        guard word.count > 2, !StopWords.all.contains(word) else { return nil }
        if word.count > 4, word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us") { word.removeLast() }
        return word
    }
}
