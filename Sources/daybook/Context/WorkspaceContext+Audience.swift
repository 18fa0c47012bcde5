import Coordinator
import EventSourcing
import Events
import Jobs
import Keys
import Ledger
import Sealing
import Wire
import Workspace

extension WorkspaceContext {
    /// Who a mail goes to, and whom this lineage has reached already.
    func audience(for request: ContextRequest, _ work: EffectWork) throws -> AssembledContext {
        let to: String
        do throws(ExpressionError) {
            to = try ExpressionTemplate(parsing: work.to).evaluate(in: request.scope).asText
        } catch {
            throw ContextFailure("`to` of \(request.step.id): \(error.message)")
        }
        let recipients = try workplace.files().audience(to)
        var gathered = Gathered(asOf: try workplace.ledger.head())
        let path = to.hasPrefix("list:") ? "lists/\(to.dropFirst(5)).csv" : "address"
        // Each address on its own, so that whoever is erased blinds nobody else.
        let keys = try workplace.keys.makeKeys(for: recipients)
        var audience: [Recipient] = []
        for (address, key) in zip(recipients, keys) {
            let sealed = workplace.keys.seal(Array(address.utf8), about: [key.id], as: .address)
            audience.append(Recipient(subject: key.id.description, address: sealed.hex))
        }
        gathered.add(
            .file(FileSource(path: path, count: UInt32(recipients.count))), label: JobDecider.audienceLabel,
            content: Content(Audience(recipients: audience).wireBytes, with: NoKeys()), why: .named)
        let reached = try self.reached(byLineageOf: request.root)
        if !reached.isEmpty {
            gathered.add(
                .delivered, label: "delivered",
                content: Content(JSON.array(reached.sorted().map { .string($0.description) }).bytes, with: NoKeys()),
                why: .named)
        }
        return gathered.assembled(for: request.task)
    }

    /// The keys of all deliveries of this lineage that were made, or may have been.
    private func reached(byLineageOf root: String) throws -> Set<Digest> {
        var keys: Set<Digest> = []
        for stream in try workplace.ledger.streams(in: "job") {
            let events = try workplace.ledger.events(of: stream, after: 0)
            guard let first = events.first, case .jobQueued(let queued) = try first.decode(JobObservation.self),
                queued.root == root
            else { continue }
            var started: [StreamVersion: Digest] = [:]
            for event in events {
                switch event.kind {
                case .decision:
                    guard case .effectStarted(let effect) = try event.decode(JobDecision.self) else { continue }
                    started[event.version] = effect.idempotencyKey
                case .observation:
                    guard case .effectEnded(let ended) = try event.decode(JobObservation.self),
                        case .failed = ended.outcome
                    else { continue }
                    started[ended.started] = nil
                }
            }
            keys.formUnion(started.values)
        }
        return keys
    }
}

extension JobQueued {
    /// The first job of the lineage.
    var root: String {
        switch origin {
        case .fresh: job
        case .rerun(let rerun): rerun.root
        }
    }
}
