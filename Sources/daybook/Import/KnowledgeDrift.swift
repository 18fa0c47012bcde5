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
        return try files.compactMap { try compare(FoundText($0), retired).drift }
    }

    /// Of every other folder that something was taken in from, and is inside of the workspace.
    func others() async throws -> [Drift] {
        let sources = try ImportedSources(in: book) { place in
            !place.hasPrefix("../") && !(place.hasPrefix("knowledge/") && place.hasSuffix(".md"))
        }
        guard !sources.byPlace.isEmpty else { return [] }
        let retired = try RetiredSources(in: workplace)
        let places = Dictionary(grouping: sources.byPlace) { SourcePlace.file(of: $0.key) }
        var seen = SeenFiles(in: workplace, options: reader.options, at: workplace.world.now())
        let files = try present(sources)
        let unread = files.indices.filter { index in
            seen.items(of: files[index]).map { !sources.say($0) } ?? true
        }
        var drifts: [Drift] = []
        for part in ImportReading.parts(of: unread, in: files) {
            var found = [FileDrift](repeating: FileDrift(), count: part.count)
            try await ImportReading.read(part.map { files[$0] }, reader) { place, item in
                try take(item, of: files[part[place]], sources, retired, into: &found[place])
            }
            for (index, found) in zip(part, found) {
                let file = files[index]
                drifts += found.drifts
                guard found.isReadable else { continue }
                if found.drifts.isEmpty { seen.keep(found.items, of: file) }
                guard file.format.holdsRecords, file.format != .feed else { continue }
                drifts += (places[file.name] ?? []).filter { _, source in
                    !source.isRetired && !found.entries.contains(source.entry)
                }.map { missing($0.key, $0.value) }
            }
        }
        seen.save()
        let present = Set(files.map(\.name))
        drifts += places.filter { !present.contains($0.key) }.values.joined().filter { !$0.value.isRetired }
            .map { missing($0.key, $0.value) }
        return drifts.sorted { ($0.path, $0.name) < ($1.path, $1.name) }
    }

    /// What was found in one file.
    private struct FileDrift {
        var drifts: [Drift] = []
        var entries: Set<String> = []
        /// All that it says, as long as the ledger says the same.
        var items: [SeenFiles.Item] = []
        var isReadable = true
    }

    private func take(
        _ item: ImportItem, of file: ImportFile, _ sources: ImportedSources, _ retired: RetiredSources,
        into found: inout FileDrift
    ) throws {
        switch item {
        case .text(let text):
            let text = text.keeping(sources.byPlace[text.place])
            found.entries.insert(text.id)
            let (drift, content) = try compare(text, retired)
            if let drift { found.drifts.append(drift) }
            found.items.append(
                SeenFiles.Item(entry: text.id, place: text.place, line: text.line, content: ContentKey(content)))
        case .problem(let problem):
            found.isReadable = false
            guard problem.extent == .file else { return }
            found.drifts.append(
                Drift(
                    kind: .knowledge, name: "", path: file.name, words: "cannot be read: \(problem.message)",
                    side: .file))
        case .empty:
            found.isReadable = false
            guard let known = sources.byPlace[file.name], !known.isRetired else { return }
            found.drifts.append(
                Drift(kind: .knowledge, name: known.entry, path: file.name, words: "is empty now", side: .file))
        case .note: break
        }
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

    /// - Returns: also what the ledger would keep of the text.
    private func compare(_ text: FoundText, _ retired: RetiredSources) throws -> (drift: Drift?, content: EntryContent)
    {
        let versions = try book.versions(of: text.id)
        let draft = try KnowledgeDraft(text, in: workplace, makesKeys: false)
        func drift(_ side: Drift.Side, _ words: String) -> (Drift?, EntryContent) {
            let isRetired = retired.contains(text.place) || retired.contains(text.path)
            let drift = Drift(
                kind: .knowledge, name: text.id, path: text.place,
                words: isRetired ? "is not taken in again, and \(words)" : words, side: isRetired ? .retired : side)
            return (drift, draft.content)
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
        case .added, .moved, .unchanged, .gone, .retired, .leftOut: return (nil, draft.content)
        }
    }
}
