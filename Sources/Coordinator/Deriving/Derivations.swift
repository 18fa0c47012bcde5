public import EventSourcing
public import Events
public import Jobs
import Knowledge
public import Sealing
import Wire

/// Has others make what cannot be computed again: vectors on a server, summaries by a model.
///
/// The request is durable before anything leaves the machine, and what came back is durable before anybody uses it.
/// A process that dies between the two leaves a request whose end nobody knows: whoever comes next writes that down,
/// and asks again. So only one process at a time may work on a stream; the caller sees to it.
public struct Derivations: Sendable {
    private let log: any EventLog
    private let keyring: any Keyring
    private let world: any World
    private let actor: String

    /// - Parameters:
    ///   - actor: whom the commits name.
    public init(on log: any EventLog, keyring: any Keyring, world: any World, actor: String) {
        self.log = log
        self.keyring = keyring
        self.world = world
        self.actor = actor
    }

    /// What was made, and where it stands.
    public struct Made: Sendable {
        /// The version of DerivationEnded.
        public let version: StreamVersion
        public let end: CallEnded
    }

    /// Requests something, has it made, and records how it ended.
    ///
    /// - Parameters:
    ///   - artifacts: what the request names, as it is to be kept.
    ///   - subjects: whom it is about: what comes back is sealed for them.
    ///   - make: is handed the permit, once the request is durable. It never throws: every way to fail is an outcome.
    /// - Throws: `DerivationFailure`. Nothing was sent if it is a refusal.
    public func make(
        _ asked: DerivationAsked, on stream: StreamName, artifacts: [[UInt8]], about subjects: Set<SubjectID>,
        by make: (consuming Permit<Live>) async -> CallReport
    ) async throws(DerivationFailure) -> Made {
        var session = try await session(on: stream)
        do throws(DerivationRejection) {
            try session.take(.derivationAsked(asked), at: world.now())
        } catch {
            throw DerivationFailure(refused: error)
        }
        let request = session.version
        guard var receipt = try await write(&session, artifacts),
            let permit = receipt.permit(for: stream, at: request)
        else {
            throw DerivationFailure("The log took a request of \(stream) that may have been sent before; ask again.")
        }
        let report = await make(permit)
        let sealed =
            asked.isOfNumbers
            ? report.sealed { Content($0, about: subjects, with: keyring) }
            : report.sealed(about: subjects, by: ArtifactShelf(log, keyring))
        let end = CallEnded(call: request, outcome: sealed.outcome, latencyUs: sealed.latencyUs)
        try await finish(end, sealed.artifacts, in: &session)
        return Made(version: session.written, end: end)
    }

    /// Reads a stream. A request that its process did not outlive has an end from here on.
    private func session(
        on stream: StreamName
    ) async throws(DerivationFailure) -> StreamSession<DerivationDecider> {
        var session: StreamSession<DerivationDecider>
        do throws(ReadFailure) {
            session = try StreamSession(DerivationDecider(), on: stream, in: log)
        } catch {
            throw DerivationFailure("\(error)")
        }
        if let open = session.state.open {
            try await finish(CallEnded(call: open, outcome: .unresolved, latencyUs: 0), [], in: &session)
        }
        return session
    }

    private func finish(
        _ end: CallEnded, _ artifacts: [[UInt8]], in session: inout StreamSession<DerivationDecider>
    ) async throws(DerivationFailure) {
        do throws(DerivationRejection) {
            try session.take(.derivationEnded(DerivationEnded(end: end)), at: world.now())
        } catch {
            throw DerivationFailure(refused: error)
        }
        _ = try await write(&session, artifacts)
    }

    private func write(
        _ session: inout StreamSession<DerivationDecider>, _ artifacts: [[UInt8]]
    ) async throws(DerivationFailure) -> Receipt? {
        guard let append = session.append() else { return nil }
        let commit = NewCommit(
            id: world.commitID(), time: world.now(), actor: actor, appends: [append], artifacts: artifacts)
        do throws(AppendFailure) {
            let receipt = try await log.settle(commit)
            session.markWritten()
            return receipt
        } catch {
            switch error {
            case .wrongExpectedVersion, .guardFailed, .wrongExpectedHead:
                throw DerivationFailure("Another process works on \(session.stream); try again when it is done.")
            case .invalid(let reason), .unavailable(let reason), .outcomeUnknown(let reason):
                throw DerivationFailure(reason)
            }
        }
    }
}

/// Why nothing was made, or nobody knows.
public struct DerivationFailure: Error, Sendable, CustomStringConvertible {
    /// In words for the user.
    public let description: String
    /// Whether the budgets leave too little.
    public let isBudget: Bool

    init(_ description: String, isBudget: Bool = false) {
        self.description = description
        self.isBudget = isBudget
    }

    init(refused rejection: DerivationRejection) {
        switch rejection {
        case .budget(let reserved, let left):
            self.init("it may cost \(reserved) microdollars, and the budgets leave \(left)", isBudget: true)
        case .busy(let request), .notOpen(let request): self.init("the request @\(request) is not settled")
        case .nothingToMake: self.init("nothing is asked for, or too much at once")
        }
    }
}

extension DerivationAsked {
    /// What comes back is no text: no secret is looked for in it, and nobody's name.
    fileprivate var isOfNumbers: Bool { if case .embedding = work { true } else { false } }
}
