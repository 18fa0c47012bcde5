import ArgumentParser
import Events
import Jobs
import Keys
import Views
import Wire
import Workspace

struct AgentSessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "What an agent would be shown now of its last exchanges, and until when.",
        discussion: """
            An agent with `session: {ttl: 2h, turns: 6, tokens: 800}` in its file is shown what it was asked last, \
            what it answered, and what you did with that. This is short-lived memory: it is kept by the events' own \
            times, forgotten after `ttl`, and no job needs it. What was shown to a model is in the ledger: \
            `daybook audit JOB.STEP` lists it.

            Nothing crosses agents or customers. What rests on knowledge that was taken back is not shown, nor is \
            what was said about somebody who was forgotten.

            With --json: one object an exchange, the oldest first, with `key`, `job`, `step`, `task`, `said`, \
            `expires`, `state` (of the review: null, approved, edited, rejected, responded, takenOver), `tokens`, \
            `shown`, `reason` (why not: budget, count or takenBack; null if it is shown) and `text`.
            """)

    @Argument(help: "An agent, such as writer.")
    var agent: String

    @Option(help: "Whom the exchanges are about; those about nobody without it.")
    var customer: String = ""

    @Option(help: "Somebody whom the job would be about, as in `daybook run --about`.")
    var about: [String] = []

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        guard let definition = try workplace.files().agent(agent)?.definition else {
            let names = try workplace.files().agents.map(\.definition.name).joined(separator: ", ")
            throw Complaint(
                "there is no agent \(agent)", hint: names.isEmpty ? "agents/*.md makes one" : "the agents are \(names)",
                status: .notFound)
        }
        guard let policy = definition.session else {
            guard !options.json else { return }
            Terminal.line("\(agent) has no session: it is shown nothing of what it did before.")
            return Terminal.line("Next: `session: {ttl: 2h}` in agents/\(agent).md gives it one")
        }
        let now = workplace.world.now()
        let subjects = try Set(about.flatMap { try workplace.keys.ids(of: $0) })
        let recall = try SessionRecall(
            of: agent, with: customer, about: subjects, policy, for: nil, in: workplace, at: now)
        if options.json {
            for item in recall.shown { Terminal.line(json(item).description) }
            for left in recall.left { Terminal.line(json(left).description) }
            return
        }
        let whom = customer.isEmpty ? "" : " with \(customer)"
        let tokens = recall.shown.reduce(0) { $0 + $1.tokens }
        Terminal.line(
            "\(agent) would be shown \(Format.plural(recall.shown.count, "exchange"))\(whom): "
                + "\(Format.count(tokens)) of \(Format.plural(policy.tokens, "token")).")
        for item in recall.shown {
            let left = Format.duration(UInt64(clamping: item.expires - now))
            Terminal.line("")
            Terminal.line("  \(item.name)   \(Format.plural(item.tokens, "token")), for \(left) more")
            for line in String(decoding: item.content.clear, as: UTF8.self).split(separator: "\n") {
                Terminal.line("    \(String(line).printable)")
            }
        }
        if !recall.left.isEmpty { Terminal.line("") }
        for left in recall.left { Terminal.line("  not shown: \(left.name), \(left.reason.sessionWords)") }
        if let newest = recall.shown.last { Terminal.line("Next: daybook audit \(newest.step ?? newest.name)") }
    }

    private func json(_ item: SessionRecall.Item) -> JSON {
        .fields(
            ("key", .string(item.key)), ("job", item.exchange.map { .string($0.job) } ?? .null),
            ("step", item.exchange.map { .string($0.step) } ?? .null),
            ("task", item.exchange.map { .number($0.task) } ?? .null), ("said", .string(Format.iso(item.said))),
            ("expires", .string(Format.iso(item.expires))),
            ("state", item.exchange?.verdict.map { .string("\($0.state)") } ?? .null), ("tokens", .number(item.tokens)),
            ("shown", true), ("reason", .null),
            ("text", .string(String(decoding: item.content.clear, as: UTF8.self))))
    }

    private func json(_ left: SessionRecall.Left) -> JSON {
        .fields(
            ("key", .string(left.key)), ("tokens", .number(left.tokens)), ("shown", false),
            ("reason", .string("\(left.reason)")))
    }
}

extension SessionRecall.Item {
    /// `newsletter-7@12`
    fileprivate var name: String { ContextItem.Source.view(ViewSource(view: Sessions.name, key: key)).label }

    /// `newsletter-7.draft`
    fileprivate var step: String? { exchange.map { "\($0.job).\($0.step)" } }
}

extension SessionRecall.Left {
    fileprivate var name: String { ContextItem.Source.view(ViewSource(view: Sessions.name, key: key)).label }
}

extension CutReason {
    fileprivate var sessionWords: String {
        switch self {
        case .budget: "it does not fit into the session's tokens"
        case .count: "it is beyond the session's turns"
        case .unlike: "it is too unlike what was asked"
        case .takenBack: "it rests on knowledge that was taken back"
        }
    }
}
