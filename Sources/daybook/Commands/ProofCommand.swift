import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Ledger
import Wire

struct ProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Prove to somebody without the ledger what is in it.",
        discussion: """
            daybook proof > today.checkpoint              how far the ledger has come, signed: give it away
            daybook proof @147 > 147.proof                this event is in the ledger
            daybook proof --from old.checkpoint > g.proof the ledger grew out of what that says
            daybook proof --tiles public/log              the whole tree as static files

            A proof leads to a checkpoint signed now, or to one that you name with --against. Whoever gets it needs \
            the key, which is printed, by a way they trust, and `daybook verify --proof FILE --key KEY`, or any \
            program that knows SHA-256, Ed25519 and c2sp.org/tlog-proof. A proof of an event shows its place, time, \
            type and actor, and the hash of what it says, not what it says. `daybook bundle JOB` proves a job whole.

            Tiles (c2sp.org/tlog-tiles) are hashes alone; --entries puts beside them what the leaves are hashes of, \
            which is everything but what the events say. A folder with older tiles is brought up to date.

            With --json: one object with `origin`, `events`, `root`, `key` and `checkpoint` (its text), and for an \
            event `proof` (its text), `position`, `event`, `entry` (hex), `leaf`, `index`, `path`; with --from \
            `proof`, `from`, `path`; with --tiles `directory`, `written`, `kept`.
            """)

    @Argument(help: "An event: @147, newsletter-8@31, pricing@2.")
    var event: [String] = []

    @Option(help: ArgumentHelp("Lead to this checkpoint instead of one signed now.", valueName: "file"))
    var against: String?

    @Option(help: ArgumentHelp("Prove that the ledger grew out of this checkpoint.", valueName: "file"))
    var from: String?

    @Option(help: ArgumentHelp("Write the tree into this folder as static files.", valueName: "dir"))
    var tiles: String?

    @Flag(help: "With --tiles: also the records without what they say.")
    var entries = false

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        let asked = [!event.isEmpty, from != nil, tiles != nil].count { $0 }
        if asked > 1 { throw ValidationError("Ask for an event, for --from or for --tiles, one at a time.") }
        if entries, tiles == nil { throw ValidationError("--entries goes with --tiles.") }
        if against != nil, tiles != nil { throw ValidationError("Tiles are always of the newest checkpoint.") }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let ledger = workplace.ledger
        do {
            let old = try from.map { try Self.checkpoint($0, options) }
            let signed = try against.map { try Self.checkpoint($0, options) } ?? ledger.signedCheckpoint()
            let key = try ledger.verifierKey()
            let page = ProofPage(signed: signed, key: key, json: options.json)
            if let tiles {
                page.show(try ledger.exportTiles(to: options.path(tiles), entries: entries), in: tiles)
            } else if let old {
                page.show(try ledger.proof(from: old, to: signed))
            } else if event.isEmpty {
                page.show()
            } else {
                let position = try Self.position(of: Reference(words: event), in: ledger)
                page.show(try ledger.proof(of: position, in: signed))
            }
        } catch {
            throw Complaint(error)
        }
    }

    static func checkpoint(_ path: String, _ options: WorkspaceOptions) throws -> SignedCheckpoint {
        let bytes = try UserFile.read(options.path(path), called: path)
        guard let signed = SignedCheckpoint(bytes) else {
            throw Complaint(
                "\(path) is no signed checkpoint", hint: "daybook proof > FILE makes one", status: .badInput)
        }
        return signed
    }

    private static func position(of reference: Reference, in ledger: Ledger) throws -> Position {
        func place(_ stream: StreamName, _ version: StreamVersion) throws -> Position {
            guard let event = try ledger.events(of: stream, after: version - 1).first else { throw reference.missing }
            return event.position
        }
        switch try reference.target(in: ledger) {
        case .event(let position): return position
        case .jobEvent(let job, let version): return try place(JobSession.stream(of: job), version)
        case .entryVersion(let entry, let version):
            return try place(StreamName(category: "entry", id: entry), version)
        case .job(let job), .step(let job, _):
            throw Complaint(
                "\(reference.text) is no single event",
                hint: "daybook bundle \(job) > FILE proves the job whole; daybook job events \(job) lists its events",
                status: .usage)
        case .entry(let entry):
            throw Complaint(
                "\(entry) has several versions", hint: "name one: daybook proof \(entry)@1", status: .usage)
        case .artifact, .digits:
            throw Complaint(
                "\(reference.text) is a hash", hint: "name the event that holds it: daybook log", status: .usage)
        }
    }
}
