import Documents
import Events
import Knowledge
import Wire

/// Who has which name, and what cannot be read: known of all files before anything of the first is written.
struct ImportPlan {
    /// How many notes of files are kept.
    static let notesMax = 200
    static let problemsMax = 10_000

    /// Who has a name.
    private struct Owner {
        let file: Int32
        let ordinal: Int32
        let line: Int32
    }

    let files: [ImportFile]
    private let sources: ImportedSources
    private let whereabouts: Whereabouts
    private(set) var problems: [DocumentProblem] = []
    private(set) var notes: [String] = []
    /// How many entries there will be.
    private(set) var count = 0
    /// Files of which something could not be read: what is missing of them is not gone.
    private(set) var damaged: Set<String> = []

    private var owners: [String: Owner] = [:]
    /// Places whose entry is not called as they suggest.
    private var renamed: [String: String] = [:]
    /// How many texts of each file there were so far.
    private var ordinals: [Int: Int] = [:]
    /// Entries whose file is not there any more, by what they say.
    private var orphans: [Digest: String] = [:]

    /// - Parameter sources: what was taken in before, so that a file keeps its entry.
    init(_ files: [ImportFile], sources: ImportedSources, whereabouts: Whereabouts) {
        self.files = files
        self.sources = sources
        self.whereabouts = whereabouts
        for (entry, home) in sources.homes.sorted(by: { $0.key < $1.key })
        where !home.isRetired && whereabouts.isGone(home.place) { orphans[home.body] = entry }
    }

    mutating func note(_ words: String) { if notes.count < Self.notesMax { notes.append(words) } }

    mutating func add(_ problem: DocumentProblem) {
        damaged.insert(problem.path)
        if problems.count < Self.problemsMax { problems.append(problem) }
    }

    /// A file that says nothing is left out; what it said before is not gone for that.
    mutating func addEmpty(_ index: Int) {
        damaged.insert(files[index].name)
        note("\(files[index].name): is empty, and left out")
    }

    /// Gives the next text of a file its name, or says why it has none.
    ///
    /// - Returns: the text, with what is known of it.
    mutating func claim(_ text: FoundText, of index: Int) -> FoundText {
        var text = text.keeping(sources.byPlace[text.place])
        text.file = index
        let body = Digest.of(Array(text.statement.body.utf8))
        text.ordinal = claim(text.id, text.line, text.place, of: index, body: body)
        return text
    }

    /// - Parameter body: what it says without its title; nil if it is known to be as it was.
    /// - Returns: the number of the text in its file.
    @discardableResult
    mutating func claim(
        _ suggested: String, _ line: Int, _ place: String, of index: Int, body: Digest? = nil
    ) -> Int {
        let ordinal = ordinals[index, default: 0]
        ordinals[index] = ordinal + 1
        let id = name(for: suggested, line, place, of: index, body)
        guard let id else { return ordinal }
        owners[id] = Owner(
            file: Int32(index), ordinal: Int32(clamping: ordinal), line: Int32(clamping: line))
        if id != suggested { renamed[place] = id }
        count += 1
        return ordinal
    }

    /// The entry of a place: its own, if it has one already; that of a file which lay elsewhere and is gone, if it
    /// bears the same name or says the same; else a name that nobody has.
    private mutating func entry(for suggested: String, _ place: String, of file: ImportFile, _ body: Digest?) -> String
    {
        if let known = sources.byPlace[place] { return known.entry }
        guard let home = sources.homes[suggested] else {
            guard let body, let orphan = orphans.removeValue(forKey: body), owners[orphan] == nil else {
                return suggested
            }
            return orphan
        }
        // A folder outside of the workspace may be taken in by one of its folders, too.
        let isSame = home.place.hasPrefix("../") && home.body == body
        guard home.place != place, !whereabouts.isGone(home.place), !isSame else { return suggested }
        let stem = EntryName.stem(of: file.name)
        var id =
            file.format.holdsRecords
            ? EntryName.telling("\(stem)-\(suggested)") : EntryName.suggestion(forPath: file.name)
        if let other = sources.homes[id], other.place != place {
            id = EntryName.suggestion(for: suggested, key: place)
        }
        note("\(place): named \(id), because \(home.place) is \(suggested)")
        return id
    }

    private mutating func name(
        for suggested: String, _ line: Int, _ place: String, of index: Int, _ body: Digest?
    ) -> String? {
        let file = files[index]
        var id = entry(for: suggested, place, of: file, body)
        if let owner = owners[id], !file.format.holdsRecords, folder(of: owner) != Self.folder(of: file.name) {
            // In another folder the same name means something else.
            id = EntryName.suggestion(forPath: file.name)
            note("\(file.name): named \(id), because \(files[Int(owner.file)].name) is \(suggested)")
        }
        if let owner = owners[id], file.format == .html, Int(owner.file) != index {
            // Pages of a website are called by programs: `operator_.html` beside `operator__.html`.
            id = EntryName.suggestion(for: suggested, key: file.name)
            note("\(file.name): named \(id), because \(files[Int(owner.file)].name) is \(suggested)")
        }
        if let owner = owners[id] {
            let other = files[Int(owner.file)].name
            let extent: DocumentProblem.Extent = file.format.holdsRecords ? .record : .file
            let message =
                other == file.name
                ? "line \(owner.line) has the same name, \(id), and an entry's name is its id"
                : "\(other) has the same name, and an entry's name is its id"
            add(
                DocumentProblem(
                    path: file.name, line: line, message, hint: "rename one of the two", extent: extent))
            return nil
        }
        return id
    }

    private func folder(of owner: Owner) -> Substring { Self.folder(of: files[Int(owner.file)].name) }

    private static func folder(of name: String) -> Substring { name[..<(name.lastIndex(of: "/") ?? name.startIndex)] }

    /// Whether a file as a whole cannot be read.
    var unreadable: [DocumentProblem] { problems.filter { $0.extent == .file } }

    /// The text under the name that it was given; nil if another has that name.
    func named(_ text: FoundText) -> FoundText? {
        var text = text
        if let id = renamed[text.place] { text.id = id }
        guard let owner = owners[text.id], Int(owner.file) == text.file, Int(owner.ordinal) == text.ordinal else {
            return nil
        }
        return text
    }

    /// Whether an entry is among those that the files hold.
    func holds(_ entry: String) -> Bool { owners[entry] != nil }
}
