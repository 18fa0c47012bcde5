public import EventSourcing
public import Events
import Sealing
import Wire

/// The life of one job: what follows from what, and nothing else.
///
/// It reads artifacts by digest, which is pure, and the time of the observation; it has no other clock, and no other
/// chance than the job's seed.
public struct JobDecider: Decider {
    public typealias Observation = JobObservation
    public typealias Decision = JobDecision
    public typealias State = JobState
    public typealias Rejection = JobRejection

    /// The most items a context may list in its event.
    public static let contextItemsMax = 16
    /// The most times that an attempt is begun again because a process died during it.
    public static let crashesMax: UInt32 = 16
    /// The longest wait before a retry, whatever a server asks for: a day.
    public static let backoffMax: Timestamp = 86_400_000_000
    /// The most deliveries of one effect.
    public static let deliveriesMax = 10_000

    let artifacts: any ArtifactReader

    public init(artifacts: any ArtifactReader) {
        self.artifacts = artifacts
    }

    public var initialState: JobState { JobState() }

    public func decide(_ observation: JobObservation, in turn: inout Turn<JobDecider>) throws(JobRejection) {
        switch observation {
        case .jobQueued(let event): try queue(event, in: &turn)
        case .jobAdmitted: try admit(in: &turn)
        case .stepAdopted(let event): try adopt(event, in: &turn)
        case .contextAssembled(let event): try assemble(event, in: &turn)
        case .callEnded(let event): try end(event, in: &turn)
        case .lateResult(let event):
            guard event.call > 0, event.call <= turn.version else { throw .noSuchCall(event.call) }
            turn.accept(observation)
        case .approvalDecided(let event): try conclude(event, in: &turn)
        case .effectLeased(let event): try lease(event, in: &turn)
        case .effectEnded(let event): try end(event, in: &turn)
        case .timerFired(let event): try fire(event, in: &turn)
        case .inputReverted(let event): try takeBack(event, in: &turn)
        case .jobPaused, .jobResumed, .jobSteered: try interject(observation, in: &turn)
        case .retryAsked(let event): try retry(event, in: &turn)
        case .cancelAsked: try cancel(observation, in: &turn)
        case .jobRepinned(let event): try repin(event, in: &turn)
        case .outcomeRecorded(let event):
            guard turn.state.phase != .missing else { throw .noSuchJob }
            guard turn.state.step(event.step) != nil else { throw .noSuchStep(event.step) }
            turn.accept(observation)
        }
    }
}

// MARK: - The beginning
extension JobDecider {
    private func queue(_ event: JobQueued, in turn: inout Turn<Self>) throws(JobRejection) {
        guard turn.state.phase == .missing else { throw .alreadyQueued }
        guard Rules.oldest...Rules.latest ~= event.rules else { throw .unknownRules(event.rules) }
        guard PinnedDefinitions(manifest: event.manifest, from: artifacts) != nil else {
            throw .missingArtifact(event.manifest)
        }
        guard artifacts.bytes(event.inputs) != nil else { throw .missingArtifact(event.inputs) }
        turn.accept(.jobQueued(event))
    }

    private func admit(in turn: inout Turn<Self>) throws(JobRejection) {
        guard turn.state.phase == .queued else { throw .notQueued }
        try requireDefinitions(turn.state)
        turn.accept(.jobAdmitted(JobAdmitted()))
        advance(in: &turn)
    }

    private func adopt(_ event: StepAdopted, in turn: inout Turn<Self>) throws(JobRejection) {
        guard turn.state.phase == .queued else { throw .notQueued }
        guard turn.state.step(event.step) != nil else { throw .noSuchStep(event.step) }
        guard artifacts.bytes(event.output) != nil else { throw .missingArtifact(event.output) }
        turn.accept(.stepAdopted(event))
    }

    @discardableResult
    func requireDefinitions(_ state: JobState) throws(JobRejection) -> PinnedDefinitions {
        guard let manifest = state.manifest else { throw .noSuchJob }
        guard let definitions = state.definitions else { throw .missingArtifact(manifest) }
        return definitions
    }

    /// Content kept in the log, or attached in this turn.
    func content(_ digest: Digest, in turn: borrowing Turn<Self>) -> [UInt8]? {
        turn.attached(digest).map { artifacts.keyring.open($0) } ?? artifacts.bytes(digest)
    }

    /// Whom any of these contents is about: whatever is made of them is about them, too.
    func about(_ digests: [Digest], in turn: borrowing Turn<Self>) -> Set<SubjectID> {
        var subjects: Set<SubjectID> = []
        for digest in digests {
            if let attached = turn.attached(digest) {
                subjects.formUnion(SealedEnvelope(attached)?.subjects ?? [])
            } else {
                subjects.formUnion(artifacts.about(digest))
            }
        }
        return subjects
    }

    /// Attaches content that was made of these: sealed for everybody whom they are about.
    func attach(_ bytes: [UInt8], madeOf sources: [Digest], in turn: inout Turn<Self>) -> Digest {
        let subjects = about(sources, in: turn)
        return turn.attach(artifacts.keyring.seal(bytes, about: subjects))
    }

    func json(_ digest: Digest, in turn: borrowing Turn<Self>) -> JSON? {
        content(digest, in: turn).flatMap { try? JSON(parsing: $0) }
    }
}
