import EventSourcing
import Events
import Jobs
import Sealing
import Wire

/// Bytes that the ledger names by their digest and does not keep, because they can be computed: requests and mails.
struct ComputedBytes {
    enum Origin: Equatable {
        /// The version of CallRequested.
        case request(StreamVersion)
        /// The version of EffectPrepared, and the place of the delivery.
        case mail(effect: StreamVersion, delivery: Int)
    }

    /// Events that are looked at in one go.
    private static let batchEvents = 4_096

    let digest: Digest
    let job: String
    let origin: Origin

    /// The first event that names each digest with these digits.
    static func find(_ digits: String, in log: some EventLog, _ artifacts: some ArtifactReader) throws
        -> [ComputedBytes]
    {
        var found: [Digest: ComputedBytes] = [:]
        var order: [Digest] = []
        func note(_ digest: Digest, _ event: RecordedEvent, _ origin: Origin) {
            guard found[digest] == nil, digest.description.hasPrefix(digits) else { return }
            found[digest] = ComputedBytes(digest: digest, job: String(event.stream.id), origin: origin)
            order.append(digest)
        }
        var position: Position = 0
        while true {
            let events = try log.events(after: position, limit: batchEvents)
            guard let last = events.last else { break }
            position = last.position
            for event in events where event.stream.category == "job" && event.kind == .decision {
                guard let decision = try? event.decode(JobDecision.self) else { continue }
                switch decision {
                case .callRequested(let call): note(call.request, event, .request(event.version))
                case .effectPrepared(let effect):
                    let batch = artifacts.bytes(effect.exact).flatMap { try? MailBatch(wireBytes: $0) }
                    for (index, delivery) in (batch?.deliveries ?? []).enumerated() {
                        note(delivery.message, event, .mail(effect: event.version, delivery: index))
                    }
                default: continue
                }
            }
        }
        return order.compactMap { found[$0] }
    }

    /// The one with these digits; nil if there is none.
    ///
    /// - Throws: `Complaint` (usage) with the candidates if there are several.
    static func one(_ digits: String, in log: some EventLog, _ artifacts: some ArtifactReader) throws -> ComputedBytes?
    {
        let found = try find(digits, in: log, artifacts)
        guard found.count < 2 else { throw Reference.ambiguous(digits, found.map(\.digest)) }
        return found.first
    }

    /// Computes the bytes anew, and checks them against the digest.
    ///
    /// A mail is shown with its recipient's address, as long as that can be read; the digest is of the mail with a
    /// stand-in for it.
    func bytes(in log: some EventLog, _ artifacts: some ArtifactReader) throws -> [UInt8] {
        let history = try JobHistory(job, in: log)
        let content: Content?
        var shown: [UInt8]?
        switch origin {
        case .request(let call):
            content = JobDecider(artifacts: artifacts).request(of: call, in: Array(history.records.prefix(Int(call))))
        case .mail(let effect, let delivery):
            let mail = RebuiltMail(effect: effect, in: history, artifacts)
            content = mail?.message(delivery).map { Content($0, with: NoKeys()) }
            shown = mail?.message(delivery, readableBy: artifacts)
        }
        guard let content else {
            throw Complaint("something that \(digest.short) is made of is erased or not kept any more", status: .failed)
        }
        guard content.digest == digest else {
            throw Complaint(
                "\(digest.short) of \(job) does not come out the same on this build",
                hint: "daybook replay \(job)", status: .failed)
        }
        return shown ?? content.clear
    }
}
