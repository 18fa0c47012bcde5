import Documents
import Events
import Wire

/// What an import is about to do: every file read once, nothing kept of it but names and problems.
///
/// So a mistake in the last file is known before anything of the first is written, and a large import needs memory
/// for the names of its entries only.
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
    init(_ files: [ImportFile], _ reader: ImportReader, sources: ImportedSources) async throws {
        self.files = files
        for (index, file) in files.enumerated() {
            var found: [(id: String, line: Int, place: String)] = []
            var wrong: [DocumentProblem] = []
            var said: [String] = []
            // Record by record: a table may be larger than memory.
            try await reader.read(file) { item in
                switch item {
                case .text(let text): found.append((text.id, text.line, text.place))
                case .problem(let problem): wrong.append(problem)
                case .note(let note): said.append(note)
                }
            }
            for problem in wrong { add(problem) }
            notes += said.prefix(max(0, Self.notesMax - notes.count))
            for (id, line, place) in found { claim(id, line, place, of: file, at: index, sources) }
        }
    }

    private mutating func add(_ problem: DocumentProblem) {
        damaged.insert(problem.path)
        if problems.count < Self.problemsMax { problems.append(problem) }
    }

    private mutating func claim(
        _ suggested: String, _ line: Int, _ place: String, of file: ImportFile, at index: Int,
        _ sources: ImportedSources
    ) {
        var id = suggested
        if let known = sources.byPlace[place]?.entry { id = known }
        if let owner = owners[id], !file.format.holdsRecords, folder(of: owner) != Self.folder(of: file.name) {
            // In another folder the same name means something else.
            id = EntryName.suggestion(forPath: file.name)
            notes.append("\(file.name): named \(id), because \(files[Int(owner.file)].name) is \(suggested)")
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
    func named(_ text: FoundText, of file: Int) -> FoundText? {
        var text = text
        if let id = renamed[text.place] { text.id = id }
        guard let owner = owners[text.id], Int(owner.file) == file, Int(owner.line) == text.line else { return nil }
        return text
    }

    /// Whether an entry is among those that the files hold.
    func holds(_ entry: String) -> Bool { owners[entry] != nil }
}
