/// What the owner's notes ask for, as far as a few words tell.
struct Wishes {
    /// Sections of a draft without a note.
    static let sectionsDefault = 4
    static let sectionsMax = 6

    /// How many sections a draft gets.
    let sections: Int
    /// Sentences with one of these in them are left out.
    let leaveOut: [String]
    /// Sentences with one of these in them come first.
    let mention: [String]
    /// Terms of the notes: what is asked for.
    let terms: [String]

    init(_ notes: [String]) {
        var sections = Self.sectionsDefault
        var leaveOut: [String] = []
        var mention: [String] = []
        for note in notes {
            let words = Set(Terms.words(of: note.lowercased()))
            if !words.isDisjoint(with: ["shorter", "short", "shorten", "brief", "briefer", "trim", "less"]) {
                sections -= 2
            } else if !words.isDisjoint(with: ["longer", "extend", "expand"]) {
                sections += 2
            }
            let quotes = Self.quotes(in: note)
            if words.isDisjoint(with: ["add", "mention", "include", "keep", "use", "open", "start", "begin"]) {
                leaveOut += quotes
                sections -= quotes.isEmpty ? 0 : 1
            } else {
                mention += quotes
            }
        }
        self.sections = min(max(sections, 1), Self.sectionsMax)
        self.leaveOut = leaveOut
        self.mention = mention
        terms = notes.flatMap { Terms.of($0) }
    }

    func allows(_ text: String) -> Bool {
        !leaveOut.contains { text.lowercased().contains($0.lowercased()) }
    }

    func wants(_ text: String) -> Bool {
        mention.contains { text.lowercased().contains($0.lowercased()) }
    }

    /// What stands between quotation marks of any kind.
    private static func quotes(in note: String) -> [String] {
        let opening: [Character: Character] = ["\"": "\"", "“": "”", "„": "“", "«": "»", "`": "`"]
        var quotes: [String] = []
        var rest = Substring(note)
        while let start = rest.firstIndex(where: { opening[$0] != nil }), let close = opening[rest[start]] {
            rest = rest[rest.index(after: start)...]
            guard let end = rest.firstIndex(of: close) else { break }
            let quote = String(rest[..<end]).trimmed
            if quote.count >= 3 { quotes.append(quote) }
            rest = rest[rest.index(after: end)...]
        }
        return quotes
    }
}
