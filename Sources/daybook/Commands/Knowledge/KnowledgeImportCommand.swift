import ArgumentParser
import Documents
import Events
import Glibc
import Wire
import Workspace

struct KnowledgeImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in files: add what is new, revise what changed, keep what you edited.",
        discussion: """
            daybook knowledge import                     knowledge/ of this workspace
            daybook knowledge import notes               notes/olive-oil.md becomes olive-oil
            daybook knowledge import customers.csv       an entry a row, named by its column "id"
            daybook knowledge import mail/2026.mbox --collection mail
            daybook knowledge import site --dry-run      a website's folder; says what would happen

            Markdown and text, CSV, JSON lines, mbox and eml, Atom and RSS, HTML; by the end of a file's name. A file
            that is as it was writes nothing. What you changed in an entry since stays: where its file changed too, both
            changes are made one if they do not touch the same lines; else that is a conflict (exit 1), the entry is
            left alone, and --force lets the file win. What is not there any more is told; --retire-gone retires it.
            The same import may be ended with Ctrl-C, or killed, and run again: it goes on where it was.

            A text is found as soon as it is in. Then vectors are made of what is new, so that it is found by meaning \
            too; more than about \(vectorsAtOnceMax) are left to `daybook knowledge index`, unless --index.

            A record that cannot be read is told and left out (exit 1); a file that cannot be read keeps the whole
            import out, unless --skip-bad leaves it out too.
            With --json: one object a file or record with `entry`, `path`, `version` and `result` (added, revised,
            merged, unchanged, kept, conflict, gone, retired or left_out), and one a problem with `path`, `line`,
            `column`, `problem` and `hint`. With --json --summary: one object with how many there are of each result,
            `problems`, `contradictions`, `files`, `files_as_known` (not read again), `files_ignored` (of kinds that
            are not read), `bytes`, `commits`, `vectors` (made now), `vectors_left` (about how many are to be made)
            and `milliseconds`.
            """)

    /// Vectors that an import makes without being asked to: about a minute's work.
    static let vectorsAtOnceMax = 8_000
    /// Lines that are shown of each result; the rest is counted.
    static let linesMax = 40

    @Argument(help: "Folders and files; without any, the workspace's knowledge/.")
    var paths: [String] = []

    @Option(help: "Where entries belong whose files do not say.")
    var collection: String?

    @Option(help: "What entries are whose files do not say: fact, document, template, customer or past_output.")
    var kind: String?

    @Option(help: ArgumentHelp("The column or field that names the entries of a table.", valueName: "name"))
    var idColumn: String?

    @Option(help: "Of texts that are not UTF-8: windows-1252, iso-8859-1, iso-8859-15.")
    var charset: String?

    @Flag(help: "Say what would happen, and write nothing.")
    var dryRun = false

    @Flag(help: "Let the file win where a person changed the entry.")
    var force = false

    @Flag(help: "Write nothing if anything at all cannot be read.")
    var strict = false

    @Flag(help: "Leave out files that cannot be read, and take in the others.")
    var skipBad = false

    @Flag(help: "Retire entries whose file or record is gone, unless you changed them.")
    var retireGone = false

    @Flag(help: "Take in again what `revert --retire-source` left out.")
    var restoreSource = false

    @Flag(help: "Leave all vectors of what is new to `daybook knowledge index`, or to the next search.")
    var noIndex = false

    @Flag(help: "Make the vectors of what is new, however many they are.")
    var index = false

    @Flag(help: "No line for each file, only the sums.")
    var summary = false

    @Flag(help: "Go on: take in what changes, until you end it.")
    var watch = false

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if strict && skipBad { throw ValidationError("--strict and --skip-bad cannot both be") }
        if index && noIndex { throw ValidationError("--index and --no-index cannot both be") }
        if watch && dryRun { throw ValidationError("--watch takes in what changes, and --dry-run writes nothing") }
    }

    func run() async throws {
        if let collection { try MarkdownNote.requireCollection(collection) }
        var rules = KnowledgeImport.Rules()
        rules.options = try importOptions()
        (rules.force, rules.isDry, rules.isStrict) = (force, dryRun, strict)
        (rules.skipsBadFiles, rules.retiresGone) = (skipBad, retireGone)
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let paths = paths.map(options.path)
        if restoreSource { try await restore(paths, in: workplace) }
        let printer = ImportPrinter(
            isJSON: options.json, isDry: dryRun, showsEach: !summary, world: workplace.world)
        let importer = KnowledgeImport(workplace: workplace, actor: "owner", rules: rules)
        let report: KnowledgeImport.Report
        do {
            report = try await Interruption.whileListening {
                try await importer.run(paths, progress: printer.progress, each: printer.show)
            }
        } catch let ended as Interruption.Ended {
            printer.showInterrupted()
            workplace.close()
            Interruption.end(by: ended.signal)
        }
        printer.finish(report)
        var indexed: IndexReport?
        if !noIndex, !dryRun, report.hasChanges {
            await workplace.embedOnWrite(actor: "owner")
            indexed = try await workplace.index(vectorsMax: index ? .max : Self.vectorsAtOnceMax)
        }
        printer.conclude(report, indexed)
        if watch {
            Terminal.note("Watching; Ctrl-C ends it.")
            try await ImportWatch(importer: importer, paths: paths, printer: printer).run()
        }
        if !report.isClean { throw Ending(.failed) }
    }

    private func importOptions() throws -> ImportOptions {
        var result = ImportOptions()
        result.collection = collection
        if let kind {
            guard let known = Document.Kind(rawValue: kind) else {
                throw Complaint(
                    "there is no kind \(kind)", hint: Document.Kind.allCases.map(\.rawValue).joined(separator: ", "),
                    status: .usage)
            }
            result.form = EntryForm(known)
            result.documents.kind = known
        }
        result.documents.idColumn = idColumn
        if let charset {
            guard let known = Charset(name: charset) else {
                throw Complaint(
                    "the charset \(charset) is not known",
                    hint: Charset.allCases.map(\.name).joined(separator: ", "), status: .usage)
            }
            result.documents.charset = known
        }
        return result
    }

    private func restore(_ paths: [String], in workplace: Workplace) async throws {
        let files =
            paths.isEmpty
            ? try ImportFiles(knowledgeOf: workplace.directory)
            : try ImportFiles(at: paths, workspace: workplace.directory)
        let names = Set(files.files.map(\.name))
        let places = try RetiredSources(in: workplace).sorted.filter { names.contains(SourcePlace.file(of: $0)) }
        guard !places.isEmpty, !dryRun else { return }
        try await workplace.note(places.map { .sourceRestored(SourceRestored(place: $0)) })
    }
}
