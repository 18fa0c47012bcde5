public import EventSourcing
import Events
import Governance
public import Jobs
import Sealing
import Wire

extension Driver {
    /// Drives a job until it ends, waits for a person, or can do nothing before a time that is further away than
    /// `patience` (in microseconds).
    public func drive(_ job: String, patience: Timestamp) async throws(DriveFailure) -> JobStatus {
        do {
            var session = try JobSession(job, in: log, keyring)
            guard session.state.phase != .missing else { throw DriveFailure("There is no job \(job).") }
            guard session.state.definitions != nil else {
                throw DriveFailure("The definitions of \(job) are not kept any more; it can be read, not driven.")
            }
            guard !session.isErased else {
                throw DriveFailure(
                    "\(job) is about somebody who was erased and cannot go on. `daybook job cancel \(job)` ends it.")
            }
            try requireReproducible(job)
            for _ in 0..<Self.turnsMax {
                let control = try StreamSession(ControlDecider(), on: StreamName("control"), in: log)
                let now = session.time(world.now())
                let move = NextMove(for: session.state, written: session.written, at: now) { step in
                    isAllowed(step, of: session.state, disabled: control.state.disabledAgents)
                }
                if case .rest(let until) = move {
                    if session.hasFresh {
                        // Somebody else wrote first: there may be more to do than there was.
                        guard try await write(&session, control: control.version) != nil else { continue }
                    }
                    guard let until, until - world.now() <= patience else {
                        return session.state.status(at: world.now())
                    }
                    observer.waiting(job, until: until)
                    await world.sleep(until: until)
                    session = try JobSession(job, in: log, keyring)
                } else {
                    try await perform(move, in: &session, control: control.version)
                }
            }
            throw DriveFailure("\(job) took \(Self.turnsMax) turns in one go; something is wrong with its flow.")
        } catch let failure as DriveFailure {
            throw failure
        } catch {
            throw DriveFailure("\(job): \(error)")
        }
    }

    /// A build that concludes otherwise than the one before must not go on with this job.
    private func requireReproducible(_ job: String) throws {
        let events = try log.events(of: JobSession.stream(of: job), after: 0)
        let artifacts = WatchedArtifacts(ArtifactShelf(log, keyring))
        let replay = try Replay(JobDecider(artifacts: artifacts), events, hasMetErased: artifacts.takeErased)
        guard let first = replay.divergences.first else { return }
        throw DriveFailure(
            "This build concludes otherwise than what is recorded in \(job), first at @\(first.position); it is not "
                + "driven. `daybook replay \(job)` says more.")
    }

    private func isAllowed(_ step: String, of state: JobState, disabled: Set<String>) -> Bool {
        guard let agent = state.definitions?.step(step)?.agentWork?.agent else { return true }
        return !disabled.contains(agent)
    }

    private func perform(
        _ move: NextMove, in session: inout JobSession, control: StreamVersion
    ) async throws {
        switch move {
        case .admit: try take(.jobAdmitted(JobAdmitted()), in: &session)
        case .fire(let timer): try take(.timerFired(TimerFired(timer: timer)), in: &session)
        case .assemble(let task): try await assemble(task, in: &session)
        case .call(let call): try await makeCall(call, in: &session, control: control)
        case .resolveCall(let call):
            try take(.callEnded(CallEnded(call: call, outcome: .unresolved, latencyUs: 0)), in: &session)
        case .lease(let effect, let delivery):
            try take(.effectLeased(EffectLeased(effect: effect, delivery: delivery, epoch: epoch)), in: &session)
        case .deliver(let started, let effect, let place):
            try await deliver(started, effect, place, in: &session, control: control)
        case .resolveDelivery(let started, let effect, let place):
            try await resolve(started, effect, place, in: &session)
        case .rest: break
        }
    }

    func take(_ observation: JobObservation, artifacts: [[UInt8]] = [], in session: inout JobSession) throws {
        guard let taken = try session.take(observation, artifacts: artifacts, at: world.now()) else { return }
        observer.turned(session.job, taken, state: session.state)
    }

    private func assemble(_ task: StreamVersion, in session: inout JobSession) async throws {
        let state = session.state
        guard let definitions = state.definitions, let step = state.steps.first(where: { $0.task?.version == task }),
            let definition = definitions.step(step.id)
        else { return }
        let assembled = try await context.context(
            for: ContextRequest(
                job: state.job, root: state.root, step: definition, definitions: definitions,
                scope: session.scope, about: session.about, customer: state.customer, trigger: state.trigger, task: task
            ))
        try take(.contextAssembled(assembled.event), artifacts: assembled.artifacts, in: &session)
    }

    // MARK: - Calls

    private func makeCall(_ version: StreamVersion, in session: inout JobSession, control: StreamVersion) async throws {
        guard var receipt = try await write(&session, control: control), session.written >= version,
            let permit = receipt.permit(for: JobSession.stream(of: session.job), at: version)
        else { return }
        let events = try log.events(of: JobSession.stream(of: session.job), after: 0)
        guard let event = events.first(where: { $0.version == version }),
            case .callRequested(let request) = try event.decode(JobDecision.self),
            let step = session.state.steps.first(where: { $0.task?.version == request.task }), let task = step.task,
            let built = JobDecider(artifacts: session.shelf).request(of: version, in: events),
            built.digest == request.request
        else {
            throw DriveFailure("The request @\(version) of \(session.job) cannot be built again; nothing was called.")
        }
        let model = session.state.definitions?.model(task.executor)
        observer.calling(session.job, step: step.id, executor: task.executor, model: request.model)
        let report = await calls.execute(
            Call(provider: request.provider, model: model, request: built.clear, timeoutMs: request.timeoutMs),
            permit: permit
        ).sealed(about: session.shelf.about(request.pieces.map(\.content)), by: session.shelf)
        let ended = CallEnded(call: version, outcome: report.outcome, latencyUs: report.latencyUs)
        try take(.callEnded(ended), artifacts: report.artifacts, in: &session)
    }

    // MARK: - Deliveries

    private func deliver(
        _ version: StreamVersion, _ effect: StreamVersion, _ place: UInt32, in session: inout JobSession,
        control: StreamVersion
    ) async throws {
        guard var receipt = try await write(&session, control: control), session.written >= version,
            let permit = receipt.permit(for: JobSession.stream(of: session.job), at: version)
        else { return }
        guard let event = try log.events(of: JobSession.stream(of: session.job), after: version - 1).first,
            case .effectStarted(let start) = try event.decode(JobDecision.self), start.effect == effect,
            start.delivery == place
        else { throw DriveFailure("What @\(version) of \(session.job) asked for is another thing; nothing was sent.") }
        guard let (delivery, subjects) = try delivery(effect, place, in: session) else {
            return try take(.effectEnded(Self.erased(version)), in: &session)
        }
        let report = await effects.deliver(delivery, permit: permit)
            .sealed(for: delivery.recipient, subjects, by: session.shelf)
        try take(
            .effectEnded(EffectEnded(started: version, outcome: report.outcome, settledBy: .connector)),
            artifacts: report.artifacts, in: &session)
    }

    /// A delivery was started by a process that is gone: ask, or leave it to a person.
    private func resolve(
        _ version: StreamVersion, _ effect: StreamVersion, _ place: UInt32, in session: inout JobSession
    ) async throws {
        var found: DeliveryReport?
        if let (delivery, subjects) = try delivery(effect, place, in: session) {
            found = await effects.find(delivery)?.sealed(for: delivery.recipient, subjects, by: session.shelf)
        }
        let outcome =
            found?.outcome
            ?? .unknown(EffectUnknown(detail: "the process died while this was being delivered"))
        try take(
            .effectEnded(EffectEnded(started: version, outcome: outcome, settledBy: .asking)),
            artifacts: found?.artifacts ?? [], in: &session)
    }

    /// Certainly not done: nobody knows any more to whom.
    private static func erased(_ started: StreamVersion) -> EffectEnded {
        let failure = EffectFailed(error: .missing, status: 0, detail: "the recipient was erased", retryable: false)
        return EffectEnded(started: started, outcome: .failed(failure), settledBy: .connector)
    }

    /// The message, made again from the log and compared with what was approved; nil if its recipient was erased.
    private func delivery(
        _ version: StreamVersion, _ place: UInt32, in session: borrowing JobSession
    ) throws -> (Delivery, about: Set<SubjectID>)? {
        let state = session.state
        guard let effect = state.effect(version), let connector = state.definitions?.connector(effect.connector),
            let bytes = session.shelf.bytes(effect.exact), let batch = try? MailBatch(wireBytes: bytes),
            batch.deliveries.indices.contains(Int(place)),
            let draft = session.shelf.bytes(effect.draft), let mail = try? JSON(parsing: draft)
        else { throw DriveFailure("The effect @\(version) of \(session.job) is not kept whole; nothing was sent.") }
        let item = batch.deliveries[Int(place)]
        func message(to recipient: String) throws -> [UInt8] {
            try JobDecider.message(
                mail, from: connector, to: recipient, key: item.idempotencyKey, date: effect.date)
        }
        guard Digest.of(try message(to: JobDecider.recipientStandIn)) == item.message else {
            throw DriveFailure("The mail of \(session.job) is not the one that was approved; nothing was sent.")
        }
        guard let recipient = session.shelf.address(of: item.recipient) else { return nil }
        let delivery = Delivery(
            connector: connector, job: state.job, recipient: recipient, idempotencyKey: item.idempotencyKey,
            message: try message(to: recipient), timeoutMs: Self.deliveryTimeoutMs)
        return (delivery, Set([SubjectID(hex: item.recipient.subject)].compactMap(\.self)))
    }

    /// How long one delivery may take.
    private static let deliveryTimeoutMs: UInt64 = 60_000
}

// MARK: - Writing down
extension Driver {
    /// Writes everything taken as one commit, guarded by the driver's epoch and by what is switched off.
    ///
    /// - Returns: the receipt; nil if there was nothing to write, or if somebody else wrote first: then what came from
    ///   outside is written, nothing is asked for, and the caller looks at the job anew.
    func write(_ session: inout JobSession, control: StreamVersion) async throws -> Receipt? {
        guard let commit = commit(of: session, control: control) else { return nil }
        do throws(AppendFailure) {
            let receipt = try await log.append(commit)
            session.markWritten()
            return receipt
        } catch {
            guard case .outcomeUnknown(let reason) = error else {
                try await writeObserved(&session, after: error)
                return nil
            }
            guard try log.commit(commit.id) != nil else { throw DriveFailure(reason) }
            // It was taken, but its receipt is gone: what it requested is resolved like after a crash.
            session.markWritten()
            return nil
        }
    }

    private func commit(of session: borrowing JobSession, control: StreamVersion) -> NewCommit? {
        session.commit(
            id: world.commitID(), actor: "driver",
            guards: [Guard(StreamName("control"), at: control), Guard(StreamName("driver"), at: started)])
    }

    /// Somebody wrote to the job, or something was switched off or on: forgets the turns that asked for something, and
    /// writes what came from outside.
    private func writeObserved(_ session: inout JobSession, after failure: AppendFailure) async throws {
        var failure = failure
        for _ in 0..<Self.conflictsMax {
            switch failure {
            case .guardFailed(StreamName("driver"), _, _):
                throw DriveFailure("Another driver took over; this one stops. Nothing is lost.")
            case .wrongExpectedVersion, .wrongExpectedHead, .guardFailed: break
            case .invalid(let reason), .unavailable(let reason), .outcomeUnknown(let reason):
                throw DriveFailure(reason)
            }
            try keepEvidence(of: session.rebase(at: world.now()), in: &session)
            guard let commit = try commit(of: session, control: log.version(of: StreamName("control"))) else { return }
            do throws(AppendFailure) {
                _ = try await log.settle(commit)
                return session.markWritten()
            } catch {
                failure = error
            }
        }
        throw DriveFailure("\(session.job) was changed by others \(Self.conflictsMax) times in a row; try again.")
    }

    /// A result that the job does not wait for any more settles money and stays as evidence.
    private func keepEvidence(of refused: [(JobObservation, JobRejection)], in session: inout JobSession) throws {
        for (observation, _) in refused {
            guard case .callEnded(let ended) = observation else { continue }
            let response: Digest?
            let cost: UInt64
            switch ended.outcome {
            case .completed(let completed): (response, cost) = (completed.response, completed.costMicrodollars)
            case .failed(let failed): (response, cost) = (failed.evidence, failed.costMicrodollars)
            case .unresolved: continue
            }
            try take(
                .lateResult(LateResult(call: ended.call, response: response, costMicrodollars: cost)), in: &session)
        }
    }
}
