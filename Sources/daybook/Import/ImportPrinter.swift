import Documents
import EventSourcing
import Glibc
import Wire

/// Shows an import while it runs, and what came of it.
final class ImportPrinter {
    /// Between two lines of progress, in microseconds.
    static let progressMicroseconds: Timestamp = 1_000_000

    private let isJSON: Bool
    private let isDry: Bool
    private let world: LiveWorld
    private let start: Timestamp
    private var last: Timestamp
    private var shown: [KnowledgeImport.Verdict: Int] = [:]
    private var conflict: KnowledgeImport.Outcome?
    private var gone = 0

    init(isJSON: Bool, isDry: Bool, world: LiveWorld) {
        self.isJSON = isJSON
        self.isDry = isDry
        self.world = world
        start = world.now()
        last = start
    }

    /// One line a second, for a person.
    func progress(_ done: Int, of count: Int) {
        let now = world.now()
        guard isatty(STDERR_FILENO) == 1, now - last >= Self.progressMicroseconds, done < count else { return }
        last = now
        Terminal.note("  \(done) of \(count)   \(Format.duration(UInt64(now - start)))")
    }

    func show(_ outcome: KnowledgeImport.Outcome) {
        if outcome.verdict == .conflict, conflict == nil { conflict = outcome }
        if outcome.verdict == .gone { gone += 1 }
        guard !isJSON else {
            return Terminal.line(
                JSON.fields(
                    ("entry", .string(outcome.entry)), ("path", .string(outcome.path)),
                    ("result", .string(outcome.verdict.rawValue)), ("version", .number(outcome.version))
                ).description)
        }
        guard outcome.verdict != .unchanged else { return }
        shown[outcome.verdict, default: 0] += 1
        guard shown[outcome.verdict, default: 0] <= KnowledgeImportCommand.linesMax else { return }
        let name = "\(outcome.entry)@\(outcome.version)".column(24)
        let verdict = outcome.verdict.words.column(9)
        Terminal.line("  \(verdict) \(name) \(outcome.path.printable)\(outcome.verdict.explanation)")
    }

    func finish(_ report: KnowledgeImport.Report) {
        for problem in report.problems { show(problem) }
        guard !isJSON else { return }
        for verdict in KnowledgeImport.Verdict.allCases {
            let more = (shown[verdict] ?? 0) - KnowledgeImportCommand.linesMax
            if more > 0 { Terminal.line("  \(verdict.words.column(9)) and \(more) more") }
        }
        for note in report.notes { Terminal.note("Note: \(note.printable)") }
        for row in report.contradictions { Terminal.line("  !  \(row.words)") }
        Terminal.line(summary(report))
        showNext(report)
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

    private func showNext(_ report: KnowledgeImport.Report) {
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
        } else if report[.added] + report[.revised] + report[.merged] > KnowledgeImport.watchedMax {
            Terminal.line("Next: daybook knowledge contradictions --check    so many are not compared while they come")
        } else if report[.added] + report[.revised] + report[.merged] > 0 {
            Terminal.line("Next: daybook knowledge list")
        } else {
            Terminal.line("Next: daybook status")
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
        case .added, .revised, .unchanged, .retired: ""
        }
    }
}
