import EventSourcing
import Events
import Wire

/// One event of a job that is on the board.
struct JobBoardTurn {
    let header: EventHeader
    let memo: JobBoardMemo

    /// Applies an event in its newest shape to the job's row.
    func fold(_ event: borrowing EventView, in rows: inout Rows) throws {
        guard let type = header.jobEventType else { throw UnknownEvent.type(header.type) }
        switch type {
        case .jobQueued: break
        // What the board shows of these is that they happened.
        case .timerFired, .inputReverted, .jobSteered, .cancelAsked, .outcomeRecorded, .approvalReminded, .timerSet:
            change(in: &rows) { _ in }
        case .jobAdmitted: change(in: &rows) { $0.row.state = .running }
        case .jobPaused: change(in: &rows) { $0.row.paused = true }
        case .jobResumed: change(in: &rows) { $0.row.paused = false }
        case .jobCancelled: change(in: &rows) { $0.end(.cancelled, header) }
        case .retryAsked: change(in: &rows) { $0.reopen() }
        case .contextAssembled, .effectLeased, .approvalExpired, .approvalWithdrawn:
            try answered(type, try event.read { r throws(WireError) in try LeanAnswer(from: &r) }.version, in: &rows)
        case .taskRequested: try requested(event, in: &rows)
        case .callRequested: try called(event.read { r throws(WireError) in try LeanCall(from: &r) }, in: &rows)
        case .taskCompleted: try completed(event, in: &rows)
        case .callEnded: try ended(event.message(), in: &rows)
        case .lateResult: try late(event.message(), in: &rows)
        case .stepAdopted: try adopted(event.message(), in: &rows)
        case .approvalDecided: try answered(event.message(), in: &rows)
        case .effectEnded: try delivered(event.message(), in: &rows)
        case .jobRepinned:
            let pins: JobRepinned = try event.message()
            change(in: &rows) { $0.repin(pins) }
        case .taskFailed: try failed(event.message(), in: &rows)
        case .approvalRequested: try asked(event.message(), in: &rows)
        case .effectPrepared: try prepared(event.message(), in: &rows)
        case .effectStarted:
            try started(event.read { r throws(WireError) in try LeanStart(from: &r) }, in: &rows)
        case .jobCompleted:
            let completed: JobCompleted = try event.message()
            change(in: &rows) { file in
                file.end(.completed, header)
                file.row.output = completed.output
            }
        case .jobFailed:
            let failed: JobFailed = try event.message()
            change(in: &rows) { file in
                file.end(.failed, header)
                file.row.failure = JobFailure(reason: failed.reason, step: failed.step, detail: failed.detail)
            }
        }
    }

    private func change(in rows: inout Rows, _ body: (inout JobFile) -> Void) {
        rows.change(memo.file) { file in
            file?.lend { file in
                body(&file)
                file.settle(header)
            }
        }
    }

    /// Changes the step of an event; an event that belongs to none changes nothing but the job.
    private func step(_ place: StepPlace?, in rows: inout Rows, _ body: (inout StepRow) -> Void) {
        change(in: &rows) { $0.step(place?.step ?? 0, header, body) }
    }

    private func remember(_ place: StepPlace, in rows: inout Rows) throws {
        var place = place
        place.version = header.version
        try memo.remember(place, in: &rows)
    }

    /// The place of a step by its name; the step is met now, if it was not before.
    private func named(_ step: String, _ item: String = "", in rows: inout Rows) -> StepPlace {
        var number: UInt32 = 0
        rows.change(memo.file) { file in number = file?.number(of: step, item, header) ?? 0 }
        return StepPlace(step: number, version: header.version)
    }
}

// MARK: - What is made anew
extension JobBoardTurn {
    /// All steps that the job has met, as a set.
    private func steps() -> UInt64 {
        let count = memo.file.look { $0.row.steps.count } ?? 0
        return count < 64 ? 1 << UInt64(count) - 1 : .max
    }

    /// Nobody waits any more for what is being made of an output that is itself made anew. No event says so.
    private func reset(madeOf redone: UInt32, in rows: inout Rows) throws {
        let tasks = memo.file.look { $0.row.steps.map { $0.status.isUnderWay ? $0.task : 0 } } ?? []
        for (index, task) in tasks.enumerated() where index + 1 != redone {
            guard let place = try memo.place(task, in: &rows), place.madeOf & StepPlace.set(of: redone) != 0
            else { continue }
            change(in: &rows) { $0.part(UInt32(index) + 1) { $0.status = .idle } }
        }
    }
}

// MARK: - Events of which a few fields count
extension JobBoardTurn {
    private func answered(_ type: JobEventType, _ version: StreamVersion, in rows: inout Rows) throws {
        let place = try memo.place(version, in: &rows)
        switch type {
        case .contextAssembled: step(place, in: &rows) { $0.context = header.version }
        case .approvalExpired: close(version, .expired, place, in: &rows)
        case .approvalWithdrawn: close(version, .idle, place, in: &rows)
        default: step(place, in: &rows) { $0.status = .running }
        }
    }

    private func close(
        _ approval: UInt32, _ status: StepRowStatus, _ place: StepPlace?, in rows: inout Rows
    ) {
        change(in: &rows) { file in
            file.row.approvals.removeAll { $0.approval == approval }
            file.step(place?.step ?? 0, header) { $0.status = status }
        }
    }

    private func started(_ event: LeanStart, in rows: inout Rows) throws {
        let place = try memo.place(event.effect, in: &rows)
        if let place { try remember(place, in: &rows) }
        step(place, in: &rows) { step in
            step.status = .running
            if step.deliveries?.effect == event.effect { step.deliveries?.begin(attempt: event.attempt) }
        }
    }

    private func requested(_ view: borrowing EventView, in rows: inout Rows) throws {
        var madeOf: UInt64 = 0
        let event = try view.read { r throws(WireError) in
            try LeanTask(from: &r) { input throws(WireError) in
                madeOf |= try memo.place(input, in: &rows)?.withSources ?? 0
            }
        }
        var place = named(event.step, event.item, in: &rows)
        // What a mail will be made of stands in no event before its review is settled.
        place.madeOf = event.why == .prepare ? steps() : madeOf
        try remember(place, in: &rows)
        if event.why == .redo { try reset(madeOf: place.step, in: &rows) }
        change(in: &rows) { file in
            file.set(.executor, of: place.step, to: event.executor)
            file.set(.model, of: place.step, to: "")
            file.step(place.step, header) { step in
                step.status = .requested
                step.task = header.version
                step.attempt = event.attempt
                step.rung = event.rung
                step.tasks += 1
                step.completed = 0
                step.output = nil
                step.confidenceMillionths = nil
                step.context = 0
                step.request = nil
                step.requestedUs = header.time
                step.endedUs = 0
                step.notBeforeUs = event.notBeforeUs
            }
        }
    }

    private func called(_ event: LeanCall, in rows: inout Rows) throws {
        let place = try memo.place(event.task, in: &rows)
        if let place { try remember(place, in: &rows) }
        change(in: &rows) { file in
            file.set(.model, of: place?.step ?? 0, to: event.model)
            file.step(place?.step ?? 0, header) { step in
                step.status = .running
                step.calls += 1
                step.request = event.request
            }
        }
    }

    private func completed(_ view: borrowing EventView, in rows: inout Rows) throws {
        var madeOf: UInt64 = 0
        let event = try view.read { r throws(WireError) in
            try LeanCompletion(from: &r) { input throws(WireError) in
                madeOf |= try memo.place(input, in: &rows)?.withSources ?? 0
            }
        }
        var place = try memo.place(event.task, in: &rows) ?? named(event.step, in: &rows)
        place.madeOf |= madeOf
        try remember(place, in: &rows)
        change(in: &rows) { file in
            file.set(.detail, of: place.step, to: "")
            file.step(place.step, header) { step in
                step.status = .done
                step.completed = header.version
                step.output = event.output
                step.confidenceMillionths = event.confidenceMillionths
                step.endedUs = header.time
            }
        }
    }
}

// MARK: - Events that count whole
extension JobBoardTurn {
    private func ended(_ event: CallEnded, in rows: inout Rows) throws {
        let place = try memo.place(event.call, in: &rows)
        let cost = event.costMicrodollars
        change(in: &rows) { file in
            let number = place?.step ?? 0
            file.row.costMicrodollars += cost
            file.step(number, header) { step in
                step.latencyUs += event.latencyUs
                step.costMicrodollars += cost
            }
            switch event.outcome {
            case .completed(let completed):
                file.part(number) { step in
                    step.inputTokens += UInt64(completed.usage.inputTokens)
                    step.outputTokens += UInt64(completed.usage.outputTokens)
                }
                if !completed.model.isEmpty { file.set(.model, of: number, to: completed.model) }
            case .failed(let failed): file.set(.detail, of: number, to: failed.detail)
            case .unresolved: file.set(.detail, of: number, to: "the process died while the call ran")
            }
        }
    }

    private func answered(_ event: ApprovalDecided, in rows: inout Rows) throws {
        let place = try memo.place(event.approval, in: &rows)
        let about = place?.asked == .unknown ? try memo.place(place?.about ?? 0, in: &rows) : nil
        change(in: &rows) { file in
            let approval = file.row.approvals.first { $0.approval == event.approval }
            file.row.approvals.removeAll { $0.approval == event.approval }
            file.step(place?.step ?? 0, header) { $0.status = approval?.kind == .review ? .idle : .running }
            guard approval?.kind == .unknown, let about, about.effect > 0 else { return }
            file.part(about.step) { step in
                guard step.deliveries?.effect == about.effect else { return }
                step.deliveries?.settle(happened: event.verdict == .approve)
                step.status = step.deliveries?.status ?? .running
            }
        }
    }

    private func late(_ event: LateResult, in rows: inout Rows) throws {
        let place = try memo.place(event.call, in: &rows)
        change(in: &rows) { file in
            file.row.costMicrodollars += event.costMicrodollars
            file.step(place?.step ?? 0, header) { $0.costMicrodollars += event.costMicrodollars }
        }
    }

    private func adopted(_ event: StepAdopted, in rows: inout Rows) throws {
        var place = named(event.step, in: &rows)
        // Another job made it, of what one cannot see here.
        place.madeOf = steps()
        try remember(place, in: &rows)
        step(place, in: &rows) { step in
            step.status = .adopted
            step.completed = header.version
            step.output = event.output
            step.endedUs = header.time
        }
    }

    private func delivered(_ event: EffectEnded, in rows: inout Rows) throws {
        let place = try memo.place(event.started, in: &rows)
        step(place, in: &rows) { step in
            // Only for the newest effect of the step: an older one is void.
            if step.deliveries?.effect == place?.effect { step.deliveries?.count(event) }
            step.status = step.deliveries?.status ?? .running
        }
    }

    private func failed(_ event: TaskFailed, in rows: inout Rows) throws {
        let place = try memo.place(event.task, in: &rows) ?? named(event.step, in: &rows)
        change(in: &rows) { file in
            file.set(.detail, of: place.step, to: event.detail)
            file.step(place.step, header) { step in
                step.status = .failed
                step.endedUs = header.time
            }
        }
    }

    private func asked(_ event: ApprovalRequested, in rows: inout Rows) throws {
        var place = named(event.step, in: &rows)
        place.about = event.about
        place.asked = event.kind
        try remember(place, in: &rows)
        let about = event.kind == .unknown ? try memo.place(event.about, in: &rows) : nil
        let isOfDelivery = about.map { $0.effect > 0 } ?? false
        change(in: &rows) { file in
            file.row.approvals.append(
                OpenApproval(
                    approval: header.version, step: event.step, kind: event.kind, sinceUs: header.time,
                    expiresUs: event.expiresUs))
            file.step(place.step, header) { step in
                // While a person is asked about one delivery, others go on.
                step.status = isOfDelivery ? step.deliveries?.status ?? .waiting : .waiting
            }
        }
    }

    private func prepared(_ event: EffectPrepared, in rows: inout Rows) throws {
        var place = try memo.place(event.task, in: &rows) ?? named(event.step, in: &rows)
        place.effect = header.version
        try remember(place, in: &rows)
        step(place, in: &rows) { step in
            // Its turn comes when the person has said yes.
            step.status = .idle
            step.deliveries = DeliveryCounts(
                effect: header.version, connector: event.connector, prepared: event.deliveries, succeeded: 0,
                failed: 0, unknown: 0, due: event.deliveries)
        }
    }
}
