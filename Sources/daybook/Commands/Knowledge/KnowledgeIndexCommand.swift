import ArgumentParser
import Embedding
import EventSourcing
import Glibc
import Retrieval
import Wire

struct KnowledgeIndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Bring what is searched up to date, with a vector of every text.",
        discussion: """
            Every search and every job does so by itself, as far as somebody who waits has time for: after a large
            import, or when the model came later, this makes the rest. What was made once is kept by its text.
            With --json: one object with `documents`, `vectors` (made now), `embedder`.
            """)

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let (reading, made) = try workplace.indexAll()
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

extension Workplace {
    /// Between two lines of progress, in microseconds.
    private static let progressMicroseconds: Timestamp = 1_000_000

    /// Everything that is known, with a vector of every text; and how many were made for it.
    func indexAll() throws -> (reading: KnowledgeReading, made: Int) {
        var made = 0
        var last = world.now()
        let start = last
        let reading = try finder.reading(
            .all { count in
                made += count
                let now = world.now()
                guard isatty(STDERR_FILENO) == 1, now - last >= Self.progressMicroseconds else { return }
                last = now
                Terminal.note("  \(Format.plural(made, "vector"))   \(Format.duration(UInt64(now - start)))")
            })
        return (reading, made)
    }
}
