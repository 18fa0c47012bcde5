import ArgumentParser
import EventSourcing
import Events
import Ledger
import Views
import Wire

struct KnowledgeUsedByCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "used-by", abstract: "Which steps were shown an entry, in which version, and what came of it.",
        discussion: """
            With --json: one object a showing with `entry`, `version`, `job`, `step`, `context` (the event's version),
            `chunks`, `rank`, `tokens`, `position`, `time`, `class` (not_used, recompute, compensable, irreversible),
            `output` (a hash), `effects` (`step`, `connector`, `deliveries`, `succeeded`) and `knowledge` (versions that
            came of it).
            """, aliases: ["graph"])

    @Argument(help: "An entry, or a version of it, such as pricing@2.")
    var entry: [String]

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let reference = try Reference(words: entry)
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let (versions, row) = try book.find(reference)
        var wanted = versions
        if case .name = reference.form {} else { wanted = [row] }
        let head = try workplace.ledger.head()
        let lineage = try workplace.view(Lineage())
        var count = 0
        for version in wanted {
            let shown = try Lineage.exposure(ofEntry: row.entry, version: version.version, in: lineage)
            guard !shown.isEmpty else { continue }
            let plan = try RevertPlan(takingBack: version.version, of: row.entry, asOf: head, in: lineage)
            if !options.json { Terminal.line("\(version.name)   \(version.origin.printable)") }
            for shown in shown {
                count += 1
                options.json ? json(shown, plan) : show(shown, plan)
            }
        }
        guard !options.json else { return }
        if count == 0 {
            Terminal.line("Nobody was shown \(row.entry) yet. Next: daybook knowledge search \(row.entry)")
        } else {
            Terminal.line(
                "Next: daybook knowledge revert \(row.entry)@\(row.version) --plan    what taking it back means")
        }
    }

    private func step(_ shown: ShownRow, _ plan: RevertPlan) -> AffectedStep? {
        plan.steps.first { $0.job == shown.job && $0.task == shown.task }
    }

    private func show(_ shown: ShownRow, _ plan: RevertPlan) {
        let chunks = shown.chunks.map { "\($0.chunk)/\($0.chunks)" }.joined(separator: " ")
        let rank = shown.chunks.map(\.rank).min() ?? 0
        var words = "  \("\(shown.job).\(shown.step)".column(28)) @\(shown.position)   chunk \(chunks), rank \(rank)"
        if let step = step(shown, plan), let output = step.output {
            words += "   made \(output.short), \(step.consequence.word)"
        }
        Terminal.line(words)
        for effect in plan.effects where effect.job == shown.job && effect.succeeded + effect.unknown > 0 {
            Terminal.line(
                "    -> \(effect.connector): \(Format.plural(effect.succeeded, "delivery", "deliveries"))"
                    + "   @\(effect.firstSuccessPosition)")
        }
    }

    private func json(_ shown: ShownRow, _ plan: RevertPlan) {
        let step = step(shown, plan)
        let effects = plan.effects.filter { $0.job == shown.job }.map { effect -> JSON in
            .fields(
                ("step", .string(effect.step)), ("connector", .string(effect.connector)),
                ("deliveries", .number(effect.deliveries)), ("succeeded", .number(effect.succeeded)))
        }
        let knowledge = plan.knowledge.map { JSON.string("\($0.entry)@\($0.version)") }
        Terminal.line(
            JSON.fields(
                ("entry", .string(shown.entry)), ("version", .number(shown.entryVersion)),
                ("job", .string(shown.job)), ("step", .string(shown.step)), ("context", .number(shown.context)),
                ("chunks", .array(shown.chunks.map { .string("\($0.chunk)/\($0.chunks)") })),
                ("rank", .number(shown.chunks.map(\.rank).min() ?? 0)),
                ("tokens", .number(shown.chunks.reduce(0) { $0 + $1.tokens })),
                ("position", .number(shown.position)), ("time", .string(Format.iso(shown.timeUs))),
                ("class", .string((step?.consequence ?? .notUsed).field)),
                ("output", step?.output.map { .string($0.description) } ?? .null), ("effects", .array(effects)),
                ("knowledge", .array(knowledge))
            ).description)
    }
}
