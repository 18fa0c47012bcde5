import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Knowledge
import Ledger
import Sealing
import Wire

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One event whole, or the exact bytes behind a hash.",
        discussion: """
            daybook show @147         the event, and the contents it names
            daybook show e0b7714c     the exact bytes with this SHA-256
            daybook show pricing@2    the text of this version

            Four and more digits of a hash are enough: of an output, a file, a request to a model, a mail. Requests \
            and mails are computed anew, and checked.

            With --json: for an event an object as `daybook log --json` prints it, and `artifacts` (objects with \
            `field`, `digest` and `bytes`, the size, null if the bytes are not kept or are computed); for bytes an \
            object with `digest`, `bytes` (the size), `text`, or `hex` for what is no text; for a version also \
            `entry`, `version`, `title` and `collection`.
            """)

    @Argument(help: "An event, a hash, or a version of a knowledge entry.")
    var reference: [String]

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let reference = try Reference(words: reference)
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        let ledger = workplace.ledger
        switch try reference.target(in: ledger) {
        case .event(let position):
            try show(ledger.events(after: position - 1, limit: 1).first, reference, in: workplace)
        case .jobEvent(let job, let version):
            let events = try ledger.events(of: JobSession.stream(of: job), after: version - 1)
            try show(events.first, reference, in: workplace)
        case .artifact(let digest):
            guard try ledger.artifact(digest) != nil else { throw reference.missing }
            let artifacts = workplace.artifacts
            let address = artifacts.stored(digest).flatMap { artifacts.keyring.open($0, as: .address) }
            guard let bytes = artifacts.bytes(digest) ?? address else {
                throw workplace.gone(digest.short, digest)
            }
            show(digest, bytes)
        case .digits(let digits):
            guard let found = try ComputedBytes.one(digits, in: ledger, workplace.artifacts) else {
                throw Complaint("nothing has a hash that begins \(digits)", status: .notFound)
            }
            show(found.digest, try found.bytes(in: ledger, workplace.artifacts))
        case .entryVersion(let entry, let version): try show(entry, version, in: workplace)
        case .entry(let entry):
            throw Complaint("\(entry) is a knowledge entry", hint: "daybook knowledge show \(entry)", status: .usage)
        case .job(let job):
            throw Complaint("\(job) is a job", hint: "daybook job show \(job), daybook audit \(job)", status: .usage)
        case .step(let job, let step):
            throw Complaint("\(job).\(step) is a step", hint: "daybook audit \(job).\(step)", status: .usage)
        }
    }

    // MARK: - Events

    private func show(_ event: RecordedEvent?, _ reference: Reference, in workplace: Workplace) throws {
        guard let event else { throw reference.missing }
        let named = try NamedContents(event, in: workplace.artifacts)
        if options.json {
            return Terminal.line(try event.json().setting("artifacts", to: named.json).description)
        }
        let name = EventCatalog.entry(of: event.type)?.name ?? "type \(event.type)"
        let kind = event.kind == .observation ? "came from outside" : "was concluded"
        Terminal.line(
            "\(Style.bold("@\(event.position)"))  \(Style.bold(name))  \(event.stream) version \(event.version)")
        Terminal.line("  \(Format.time(event.time)), by \(event.actor.printable); it \(kind)")
        let cause = event.causation > 0 ? "caused by @\(event.causation), " : ""
        Terminal.line("  \(cause)written with the commit at @\(event.commit)")
        let fields = try EventCatalog.json(type: event.type, revision: event.revision, payload: event.payload)
        Terminal.line(fields.pretty.printable)
        for content in named.contents { Terminal.line("  \(content.words)") }
        if event.stream.category == "job" { Terminal.line("Next: daybook why @\(event.position)") }
    }

    // MARK: - Bytes

    private func show(_ digest: Digest, _ bytes: [UInt8], _ fields: [JSON.Field] = []) {
        let text = String(validating: bytes, as: UTF8.self)
        if options.json {
            let content = text.map { JSON.Field("text", .string($0)) } ?? JSON.Field("hex", .string(bytes.hex))
            let head = [JSON.Field("digest", .string(digest.description)), JSON.Field("bytes", .number(bytes.count))]
            return Terminal.line(JSON.object(fields + head + [content]).description)
        }
        guard Terminal.isInteractive else { return Terminal.bytes(bytes) }
        guard let text else {
            Terminal.note("\(digest.short) is \(Format.plural(bytes.count, "byte")) that are no text.")
            return Terminal.note("  daybook show \(digest.short) | xxd")
        }
        Terminal.line(text.printable)
    }

    private func show(_ entry: String, _ version: StreamVersion, in workplace: Workplace) throws {
        let stream = StreamName(category: "entry", id: entry)
        let state = try StreamSession(EntryDecider(), on: stream, in: workplace.ledger).state
        guard let content = state.content(at: version) else {
            throw Complaint(
                "\(entry)@\(version) says that the entry was retired; it has no text",
                hint: "daybook knowledge history \(entry)", status: .notFound)
        }
        guard let bytes = workplace.artifacts.bytes(content.body) else {
            throw workplace.gone("the text of \(entry)@\(version)", content.body)
        }
        let fields: [JSON.Field] = [
            .init("entry", .string(entry)), .init("version", .number(version)),
            .init("title", .string(KnowledgeBook(workplace: workplace).title(content))),
            .init("collection", .string(content.collection)),
        ]
        show(content.body, bytes, fields)
    }
}
