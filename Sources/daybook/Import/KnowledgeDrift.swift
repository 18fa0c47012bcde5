import Coordinator
import Documents
import Events
import Knowledge
import Views
import Wire
import Workspace

/// Where files that were taken in, or could be, differ from what the ledger knows.
struct KnowledgeDrift {
    private let workplace: Workplace
    private let book: KnowledgeBook
    private let reader: ImportReader
    private let files: [KnowledgeFile]

    init(_ files: LoadedWorkspace, in workplace: Workplace) {
        self.workplace = workplace
        book = KnowledgeBook(workplace: workplace)
        self.files = files.knowledgeFiles
        let ours = Dictionary(files.knowledgeFiles.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        reader = ImportReader(options: ImportOptions(), ours: ours)
    }

    /// Of the workspace's own `knowledge/`.
    func ours() async throws -> [Drift] {
        let retired = try RetiredSources(in: workplace)
        return try files.compactMap { try compare(FoundText($0), retired) }
    }

    /// Of every other folder that something was taken in from, and is inside of the workspace.
    func others() async throws -> [Drift] {
        let sources = try ImportedSources(in: book) { place in
            !place.hasPrefix("../") && !(place.hasPrefix("knowledge/") && place.hasSuffix(".md"))
        }
        guard !sources.byPlace.isEmpty else { return [] }
        let retired = try RetiredSources(in: workplace)
        var present: Set<String> = []
        var drifts: [Drift] = []
        for file in try self.present(sources) {
            present.insert(file.name)
            var isReadable = true
            var seen: Set<String> = []
            try await reader.read(file) { item in
                switch item {
                case .text(var text):
                    if let known = sources.byPlace[text.place] { text.id = known.entry }
                    seen.insert(text.id)
                    if let drift = try compare(text, retired) { drifts.append(drift) }
                case .problem(let problem):
                    isReadable = false
                    if problem.extent == .file {
                        drifts.append(
                            Drift(
                                kind: .knowledge, name: "", path: file.name,
                                words: "cannot be read: \(problem.message)", side: .file))
                    }
                case .note: break
                }
            }
            guard isReadable, file.format.holdsRecords, file.format != .feed else { continue }
            drifts += sources.byPlace.filter { place, source in
                SourcePlace.file(of: place) == file.name && !source.isRetired && !seen.contains(source.entry)
            }.map { missing($0.key, $0.value) }
        }
        drifts += sources.byPlace.filter { place, source in
            !present.contains(SourcePlace.file(of: place)) && !source.isRetired
        }.map { missing($0.key, $0.value) }
        return drifts.sorted { ($0.path, $0.name) < ($1.path, $1.name) }
    }

    /// The files that are still there, and what lies beside them in folders that were taken in.
    private func present(_ sources: ImportedSources) throws -> [ImportFile] {
        var folders: Set<String> = []
        var single: Set<String> = []
        for place in sources.byPlace.keys {
            let name = SourcePlace.file(of: place)
            let path = "\(workplace.directory)/\(name)"
            guard ImportFiles.realPath(path) != nil, DocumentFormat(path: name) != nil else { continue }
            if let slash = name.firstIndex(of: "/") {
                folders.insert(String(name[..<slash]))
            } else {
                single.insert(path)
            }
        }
        let ours = Set(reader.ours.keys)
        let paths = folders.sorted().map { "\(workplace.directory)/\($0)" } + single.sorted()
        guard !paths.isEmpty else { return [] }
        let files = try ImportFiles(at: paths, workspace: workplace.directory).files
        return files.filter { !ours.contains($0.name) }
    }

    private func missing(_ place: String, _ source: ImportedSources.Source) -> Drift {
        Drift(
            kind: .knowledge, name: source.entry, path: place,
            words: "is not there any more; \(source.entry) @\(source.current) is", side: .missing)
    }

    private func compare(_ text: FoundText, _ retired: RetiredSources) throws -> Drift? {
        let versions = try book.versions(of: text.id)
        let draft = try KnowledgeDraft(text, in: workplace, makesKeys: false)
        func drift(_ side: Drift.Side, _ words: String) -> Drift {
            let isRetired = retired.contains(text.place) || retired.contains(text.path)
            return Drift(
                kind: .knowledge, name: text.id, path: text.place,
                words: isRetired ? "is not taken in again, and \(words)" : words, side: isRetired ? .retired : side)
        }
        guard let current = versions.last else { return drift(.file, "not imported yet") }
        let comparison = ImportComparison(draft, versions, in: book, force: false)
        let name = "\(text.id) @\(current.version)"
        switch comparison.verdict {
        case .kept where current.retired: return drift(.ledger, "is retired in the ledger")
        case .kept: return drift(.ledger, "differs from \(name), which was changed since it was imported")
        case .revised: return drift(.file, "differs from \(name): the file was changed since it was imported")
        case .merged, .conflict:
            let words = current.retired ? "was changed, and is retired in the ledger" : "and \(name) were both changed"
            return drift(.both, words)
        case .added, .unchanged, .gone, .retired, .leftOut: return nil
        }
    }
}
