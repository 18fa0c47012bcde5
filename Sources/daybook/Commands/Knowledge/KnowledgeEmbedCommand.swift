import ArgumentParser
import EventSourcing
import Events
import Glibc
import Wire
import Workspace

struct KnowledgeEmbedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Give every text that has no vector yet one, so that it is found by meaning.",
        discussion: """
            The model on this machine makes them at no cost. Where daybook.yaml names a server,

              embedder: {url: "https://api.example.com/v1", model: small, key: API_KEY, dimensions: 1536, price: $0.02}

            texts are sent there. Each request is recorded before it leaves, with what it may cost and what the budgets
            leave; what comes back is recorded too, so nothing is paid for twice, and the index is made again offline.
            What is interrupted goes on where it stopped. With `on_write: yes`, what is written is sent at once.
            With --json: one object with `embedder`, `texts` (with --dry-run: that have none), `requests`, `tokens`,
            `cost_microdollars`, `left` (texts beyond this run's limit).
            """)

    /// Texts that one run sends to a server without --all.
    static let textsMax = 4_096
    /// Between two lines of progress, in microseconds.
    private static let progressMicroseconds: Timestamp = 1_000_000

    @Flag(help: ArgumentHelp("More than \(textsMax) texts in one run, if there are as many."))
    var all = false

    @Flag(name: .customLong("dry-run"), help: "Say what it would send and cost, and send nothing.")
    var dryRun = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        guard let server = VectorServer(workplace, actor: "owner") else { return try await embedHere(workplace) }
        var spent = VectorServer.Spent()
        var left = 0
        guard var missing = try workplace.finder.missingTexts() else { return }
        var last = workplace.world.now()
        while let texts = try missing.next() {
            let room = all || dryRun ? texts.count : max(0, Self.textsMax - spent.texts)
            left += max(0, texts.count - room)
            if dryRun {
                spent.add(server.estimate(texts))
            } else if room > 0 {
                let before = spent
                let made = try await server.embed(Array(texts.prefix(room))) { made in
                    let now = workplace.world.now()
                    guard now - last >= Self.progressMicroseconds else { return }
                    last = now
                    progress(before, made)
                }
                spent.add(made)
            }
        }
        if !dryRun, left == 0 { _ = try await workplace.index() }
        show(spent, left, "\(server.recorded.identity)", isFree: server.recorded.settings.inputMicrodollars == 0)
    }

    private func progress(_ before: VectorServer.Spent, _ now: VectorServer.Spent) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        let cost = Format.money(before.microdollars + now.microdollars)
        Terminal.note("  \(Format.plural(before.texts + now.texts, "vector"))   \(cost)")
    }

    private func show(_ spent: VectorServer.Spent, _ left: Int, _ embedder: String, isFree: Bool) {
        guard !options.json else {
            return Terminal.line(
                JSON.fields(
                    ("embedder", .string(embedder)), ("texts", .number(spent.texts)),
                    ("requests", .number(spent.requests)), ("tokens", .number(spent.tokens)),
                    ("cost_microdollars", .number(spent.microdollars)), ("left", .number(left))
                ).description)
        }
        let cost = isFree ? "at no cost" : Format.money(spent.microdollars)
        let words =
            dryRun ? "would be asked for, about" : "made by \(embedder) in \(Format.plural(spent.requests, "request")),"
        Terminal.line("\(Format.plural(spent.texts, "vector")) \(words) \(Format.count(spent.tokens)) tokens, \(cost)")
        if dryRun {
            Terminal.line("Next: daybook knowledge embed")
        } else if left > 0 {
            Terminal.line("\(Format.plural(left, "text")) wait. Next: daybook knowledge embed --all")
        } else {
            Terminal.line("Next: daybook knowledge search --ask WORDS")
        }
    }

    private func embedHere(_ workplace: Workplace) async throws {
        if dryRun {
            let words = "the model on this machine makes vectors at no cost"
            return Terminal.line(options.json ? JSON.fields(("cost_microdollars", .number(0))).description : words)
        }
        let report = try await workplace.index()
        let (reading, made) = (report.reading, report.progress.made)
        guard let meaning = reading.meaning else {
            throw Complaint("no vectors are made: \(reading.byWords ?? "")", status: .notFound)
        }
        guard !options.json else {
            var spent = VectorServer.Spent()
            spent.texts = made
            return show(spent, 0, "\(meaning.embedder.identity)", isFree: true)
        }
        Terminal.line("\(Format.plural(made, "vector")) made by \(meaning.embedder.identity)")
        Terminal.line("Next: daybook knowledge search WORDS")
    }
}

extension VectorServer.Spent {
    mutating func add(_ other: VectorServer.Spent) {
        texts += other.texts
        requests += other.requests
        tokens += other.tokens
        microdollars = Cost.sum(microdollars, other.microdollars)
    }
}
