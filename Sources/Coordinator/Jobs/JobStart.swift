public import EventSourcing
public import Events
import Governance
import Jobs
public import Sealing
public import Wire

/// Everything a new job pins, ready to be written.
public struct JobStart: Sendable {
    /// The most jobs of one flow whose numbers are tried when several processes start one at once.
    public static let conflictsMax = 16

    public let manifest: Digest
    /// The manifest's bytes and those of every definition it names.
    public let artifacts: [[UInt8]]
    public let flow: String
    /// The flow's inputs.
    public let inputs: JSON
    /// Whom the inputs are about, and with them the job.
    public let about: Set<SubjectID>
    /// The client that the job is about, by id; nil for nobody.
    public let customer: String?
    public let limits: Limits
    public let definitions: [Definition]

    /// An agent or a flow as it stands in the workspace now.
    public struct Definition: Sendable {
        /// `agent/writer`, `flow/newsletter`.
        public let stream: StreamName
        public let digest: Digest
        /// The file's bytes as the person wrote them.
        public let source: [UInt8]
        public let path: String

        public init(stream: StreamName, digest: Digest, source: [UInt8], path: String) {
            self.stream = stream
            self.digest = digest
            self.source = source
            self.path = path
        }
    }

    public init(
        manifest: Digest, artifacts: [[UInt8]], flow: String, inputs: JSON, about: Set<SubjectID> = [],
        customer: String? = nil, limits: Limits, definitions: [Definition]
    ) {
        self.manifest = manifest
        self.artifacts = artifacts
        self.flow = flow
        self.inputs = inputs
        self.about = about
        self.customer = customer
        self.limits = limits
        self.definitions = definitions
    }

    /// Queues a new job in one commit, with every definition that the ledger does not know yet.
    ///
    /// - Parameters:
    ///   - origin: fresh, or the job and step that it continues; `adopting` are the outputs it takes over.
    /// - Returns: the job's id, `<flow>-<n>`.
    public func queue(
        on log: any EventLog, keyring: any Keyring, world: any World, actor: String, trigger: Trigger = .person,
        origin: Origin = .fresh, adopting adopted: [StepAdopted] = []
    ) async throws(DriveFailure) -> String {
        do {
            // Definitions are kept as they are, so a secret in them is refused.
            for bytes in artifacts + definitions.map(\.source) where keyring.redaction(bytes) != bytes {
                let path = definitions.first { keyring.redaction($0.source) != $0.source }?.path ?? "daybook.yaml"
                throw DriveFailure(
                    "\(path) holds a secret, and the ledger keeps it for ever. Put the secret into an environment "
                        + "variable and name that.")
            }
            var number = try log.streams(in: "job").compactMap { Self.number(of: $0, in: flow) }.max() ?? 0
            for _ in 0..<Self.conflictsMax {
                number += 1
                let job = "\(flow)-\(number)"
                let time = world.now()
                var session = try JobSession(job, in: log, keyring)
                let inputs = session.shelf.put(session.shelf.observed(self.inputs.bytes, about: about).stored)
                let queued = JobQueued(
                    job: job, manifest: manifest, inputs: inputs, trigger: trigger, origin: origin,
                    seed: world.random(), rules: Rules.latest, limits: limits, customer: customer)
                try session.take(.jobQueued(queued), artifacts: artifacts + definitions.map(\.source), at: time)
                for step in adopted { try session.take(.stepAdopted(step), at: time) }
                guard
                    let commit = session.commit(
                        id: world.commitID(), actor: actor, with: try definitionAppends(on: log, at: time))
                else { throw DriveFailure("The job \(job) could not be queued.") }
                do throws(AppendFailure) {
                    _ = try await log.settle(commit)
                    return job
                } catch {
                    guard case .wrongExpectedVersion = error else { throw DriveFailure("\(error)") }
                }
            }
            throw DriveFailure("Many jobs of \(flow) are being started at once; try again.")
        } catch let failure as DriveFailure {
            throw failure
        } catch {
            throw DriveFailure("The job could not be queued: \(error)")
        }
    }

    private static func number(of stream: StreamName, in flow: String) -> Int? {
        guard stream.id.hasPrefix("\(flow)-") else { return nil }
        return Int(stream.id.dropFirst(flow.count + 1))
    }

    /// The definitions that are not the newest version the ledger knows.
    private func definitionAppends(on log: any EventLog, at time: Timestamp) throws -> [StreamAppend] {
        try definitions.compactMap { definition in
            var session = try StreamSession(DefinitionDecider(), on: definition.stream, in: log)
            try session.take(
                .defined(
                    Defined(
                        definition: definition.digest, source: Digest.of(definition.source), path: definition.path)),
                at: time)
            return session.append()
        }
    }
}
