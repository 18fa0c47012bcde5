import ArgumentParser
import Embedding
import Retrieval
import Wire

struct KnowledgeIndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Bring what is searched up to date, with a vector of every text.",
        discussion: """
            Every search and every job does so by itself, as far as somebody who waits has time for: after a large \
            import, or when the model came later, this makes the rest, and says about how long that takes. Ctrl-C \
            keeps what is made; run again, it goes on from there. --rebuild removes the index and makes it again: it \
            is made of the ledger alone. Vectors that are whole are kept, unless no text has \
            them any more.
            With --json: one object with `documents`, `vectors` (made now), `embedder`.
            """)

    @Flag(help: "Make the index again, and what is damaged of the vectors.")
    var rebuild = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        if rebuild {
            try workplace.requireWritable()
            workplace.finder.clear()
        }
        let report = try await workplace.index()
        if rebuild { try workplace.finder.dropVectors() }
        let (reading, made) = (report.reading, report.progress.made)
        let embedder = reading.meaning.map { "\($0.embedder.identity)" }
        guard !options.json else {
            return Terminal.line(
                JSON.fields(
                    ("documents", .number(reading.corpus.documents)), ("vectors", .number(made)),
                    ("embedder", embedder.map { .string($0) } ?? .null)
                ).description)
        }
        Terminal.line(
            "\(Format.plural(reading.corpus.documents, "chunk")) of all versions, \(Format.plural(made, "vector")) made"
                + (embedder.map { " by \($0)" } ?? ""))
        if let reason = reading.byWords { Terminal.note("Found by words alone: \(reason)") }
        Terminal.line("Next: daybook knowledge search WORDS")
    }
}
