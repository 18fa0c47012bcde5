public import EventSourcing
public import Events
public import Wire

// MARK: - Preparing
extension JobDecider {
    /// The name under which an effect's `Audience` stands in its context.
    public static let audienceLabel = "recipients"
    /// Stands for the recipient's address where a message is bound: an event holds no digest of an address.
    public static let recipientStandIn = "recipient@daybook.invalid"

    /// An effect before it is written down: its messages, and the mail that they carry.
    struct PreparedBatch {
        let batch: MailBatch
        let mail: Content
    }

    /// Prepares the effect and asks about it; one that cannot be made fails the job and says why.
    func assembleEffect(
        _ step: StepDefinition, _ work: EffectWork, _ task: TaskState, _ context: ContextAssembled,
        _ definitions: PinnedDefinitions, in turn: inout Turn<Self>
    ) {
        let made: Result<PreparedBatch, JobRejection>
        do throws(JobRejection) {
            made = .success(try prepare(step, work, task, context, definitions, in: turn))
        } catch {
            made = .failure(error)
        }
        turn.accept(.contextAssembled(context))
        switch made {
        case .success(let made): propose(made, step, task, context, in: &turn)
        case .failure(let rejection):
            fail(step.id, task: task.version, reason: .effect, detail: "\(rejection)", in: &turn)
        }
    }

    /// Every message of the effect, before anybody is asked.
    private func prepare(
        _ step: StepDefinition, _ work: EffectWork, _ task: TaskState, _ context: ContextAssembled,
        _ definitions: PinnedDefinitions, in turn: borrowing Turn<Self>
    ) throws(JobRejection) -> PreparedBatch {
        guard let audience = context.items.first(where: { $0.label == Self.audienceLabel }),
            let recipients = content(audience.content, in: turn).flatMap({ try? Audience(wireBytes: $0) })?.recipients
        else { throw .badOutput("the audience of \(step.id) is missing") }
        guard recipients.count <= Self.deliveriesMax else {
            throw .tooMany("deliveries: at most \(Self.deliveriesMax)")
        }
        let reached = Self.alreadyReached(context) { digest in json(digest, in: turn) }
        let review = definitions.flow.steps.first { $0.reviewWork?.shows == step.id && task.why == .prepare }
        let draft = review?.reviewWork.flatMap { turn.state.step($0.of)?.output?.digest }
        return try batch(
            step, work, recipients: recipients, without: reached, assuming: review?.id, draft: draft,
            date: turn.time, definitions, in: turn)
    }

    /// The keys of deliveries that this lineage has made already.
    private static func alreadyReached(_ context: ContextAssembled, _ read: (Digest) -> JSON?) -> Set<Digest> {
        var keys: Set<Digest> = []
        for item in context.items where item.source == .delivered {
            for key in read(item.content)?.elements ?? [] {
                keys.formUnion(key.text.flatMap { Digest(hex: $0) }.map { [$0] } ?? [])
            }
        }
        return keys
    }

    /// The same audience and date, another draft: what an edit makes of an effect.
    func rebatch(
        _ old: EffectState, draft: Digest, _ definitions: PinnedDefinitions, in turn: borrowing Turn<Self>
    ) throws(JobRejection) -> MailBatch {
        guard let step = definitions.step(old.step), let work = step.effectWork else { throw .noSuchStep(old.step) }
        guard let bytes = content(old.exact, in: turn), let batch = try? MailBatch(wireBytes: bytes) else {
            throw .missingArtifact(old.exact)
        }
        let review = definitions.flow.steps.first { $0.reviewWork?.shows == step.id }
        return try self.batch(
            step, work, recipients: batch.deliveries.map(\.recipient), without: [], assuming: review?.id, draft: draft,
            date: old.date, definitions, in: turn
        ).batch
    }

    /// Every message as an edited draft would make it: what a person looks at before saying yes to the edit.
    ///
    /// - Parameter draft: must be known to the decider's artifacts.
    public func batch(
        forEdited draft: Digest, of effect: EffectState, in state: JobState
    ) throws(JobRejection) -> MailBatch {
        let definitions = try requireDefinitions(state)
        return try rebatch(effect, draft: draft, definitions, in: Turn(self, state: state, version: 0))
    }

    private func batch(
        _ step: StepDefinition, _ work: EffectWork, recipients: [Recipient], without reached: Set<Digest>,
        assuming review: String?, draft: Digest?, date: Timestamp, _ definitions: PinnedDefinitions,
        in turn: borrowing Turn<Self>
    ) throws(JobRejection) -> PreparedBatch {
        guard let connector = definitions.connector(work.connector) else {
            throw .badOutput("no connector \(work.connector)")
        }
        let assumed: (String, JSON)? = review.flatMap { review in
            draft.flatMap { json($0, in: turn) }.map { (review, $0) }
        }
        let mail: JSON
        do throws(ExpressionError) {
            mail = try ExpressionTemplate(parsing: work.mail).evaluate(in: scope(in: turn, assuming: assumed))
        } catch {
            throw .badOutput("`mail` of \(step.id): \(error.message)")
        }
        var deliveries: [MailDelivery] = []
        for recipient in recipients {
            let key = Digest.of(
                EffectKey(
                    rootJob: turn.state.root, step: step.id, item: "", recipient: recipient.subject, ordinal: 0))
            if reached.contains(key) { continue }
            let message = try Self.message(mail, from: connector, to: Self.recipientStandIn, key: key, date: date)
            deliveries.append(MailDelivery(recipient: recipient, idempotencyKey: key, message: Digest.of(message)))
        }
        let content = Content(
            mail.bytes, about: about(Self.sources(of: turn.state), in: turn), with: artifacts.keyring)
        return PreparedBatch(
            batch: MailBatch(connector: connector.name, draft: draft ?? content.digest, deliveries: deliveries),
            mail: content)
    }

    /// The exact bytes of one message. Pure, so a mail can be made again from the log and compared.
    ///
    /// What a message is bound by is the digest of it with `recipientStandIn` as its recipient: the recipient stands in
    /// `To` alone, and is bound by the digest of the sealed address.
    public static func message(
        _ mail: JSON, from connector: ConnectorDefinition, to recipient: String, key: Digest, date: Timestamp
    ) throws(JobRejection) -> [UInt8] {
        guard let subject = mail["subject"]?.text, let body = mail["body"]?.text else {
            throw .badOutput("a mail needs `subject` and `body`")
        }
        do throws(MailError) {
            return try MailMessage(
                from: connector.from, replyTo: connector.replyTo, to: recipient, subject: subject, body: body,
                date: date, idempotencyKey: key, unsubscribe: connector.unsubscribe
            ).bytes
        } catch {
            throw .badOutput("the mail to be sent: \(error)")
        }
    }

    /// Writes the exact bytes down, and asks.
    func propose(
        _ made: PreparedBatch, _ step: StepDefinition, _ task: TaskState, _ context: ContextAssembled,
        in turn: inout Turn<Self>
    ) {
        let batch = made.batch
        if batch.draft == made.mail.digest { _ = turn.attach(made.mail.stored) }
        let exact = turn.attach(batch.wireBytes)
        let effect = turn.emit(
            .effectPrepared(
                EffectPrepared(
                    step: step.id, task: task.version, connector: batch.connector, exact: exact, draft: batch.draft,
                    deliveries: UInt32(batch.deliveries.count))))
        let connector = turn.state.definitions?.connector(batch.connector)
        let audience = context.items.first { $0.label == Self.audienceLabel }
        var total = UInt32(batch.deliveries.count)
        if case .file(let file)? = audience?.source { total = file.count }
        let consequences = Consequences(
            recipients: UInt32(batch.deliveries.count),
            alreadyReached: total - min(total, UInt32(batch.deliveries.count)),
            connector: batch.connector, risk: connector?.risk ?? .irreversible)
        let subject = ApprovalSubject(draft: batch.draft, exact: exact)
        let review = turn.state.definitions?.flow.steps.first { $0.reviewWork?.shows == step.id }
        if task.why == .prepare, let review, let work = review.reviewWork {
            ask(
                review.id, kind: .review, about: effect, subject: subject, allowed: Self.allowed(for: work),
                consequences: consequences, expires: work.expires, in: &turn)
        } else {
            ask(
                step.id, kind: .effect, about: effect, subject: subject, allowed: [.approve, .reject],
                consequences: consequences, in: &turn)
        }
    }
}

// MARK: - Delivering
extension JobDecider {
    func lease(_ event: EffectLeased, in turn: inout Turn<Self>) throws(JobRejection) {
        let definitions = try requireDefinitions(turn.state)
        guard turn.state.phase == .running, !turn.state.isPaused else { throw .notOpen }
        guard let effect = turn.state.effect(event.effect), !effect.isVoid else { throw .noSuchEffect(event.effect) }
        guard effect.isApproved, turn.state.step(effect.step)?.status == .delivering else {
            throw .notApproved(event.effect)
        }
        let index = Int(event.delivery)
        guard effect.deliveries.indices.contains(index), effect.deliveries[index].status == .idle else {
            throw .noSuchDelivery
        }
        let delivery = effect.deliveries[index]
        guard turn.time >= delivery.notBefore else { throw .tooEarly(until: delivery.notBefore) }
        guard let bytes = artifacts.bytes(effect.exact), let batch = try? MailBatch(wireBytes: bytes),
            batch.deliveries.indices.contains(index)
        else { throw .missingArtifact(effect.exact) }
        turn.accept(.effectLeased(event))
        turn.emit(
            .effectStarted(
                EffectStarted(
                    effect: effect.version, delivery: event.delivery,
                    idempotencyKey: batch.deliveries[index].idempotencyKey, message: batch.deliveries[index].message,
                    attempt: delivery.attempts + 1,
                    reconcile: definitions.connector(effect.connector)?.reconcile ?? .unsafe)))
    }

    func end(_ event: EffectEnded, in turn: inout Turn<Self>) throws(JobRejection) {
        guard let found = turn.state.delivery(started: event.started) else { throw .noSuchDelivery }
        let effect = turn.state.effects[found.effect]
        guard effect.deliveries[found.delivery].status == .started(version: event.started) else {
            throw .noSuchDelivery
        }
        turn.accept(.effectEnded(event))
        if case .unknown = event.outcome, turn.state.phase == .running {
            ask(
                effect.step, kind: .unknown, about: event.started,
                subject: ApprovalSubject(draft: effect.draft, exact: effect.exact), allowed: [.approve, .reject],
                consequences: Consequences(
                    recipients: 1, alreadyReached: 0, connector: effect.connector, risk: .irreversible),
                in: &turn)
        }
        finishDelivering(effect.version, in: &turn)
    }

    /// Ends the effect's step once every delivery has ended.
    func finishDelivering(_ version: StreamVersion, in turn: inout Turn<Self>) {
        guard turn.state.phase == .running, let effect = turn.state.effect(version),
            turn.state.step(effect.step)?.status == .delivering,
            effect.deliveries.allSatisfy({ $0.status == .succeeded || $0.status == .failed }),
            let task = turn.state.step(effect.step)?.task
        else { return }
        let delivered = effect.deliveries.count { $0.status == .succeeded }
        let failed = effect.deliveries.count - delivered
        guard failed == 0 || delivered > 0 else {
            let detail = "none of \(failed) deliveries succeeded"
            return fail(effect.step, task: task.version, reason: .effect, detail: detail, in: &turn)
        }
        let output = JSON.fields(("delivered", .number(delivered)), ("failed", .number(failed)))
        turn.emit(
            .taskCompleted(
                TaskCompleted(
                    task: task.version, step: effect.step, output: turn.attach(output.bytes),
                    inputs: task.inputs, context: task.context)))
        advance(in: &turn)
    }
}

extension ConnectorDefinition {
    /// How to find out, after a crash, whether a delivery happened. The owner's configuration says so, never a tool.
    var reconcile: Reconcile {
        switch kind {
        case .maildir: .keyed
        case .smtp: .unsafe
        }
    }

    var risk: Risk {
        switch kind {
        case .maildir: .none
        case .smtp: .irreversible
        }
    }
}
