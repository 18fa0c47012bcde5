import ArgumentParser
import Events
import Views
import Wire

/// What becomes of the files behind an entry that is taken back, so that the next import does not undo it.
struct SourceOptions: ParsableArguments {
    @Flag(help: "Write what is current then into the file it came from, if that is as it was imported.")
    var writeBack = false

    @Option(
        help: ArgumentHelp(
            "A file behind it that is not to be imported again, such as notes/pricing-old.md.", valueName: "file"))
    var retireSource: [String] = []

    /// What was done about files.
    struct Outcome {
        var retired: [String] = []
        var written: WriteBack.Outcome?
    }

    /// Complains about a file that the entry did not come from; nothing is written yet.
    func check(_ entry: String, in book: KnowledgeBook) throws {
        guard !retireSource.isEmpty else { return }
        let places = Self.places(of: try book.requireVersions(of: entry))
        for place in retireSource where !places.contains(place) {
            throw Complaint(
                "\(entry) did not come from \(place)",
                hint: places.isEmpty ? "it came from no file" : "it came from \(places.joined(separator: ", "))",
                status: .usage)
        }
    }

    /// Call it once the entry is as it is to be.
    func run(_ entry: String, in book: KnowledgeBook) async throws -> Outcome {
        var outcome = Outcome()
        let known = try RetiredSources(in: book.workplace)
        let new = retireSource.filter { !known.contains($0) }
        if !new.isEmpty {
            try await book.workplace.note(new.map { .sourceRetired(SourceRetired(place: $0, entry: entry)) })
        }
        outcome.retired = retireSource
        if writeBack { outcome.written = try await WriteBack(book: book).run(entry) }
        return outcome
    }

    /// The files, and records in files, that versions came from, each once.
    static func places(of versions: [EntryVersionRow]) -> [String] {
        var places: [String] = []
        for case .file(let place)? in versions.map(\.source) where !places.contains(place) { places.append(place) }
        return places
    }
}

extension SourceOptions.Outcome {
    /// The file that says what is current; nil if none was written or said so already.
    var corrected: String? {
        switch written {
        case .written(let path), .same(let path): path
        case .refused, nil: nil
        }
    }

    func show() {
        for place in retired { Terminal.line("  \(place.printable) is not imported again.") }
        switch written {
        case .written(let path): Terminal.line("  \(path.printable) says so, too.")
        case .same(let path): Terminal.line("  \(path.printable) says so already.")
        case .refused(let path, let why):
            Terminal.line("  \(path.isEmpty ? "No file was" : "\(path.printable) was not") written: \(why).")
        case nil: break
        }
    }

    /// What `--json` prints.
    var fields: [JSON.Field] {
        var fields = [JSON.Field("retired_sources", .array(retired.map { .string($0) }))]
        switch written {
        case .written(let path): fields.append(JSON.Field("write_back", result("written", path)))
        case .same(let path): fields.append(JSON.Field("write_back", result("same", path)))
        case .refused(let path, let why):
            fields.append(JSON.Field("write_back", result("refused", path).setting("why", to: .string(why))))
        case nil: break
        }
        return fields
    }

    private func result(_ word: String, _ path: String) -> JSON {
        .fields(("result", .string(word)), ("path", .string(path)))
    }
}
