import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Foundation
import Jobs
import Ledger
import Wire
import Workspace

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a workspace from a template: files, knowledge and an empty ledger.",
        discussion: """
            daybook init newsletter small-levers     a complete small business, to look at and to change
            daybook init blank .                     one agent and one flow, beside the files you have
            """)

    @Argument(help: "The template: \(Templates.names.joined(separator: ", ")).")
    var template: String

    @Argument(help: "The folder to make.")
    var directory: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        do {
            try Templates.write(template, to: directory)
        } catch {
            throw Complaint(error)
        }
        let folder = try Workplace.find(from: directory)
        let world = LiveWorld()
        do {
            let ledger = try Ledger(at: "\(folder)/\(Workplace.ledgerFolder)")
            let identity = Array("\(folder)-\(world.random())-\(world.random())".utf8)
            let created = LedgerObservation.ledgerCreated(
                LedgerCreated(identity: Digest.of(identity), template: template))
            _ = try await ledger.append(
                NewCommit(
                    id: world.commitID(), time: world.now(), actor: "owner",
                    appends: [
                        StreamAppend(
                            [NewEvent(created, kind: .observation)],
                            to: StreamName("ledger"), expecting: .noStream)
                    ]))
            ledger.close()
        } catch {
            throw Complaint(error)
        }
        let workplace = try Workplace(folder)
        defer { workplace.close() }
        let files = try workplace.files()
        let report = try await KnowledgeImport(
            workplace: workplace, actor: "owner", rules: KnowledgeImport.Rules()
        ).run([])
        if json {
            Terminal.line(
                JSON.fields(
                    ("directory", .string(folder)), ("template", .string(template)),
                    ("flows", .array(files.flows.map { .string($0.definition.name) })),
                    ("knowledge", .number(report[.added]))
                ).description)
            return
        }
        show(files, report[.added])
    }

    private func show(_ files: LoadedWorkspace, _ knowledge: Int) {
        let place = directory == "." ? "a workspace here" : "\(directory)/"
        Terminal.line("Made \(place). No model was called, nothing was sent.")
        func row(_ name: String, _ words: String) { Terminal.line("  \(name.column(24))\(words)") }
        row("daybook.yaml", "your business, models, limits      <- read this first")
        row("agents/", files.agents.map(\.definition.name).joined(separator: " "))
        for flow in files.flows {
            let steps = flow.definition.steps
            let waits = steps.count { $0.reviewWork != nil }
            let sends = steps.count { $0.effectWork != nil }
            var words = Format.plural(steps.count, "step")
            if waits > 0 { words += "; \(waits) waits for you" }
            if sends > 0 { words += ", \(sends) sends mail" }
            row(flow.source.path, words)
        }
        let collections = Dictionary(grouping: files.knowledgeFiles, by: \.collection).sorted { $0.key < $1.key }
        if !collections.isEmpty {
            row("knowledge/", collections.map { "\($0.value.count) \($0.key)" }.joined(separator: ", "))
        }
        if files.flows.contains(where: { $0.definition.steps.contains { $0.readWork != nil } }) {
            row("sources/", "feeds and notes that research reads (files, no network)")
        }
        row(".daybook/", "the ledger: back it up, keep it out of git (ignored)")
        let models = files.models.filter { $0.definition.kind != .heuristic }
        Terminal.line(
            "Models   "
                + (models.isEmpty
                    ? "none: built-in heuristic writer (free, offline, plain prose)"
                    : models.map(\.definition.alias).joined(separator: ", ")))
        for connector in files.connectors {
            if case .maildir(let maildir) = connector.definition.kind {
                Terminal.line("Mail     maildir: writes files to \(maildir.path)/, reaches nobody")
            }
        }
        let enter = directory == "." ? "" : "cd \(directory) && "
        if let flow = files.flows.first(where: { $0.definition.steps.contains { $0.effectWork != nil } }) {
            Terminal.line("Next: \(enter)daybook run \(flow.definition.name)       a few seconds, costs nothing")
        } else {
            Terminal.line(
                "Next: \(enter)daybook knowledge import notes --collection notes    what you have: any folder")
        }
    }
}
