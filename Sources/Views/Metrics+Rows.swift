import EventSourcing
import Events
import Wire

// MARK: - Finding a row, or beginning it
extension Rows {
    mutating func update(flow: String, _ change: (inout FlowMetricsRow) -> Void) throws(WireError) {
        let key = RowKey.join("flow", RowKey.part(flow))
        var row: FlowMetricsRow =
            try row(key)
            ?? FlowMetricsRow(
                flow: flow, queued: 0, completed: 0, failed: 0, cancelled: 0, costMicrodollars: 0, lastJob: "",
                lastQueuedUs: 0)
        change(&row)
        set(key, to: row)
    }

    /// Books what a call cost on its day; one that cost nothing leaves no row.
    mutating func spend(_ microdollars: UInt64, at time: Timestamp) throws(WireError) {
        guard microdollars > 0 else { return }
        let day = UInt32(clamping: time / 86_400_000_000)
        let key = RowKey.join("spend", RowKey.version(day))
        let row: SpendRow = try self.row(key) ?? SpendRow(day: day, costMicrodollars: 0, calls: 0)
        set(
            key,
            to: SpendRow(
                day: day, costMicrodollars: row.costMicrodollars + microdollars, calls: row.calls + 1))
    }

    mutating func update(
        calls place: PlaceRow?, flow: String, _ change: (inout CallMetricsRow) -> Void
    ) throws(WireError) {
        guard let place else { return }
        let key = RowKey.join(
            "calls", RowKey.part(flow), RowKey.part(place.step), RowKey.part(place.executor), RowKey.part(place.model))
        var row = try row(key) ?? CallMetricsRow(place, flow: flow)
        change(&row)
        set(key, to: row)
    }

    mutating func update(
        approvals flow: String, _ step: String, _ change: (inout ApprovalMetricsRow) -> Void
    ) throws(WireError) {
        let key = RowKey.join("approvals", RowKey.part(flow), RowKey.part(step))
        var row = try row(key) ?? ApprovalMetricsRow(flow: flow, step: step)
        change(&row)
        set(key, to: row)
    }

    /// The place's executor is the connector.
    mutating func update(
        effects flow: String, _ place: PlaceRow, _ change: (inout EffectMetricsRow) -> Void
    ) throws(WireError) {
        let key = RowKey.join("effects", RowKey.part(flow), RowKey.part(place.step), RowKey.part(place.executor))
        var row: EffectMetricsRow =
            try row(key)
            ?? EffectMetricsRow(
                flow: flow, step: place.step, connector: place.executor, prepared: 0, started: 0, succeeded: 0,
                failed: 0, unknown: 0)
        change(&row)
        set(key, to: row)
    }
}

extension RecordedEvent {
    /// Keeps an outcome under its own name and among the newest of its flow. A later figure takes the place of an
    /// earlier one.
    func outcome(_ event: OutcomeRecorded, _ flow: String, into rows: inout some Rows) throws(WireError) {
        let row = OutcomeRow(
            job: id, flow: flow, step: event.step, metric: event.metric, valueMillionths: event.valueMillionths,
            source: event.source, position: position, timeUs: time)
        func recent(_ position: Position) -> String {
            RowKey.join("recent", RowKey.part(flow), RowKey.countedDown(position))
        }
        if let old: OutcomeRow = try rows.row(row.key) { rows[recent(old.position)] = nil }
        rows.set(row.key, to: row)
        rows.set(recent(position), to: row)
    }
}

// MARK: - Counting
extension CallMetricsRow {
    init(_ place: PlaceRow, flow: String) {
        self.init(
            flow: flow, step: place.step, executor: place.executor, model: place.model, requested: 0, completed: 0,
            failed: 0, errors: [], unresolved: 0, late: 0, retries: 0, fallbacks: 0, redos: 0, cached: 0,
            latency: Durations(count: 0, sumUs: 0, maxUs: 0, buckets: []), costMicrodollars: 0, inputTokens: 0,
            outputTokens: 0, cachedTokens: 0, approved: 0, edited: 0, rejected: 0, responded: 0,
            editDistanceMillionths: 0)
    }

    mutating func count(_ why: TaskReason?) {
        requested += 1
        switch why {
        case .retry: retries += 1
        case .fallback: fallbacks += 1
        case .redo: redos += 1
        case .first, .prepare, nil: break
        }
    }

    mutating func count(_ event: CallEnded) {
        costMicrodollars += event.costMicrodollars
        switch event.outcome {
        case .completed(let event):
            completed += 1
            if event.cachedFrom != nil { cached += 1 }
            inputTokens += UInt64(event.usage.inputTokens)
            outputTokens += UInt64(event.usage.outputTokens)
            cachedTokens += UInt64(event.usage.cachedTokens)
        case .failed(let event):
            failed += 1
            count(event.error)
        case .unresolved:
            // How long it ran is not known either.
            unresolved += 1
            return
        }
        latency.add(event.latencyUs)
    }

    private mutating func count(_ error: CallError) {
        if let index = errors.firstIndex(where: { $0.error == error }) {
            errors[index].count += 1
        } else {
            let index = errors.firstIndex { $0.error.rawValue > error.rawValue } ?? errors.endIndex
            errors.insert(ErrorCount(error: error, count: 1), at: index)
        }
    }

    mutating func count(_ verdict: ApprovalDecided.Verdict) {
        switch verdict {
        case .approve: approved += 1
        case .edit(let edit):
            edited += 1
            editDistanceMillionths += UInt64(edit.distanceMillionths)
        case .reject: rejected += 1
        case .respond: responded += 1
        case .takeOver: break
        }
    }
}

extension CallEnded {
    /// What is known to have been paid.
    var costMicrodollars: UInt64 {
        switch outcome {
        case .completed(let completed): completed.costMicrodollars
        case .failed(let failed): failed.costMicrodollars
        case .unresolved: 0
        }
    }
}

extension ApprovalMetricsRow {
    init(flow: String, step: String) {
        self.init(
            flow: flow, step: step, requested: 0, approved: 0, edited: 0, rejected: 0, responded: 0, takenOver: 0,
            expired: 0, withdrawn: 0, reminded: 0, editDistanceMillionths: 0, waitSumUs: 0, waitMaxUs: 0)
    }

    mutating func count(_ verdict: ApprovalDecided.Verdict, after wait: Int64) {
        // Clocks can go backwards; a wait cannot.
        let wait = UInt64(max(0, wait))
        waitSumUs += wait
        waitMaxUs = max(waitMaxUs, wait)
        switch verdict {
        case .approve: approved += 1
        case .edit(let edit):
            edited += 1
            editDistanceMillionths += UInt64(edit.distanceMillionths)
        case .reject: rejected += 1
        case .respond: responded += 1
        case .takeOver: takenOver += 1
        }
    }
}

extension EffectMetricsRow {
    mutating func count(_ outcome: EffectEnded.Outcome) {
        switch outcome {
        case .succeeded: succeeded += 1
        case .failed: failed += 1
        case .unknown: unknown += 1
        }
    }
}
