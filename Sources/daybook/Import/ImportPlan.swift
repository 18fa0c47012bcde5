import Documents
import Events
import Wire

/// Who has which name, and what cannot be read: known of all files before anything of the first is written.
struct ImportPlan {
    /// How many notes of files are kept.
    static let notesMax = 200
    static let problemsMax = 10_000

    /// Who has a name.
    private struct Owner {
        let file: Int32
        let line: Int32
    }

    let files: [ImportFile]
    private let sources: ImportedSources
    private(set) var problems: [DocumentProblem] = []
    private(set) var notes: [String] = []
    /// How many entries there will be.
    private(set) var count = 0
    /// Files of which something could not be read: what is missing of them is not gone.
    private(set) var damaged: Set<String> = []

    private var owners: [String: Owner] = [:]
    /// Places whose entry is not called as they suggest.
    private var renamed: [String: String] = [:]

    /// - Parameter sources: what was taken in before, so that a file keeps its entry.
    init(_ files: [ImportFile], sources: ImportedSources) {
        self.files = files
        self.sources = sources
    }

    mutating func note(_ words: String) { if notes.count < Self.notesMax { notes.append(words) } }

    mutating func add(_ problem: DocumentProblem) {
        damaged.insert(problem.path)
        if problems.count < Self.problemsMax { problems.append(problem) }
    }

    /// Gives a text of the file at an index its name, or says why it has none.
    mutating func claim(_ suggested: String, _ line: Int, _ place: String, of index: Int) {
        let file = files[index]
        var id = suggested
        if let known = sources.byPlace[place]?.entry { id = known }
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
            return add(
                DocumentProblem(
                    path: file.name, line: line, message, hint: "rename one of the two", extent: extent))
        }
        owners[id] = Owner(file: Int32(index), line: Int32(clamping: line))
        if id != suggested { renamed[place] = id }
        count += 1
    }

    private func folder(of owner: Owner) -> Substring { Self.folder(of: files[Int(owner.file)].name) }

    private static func folder(of name: String) -> Substring { name[..<(name.lastIndex(of: "/") ?? name.startIndex)] }

    /// Whether a file as a whole cannot be read.
    var unreadable: [DocumentProblem] { problems.filter { $0.extent == .file } }

    /// The text under the name that it was given; nil if another has that name.
    func named(_ text: FoundText) -> FoundText? {
        var text = text
        if let id = renamed[text.place] { text.id = id }
        guard let owner = owners[text.id], Int(owner.file) == text.file, Int(owner.line) == text.line else {
            return nil
        }
        return text
    }

    /// Whether an entry is among those that the files hold.
    func holds(_ entry: String) -> Bool { owners[entry] != nil }
}
