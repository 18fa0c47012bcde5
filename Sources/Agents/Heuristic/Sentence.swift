/// A sentence as it stands in a passage, letter by letter; only white space is joined.
struct Sentence: Hashable {
    /// Shorter ones say nothing alone, in words.
    static let wordsMin = 5
    /// Longer ones are lists or tables, in words.
    static let wordsMax = 60

    let text: String
    /// The passage's place among all.
    let passage: Int
    /// Its own place in the passage.
    let index: Int

    var hasFigure: Bool { text.contains { $0.isNumber } }

    /// The sentences of a text that can stand alone: headings, tables and scraps are left out.
    static func all(in text: String, passage: Int) -> [Sentence] {
        var sentences: [Sentence] = []
        for paragraph in paragraphs(of: text) {
            for piece in split(paragraph) where wordsMin...wordsMax ~= Terms.words(of: piece).count {
                sentences.append(Sentence(text: piece, passage: passage, index: sentences.count))
            }
        }
        return sentences
    }

    /// Lines that belong together, as one: an empty line, a heading, a table or the mark of a list parts them.
    private static func paragraphs(of text: String) -> [Substring] {
        var paragraphs: [String] = [""]
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let content = unmarked(words[...])
            if words.isEmpty || ["#", "|", "```", "---"].contains(where: words.hasPrefix) {
                paragraphs.append("")
            } else if content.count < words.count || paragraphs.last == "" {
                paragraphs.append(String(content))
            } else {
                paragraphs[paragraphs.count - 1] += " " + words
            }
        }
        return paragraphs.filter { !$0.isEmpty }.map { $0[...] }
    }

    /// Without the marks of a list or a quotation.
    private static func unmarked(_ line: Substring) -> Substring {
        for mark in ["- ", "* ", "+ ", "> "] where line.hasPrefix(mark) { return line.dropFirst(2) }
        let digits = line.prefix { $0.isNumber }
        if 1...2 ~= digits.count, line.dropFirst(digits.count).hasPrefix(". ") {
            return line.dropFirst(digits.count + 2)
        }
        return line
    }

    /// Cuts behind `.`, `!`, `?` or `…` if something begins there that a sentence can begin with.
    private static func split(_ line: Substring) -> [String] {
        let characters = Array(line)
        var pieces: [String] = []
        var start = 0
        func finish(_ end: Int) {
            pieces.append(String(characters[start..<end]).trimmed)
            start = end
        }
        for index in characters.indices where ".!?…".contains(characters[index]) {
            var end = index + 1
            while end < characters.count, "\"'”’)»*_".contains(characters[end]) { end += 1 }
            guard end < characters.count, characters[end] == " ", end > start else { continue }
            let next = characters[end...].first { $0 != " " } ?? "a"
            guard next.isUppercase || next.isNumber || "\"'“‘„«([*_".contains(next) else { continue }
            if characters[index] == ".", isAbbreviation(characters[start..<index]) { continue }
            finish(end)
        }
        finish(characters.count)
        return pieces.filter { !$0.isEmpty }
    }

    private static func isAbbreviation(_ before: ArraySlice<Character>) -> Bool {
        let word = String(before.reversed().prefix { $0 != " " && $0 != "(" }.reversed()).lowercased()
        return word.count == 1 && word.first?.isLetter == true || abbreviations.contains(word)
    }

    private static let abbreviations: Set = [
        "mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "etc", "approx", "no", "inc", "ltd", "co", "jr",
        "sr",
        "cf", "al", "fig", "z.b", "d.h", "bzw", "ca", "u.s", "u.k", "a.m", "p.m",
    ]
}
