import Documents
import EventSourcing
import Glibc
import Wire

/// Shows an import while it runs, and what came of it.
final class ImportPrinter {
    private let isJSON: Bool
    private let isDry: Bool
    private let showsEach: Bool
    private let world: LiveWorld
    private let start: Timestamp
    private let line: ProgressLine
    private var shown: [KnowledgeImport.Verdict: Int] = [:]
    private var conflict: KnowledgeImport.Outcome?
    private var gone = 0
    /// The last that was told, and when reading ended.
    private var last: KnowledgeImport.Progress?
    private var written: Timestamp?

    init(isJSON: Bool, isDry: Bool, showsEach: Bool = true, world: LiveWorld) {
        self.isJSON = isJSON
        self.showsEach = showsEach
        self.isDry = isDry
        self.world = world
        start = world.now()
        line = ProgressLine(world: world)
    }

    /// - Throws: `Interruption.Ended` if the person does not want to wait.
    func progress(_ progress: KnowledgeImport.Progress) throws {
        last = progress
        if progress.stage == .reading { written = world.now() }
        line.show { words(progress) }
        try Interruption.check()
    }

    /// `reading    2048 of 23745 files   81 MB   12 MB/s   7 s`
    private func words(_ progress: KnowledgeImport.Progress) -> String {
        let now = world.now()
        let time = Format.duration(UInt64(now - start))
        switch progress.stage {
        case .reading:
            let rate = Format.bytes(UInt64(Self.rate(Double(progress.bytes), since: start, now)))
            return "reading   \(progress.files) of \(progress.filesOf) files   \(Format.bytes(progress.bytes))   "
                + "\(rate)/s   \(time)"
        case .writing:
            let rate = Int(Self.rate(Double(progress.entries), since: written ?? start, now))
            return "writing   \(progress.entries) of \(progress.entriesOf) entries   \(rate)/s   \(time)"
        }
    }

    private static func rate(_ amount: Double, since start: Timestamp, _ now: Timestamp) -> Double {
        amount * 1_000_000 / Double(max(1, now - start))
    }

    /// What stands, and how to go on, after somebody ended it.
    func showInterrupted() {
        line.clear()
        let done = last.map { $0.stage == .writing ? $0.entries : 0 } ?? 0
        Terminal.note(
            done == 0
                ? "Ended while reading; nothing was written."
                : "Ended; \(done) of \(last?.entriesOf ?? done) entries are in, each whole.")
        Terminal.note("Next: the same command goes on from there: what is in already writes nothing")
    }

    func show(_ outcome: KnowledgeImport.Outcome) {
        if outcome.verdict == .conflict, conflict == nil { conflict = outcome }
        if outcome.verdict == .gone { gone += 1 }
        guard showsEach else { return }
        guard !isJSON else {
            line.clear()
            return Terminal.line(
                JSON.fields(
                    ("entry", .string(outcome.entry)), ("path", .string(outcome.path)),
                    ("result", .string(outcome.verdict.rawValue)), ("version", .number(outcome.version))
                ).description)
        }
        guard outcome.verdict != .unchanged else { return }
        shown[outcome.verdict, default: 0] += 1
        guard shown[outcome.verdict, default: 0] <= KnowledgeImportCommand.linesMax else { return }
        line.clear()
        let name = "\(outcome.entry)@\(outcome.version)".column(24)
        let verdict = outcome.verdict.words.column(9)
        Terminal.line("  \(verdict) \(name) \(outcome.path.printable)\(outcome.verdict.explanation)")
    }

    func finish(_ report: KnowledgeImport.Report) {
        line.clear()
        for problem in report.problems { show(problem) }
        guard !isJSON else { return }
        for verdict in KnowledgeImport.Verdict.allCases {
            let more = (shown[verdict] ?? 0) - KnowledgeImportCommand.linesMax
            if more > 0 { Terminal.line("  \(verdict.words.column(9)) and \(more) more") }
        }
        for note in report.notes { Terminal.note("Note: \(note.printable)") }
        for row in report.contradictions.prefix(KnowledgeImportCommand.linesMax) { Terminal.line("  !  \(row.words)") }
        let more = report.contradictions.count - KnowledgeImportCommand.linesMax
        if more > 0 { Terminal.line("     and \(more) contradictions more") }
        if report.hasMoreContradictions {
            Terminal.line("     then no more were looked for: daybook knowledge contradictions --check")
        }
        if let ignored = report.ignored.words { Terminal.line(ignored) }
        Terminal.line(summary(report))
    }

    /// Says how to go on, once what is new was given vectors, or that was left.
    func conclude(_ report: KnowledgeImport.Report, _ indexed: IndexReport?) {
        guard isJSON else { return showNext(report, indexed?.left) }
        if !showsEach { Terminal.line(json(report, indexed).description) }
    }

    private func show(_ problem: DocumentProblem) {
        guard isJSON else {
            Terminal.note("\(problem)".printable)
            if !problem.hint.isEmpty { Terminal.note("  hint: \(problem.hint.printable)") }
            return
        }
        Terminal.line(
            JSON.fields(
                ("path", .string(problem.path)), ("line", .number(problem.line)), ("column", .number(problem.column)),
                ("problem", .string(problem.message)), ("hint", .string(problem.hint))
            ).description)
    }

    private func summary(_ report: KnowledgeImport.Report) -> String {
        var words = ["\(report[.added]) added", "\(report[.revised]) revised"]
        if report[.moved] > 0 { words.append("\(report[.moved]) moved") }
        if report[.merged] > 0 { words.append("\(report[.merged]) merged") }
        words.append("\(report[.unchanged] + report[.kept]) unchanged")
        if report[.conflict] > 0 { words.append(Format.plural(report[.conflict], "conflict")) }
        if report[.gone] > 0 { words.append("\(report[.gone]) gone") }
        if report[.retired] > 0 { words.append("\(report[.retired]) retired") }
        if report[.leftOut] > 0 { words.append("\(report[.leftOut]) left out") }
        if !report.problems.isEmpty { words.append(Format.plural(report.problems.count, "problem")) }
        let line = words.joined(separator: ", ")
        return isDry ? "Would be: \(line). Nothing was written." : line
    }

    /// The import as a whole.
    private func json(_ report: KnowledgeImport.Report, _ indexed: IndexReport?) -> JSON {
        let made = indexed?.progress.made ?? 0
        let sums = [
            ("problems", report.problems.count), ("contradictions", report.contradictions.count),
            ("files", report.files), ("files_as_known", report.filesAsKnown), ("bytes", Int(report.bytes)),
            ("files_ignored", report.ignored.count), ("commits", report.commits), ("vectors", made),
            ("vectors_left", indexed?.left.map { $0.expected - made } ?? 0),
            ("milliseconds", Int((world.now() - start) / 1_000)),
        ]
        return .object(
            KnowledgeImport.Verdict.allCases.map { JSON.Field($0.rawValue, .number(report[$0])) }
                + sums.map { JSON.Field($0.0, .number($0.1)) })
    }

    private func showNext(_ report: KnowledgeImport.Report, _ left: VectorRate?) {
        if let conflict {
            Terminal.line("Next: daybook knowledge history \(conflict.entry)")
            let file = SourcePlace.file(of: conflict.path)
            Terminal.line("      put what is right into the file, then daybook knowledge import --force \(file)")
        } else if !report.problems.isEmpty {
            Terminal.line("Next: mend what is named above, and run it again: what is in already writes nothing")
        } else if !report.contradictions.isEmpty {
            Terminal.line("Next: daybook knowledge contradictions    is where you decide")
        } else if isDry {
            Terminal.line("Next: the same without --dry-run")
        } else if gone > 0 {
            Terminal.line("Next: the same with --retire-gone, or leave what is gone as it is")
        } else if report[.added] + report[.revised] + report[.merged] > 0, left == nil {
            Terminal.line("Next: daybook knowledge list")
        } else if left == nil {
            Terminal.line("Next: daybook status")
        }
        if let left {
            Terminal.line("Found by words now. By meaning too after:")
            Terminal.line("Next: daybook knowledge index    takes \(left.words)")
        }
    }
}

extension KnowledgeImport.Verdict {
    var words: String { self == .leftOut ? "left out" : rawValue }

    fileprivate var explanation: String {
        switch self {
        case .kept: "  is as it was; the entry has been changed since"
        case .merged: "  and your changes, made one"
        case .conflict: "  and the entry were both changed"
        case .gone: "  is not there any more"
        case .leftOut: "  is not to be taken in again (--restore-source)"
        case .moved: "  is where it lies now"
        case .added, .revised, .unchanged, .retired: ""
        }
    }
}
