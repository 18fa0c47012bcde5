import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import Sealing
import Wire

/// A question to a person, with everything it is about.
struct OpenQuestion {
    let job: String
    let state: JobState
    let approval: ApprovalState
    let step: StepDefinition
    let draft: JSON
    let draftDigest: Digest
    let effect: EffectState?
    let batch: MailBatch?
    let shelf: ArtifactShelf
    /// Whom it is about.
    private let about: Set<SubjectID>

    /// Finds it by a job, a step of a job (`newsletter-8.edit`) or an approval (`newsletter-8@17`).
    init(_ reference: String, in workplace: Workplace) throws {
        let (job, matches) = try Self.parse(reference, in: workplace)
        let session = try workplace.session(job)
        guard session.state.phase != .missing else {
            throw Complaint("there is no job \(job)", hint: "daybook inbox", status: .notFound)
        }
        guard let approval = session.state.approvals.first(where: matches) else {
            let status = session.state.status(at: workplace.world.now())
            throw Complaint(
                "nothing of \(reference) waits for you; \(job) is \(status.name)", hint: "daybook inbox",
                status: status == .completed || status == .failed || status == .cancelled ? .busy : .notFound)
        }
        guard let step = session.state.definitions?.step(approval.step),
            let subjectBytes = session.shelf.bytes(approval.subject),
            let subject = try? ApprovalSubject(wireBytes: subjectBytes)
        else { throw Complaint("what \(reference) is about is not kept any more", status: .failed) }
        guard let bytes = session.shelf.bytes(subject.draft), let draft = try? JSON(parsing: bytes) else {
            throw session.shelf.gone("what \(reference) is about", subject.draft)
        }
        self.job = job
        about = session.about.union(session.shelf.about(subject.draft))
        state = session.state
        self.approval = approval
        self.step = step
        self.draft = draft
        draftDigest = subject.draft
        effect = approval.kind == .review || approval.kind == .effect ? state.effect(approval.about) : nil
        batch = subject.exact.flatMap { session.shelf.bytes($0) }.flatMap { try? MailBatch(wireBytes: $0) }
        shelf = session.shelf
    }

    private static func parse(
        _ reference: String, in workplace: Workplace
    ) throws -> (job: String, matches: (ApprovalState) -> Bool) {
        let exists = { (job: String) in
            try workplace.ledger.version(of: JobSession.stream(of: job)) > 0
        }
        if try exists(reference) { return (reference, { _ in true }) }
        if let at = reference.lastIndex(of: "@"), let version = StreamVersion(reference[reference.index(after: at)...])
        {
            return (String(reference[..<at]), { $0.version == version })
        }
        if let dot = reference.lastIndex(of: "."), try exists(String(reference[..<dot])) {
            let step = String(reference[reference.index(after: dot)...])
            return (String(reference[..<dot]), { $0.step == step })
        }
        return (reference, { _ in true })
    }

    /// What a person answers, sealed for whom the question is about.
    func content(_ bytes: [UInt8]) -> Content { shelf.observed(bytes, about: about) }

    /// What people paste: `newsletter-8.edit`.
    var name: String { "\(job).\(approval.step)" }
}
