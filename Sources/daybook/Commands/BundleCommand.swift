import ArgumentParser
import Coordinator
import EventSourcing
import Glibc
import Jobs
import Ledger
import Wire

struct BundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Put one job into one file that proves itself, for somebody without the ledger.",
        discussion: """
            daybook bundle newsletter-8 > newsletter-8.bundle
            daybook verify --bundle newsletter-8.bundle --key KEY     anywhere, with nothing else at hand

            In it: every event of the job, byte for byte; the contents that they name and that are kept; the hashes \
            that lead from the events to a signed checkpoint. The verifier checks all of it and drives the job again. \
            Contents go as they are kept. What is sealed for a person stays so, for their keys are in no bundle; all \
            else is in the clear: what each agent saw, and what it made.

            What it cannot show: that nothing follows the last event in it.
            """)

    @Argument(help: "A job, such as newsletter-8.")
    var job: Reference

    @Option(help: ArgumentHelp("Lead to this checkpoint instead of one signed now.", valueName: "file"))
    var against: String?

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if options.json { throw ValidationError("A bundle is bytes; `daybook verify --bundle FILE --json` reads one.") }
    }

    func run() async throws {
        guard !Terminal.isInteractive else {
            throw Complaint("a bundle is bytes, and no text", hint: "daybook bundle \(job.text) > FILE", status: .usage)
        }
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let ledger = workplace.ledger
        guard case .job(let name) = try job.target(in: ledger) else {
            throw Complaint("\(job.text) is no job", hint: "daybook job list", status: .usage)
        }
        do {
            let signed = try against.map { try ProofCommand.checkpoint($0, options) } ?? ledger.signedCheckpoint()
            let stream = JobSession.stream(of: name)
            let events = try ledger.events(of: stream, after: 0).filter { $0.position <= signed.checkpoint.size }
            guard !events.isEmpty else {
                throw Complaint("\(name) began after this checkpoint", hint: "leave out --against", status: .notFound)
            }
            let digests = try BundleContents.digests(of: JobHistory(name, events), workplace.artifacts)
            let bundle = try ledger.bundle(of: stream, with: digests, in: signed)
            show(name, bundle, try ledger.verifierKey())
        } catch {
            throw Complaint(error)
        }
    }

    private func show(_ name: String, _ bundle: StreamBundle, _ key: VerifierKey?) {
        let bytes = bundle.bytes
        Terminal.bytes(bytes)
        let counts = [
            Format.plural(bundle.eventCount, "event"), Format.plural(bundle.artifactCount, "content"),
            Format.plural(bundle.hashCount, "hash", "hashes"), Format.bytes(UInt64(bytes.count)),
        ]
        let size = bundle.checkpoint.checkpoint.size
        Terminal.note("\(name): \(counts.joined(separator: ", ")), signed at @\(size)")
        Terminal.note("Contents are in the clear, but for what is sealed for people.")
        if let key { Terminal.note("Key   \(key)") }
        Terminal.note("Next: daybook verify --bundle FILE --key KEY    needs no ledger")
    }
}
