import EventSourcing
import Events
import Wire

/// One event of a job that is on the board.
struct JobBoardTurn {
    let header: EventHeader
    let memo: JobBoardMemo

    private var places: StepPlaces { memo.places }
    private var cell: RowCell<JobFile> { memo.file }

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
        case .contextAssembled, .effectLeased, .effectStarted, .approvalExpired, .approvalWithdrawn:
            try answered(type, try event.read { r throws(WireError) in try LeanAnswer(from: &r) }.version, in: &rows)
        case .taskRequested: try requested(event.read { r throws(WireError) in try LeanTask(from: &r) }, in: &rows)
        case .callRequested: try called(event.read { r throws(WireError) in try LeanCall(from: &r) }, in: &rows)
        case .taskCompleted:
            try completed(event.read { r throws(WireError) in try LeanCompletion(from: &r) }, in: &rows)
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
        rows.change(cell) { file in
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
        try places.remember(place, in: &rows)
    }

    /// The place of a step by its name; the step is met now, if it was not before.
    private func named(_ step: String, _ item: String = "", in rows: inout Rows) -> StepPlace {
        var number: UInt32 = 0
        rows.change(cell) { file in number = file?.number(of: step, item, header) ?? 0 }
        return StepPlace(version: header.version, step: number, effect: 0, about: 0)
    }
}

// MARK: - Events of which a few fields count
extension JobBoardTurn {
    private func answered(_ type: JobEventType, _ version: StreamVersion, in rows: inout Rows) throws {
        let place = try places.place(version, in: &rows)
        switch type {
        case .contextAssembled: step(place, in: &rows) { $0.context = header.version }
        case .approvalExpired: close(version, .expired, place, in: &rows)
        case .approvalWithdrawn: close(version, .idle, place, in: &rows)
        case .effectStarted:
            if let place { try remember(place, in: &rows) }
            step(place, in: &rows) { $0.status = .running }
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

    private func requested(_ event: LeanTask, in rows: inout Rows) throws {
        let place = named(event.step, event.item, in: &rows)
        try remember(place, in: &rows)
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
        let place = try places.place(event.task, in: &rows)
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

    private func completed(_ event: LeanCompletion, in rows: inout Rows) throws {
        let place = try places.place(event.task, in: &rows) ?? named(event.step, in: &rows)
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
        let place = try places.place(event.call, in: &rows)
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
        let place = try places.place(event.approval, in: &rows)
        let about = place?.asked == .unknown ? try places.place(place?.about ?? 0, in: &rows) : nil
        change(in: &rows) { file in
            let approval = file.row.approvals.first { $0.approval == event.approval }
            file.row.approvals.removeAll { $0.approval == event.approval }
            file.step(place?.step ?? 0, header) { $0.status = approval?.kind == .review ? .idle : .running }
            guard approval?.kind == .unknown, let about, about.effect > 0 else { return }
            file.part(about.step) { step in
                guard step.deliveries?.effect == about.effect else { return }
                step.deliveries?.settle(happened: event.verdict == .approve)
            }
        }
    }

    private func late(_ event: LateResult, in rows: inout Rows) throws {
        let place = try places.place(event.call, in: &rows)
        change(in: &rows) { file in
            file.row.costMicrodollars += event.costMicrodollars
            file.step(place?.step ?? 0, header) { $0.costMicrodollars += event.costMicrodollars }
        }
    }

    private func adopted(_ event: StepAdopted, in rows: inout Rows) throws {
        let place = named(event.step, in: &rows)
        try remember(place, in: &rows)
        step(place, in: &rows) { step in
            step.status = .adopted
            step.completed = header.version
            step.output = event.output
            step.endedUs = header.time
        }
    }

    private func delivered(_ event: EffectEnded, in rows: inout Rows) throws {
        let place = try places.place(event.started, in: &rows)
        step(place, in: &rows) { step in
            step.status = .running
            // Only for the newest effect of the step: an older one is void.
            if step.deliveries?.effect == place?.effect { step.deliveries?.count(event.outcome) }
        }
    }

    private func failed(_ event: TaskFailed, in rows: inout Rows) throws {
        let place = try places.place(event.task, in: &rows) ?? named(event.step, in: &rows)
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
        change(in: &rows) { file in
            file.row.approvals.append(
                OpenApproval(
                    approval: header.version, step: event.step, kind: event.kind, sinceUs: header.time,
                    expiresUs: event.expiresUs))
            file.step(place.step, header) { $0.status = .waiting }
        }
    }

    private func prepared(_ event: EffectPrepared, in rows: inout Rows) throws {
        var place = try places.place(event.task, in: &rows) ?? named(event.step, in: &rows)
        place.effect = header.version
        try remember(place, in: &rows)
        step(place, in: &rows) { step in
            // Its turn comes when the person has said yes.
            step.status = .idle
            step.deliveries = DeliveryCounts(
                effect: header.version, connector: event.connector, prepared: event.deliveries, succeeded: 0,
                failed: 0, unknown: 0)
        }
    }
}
