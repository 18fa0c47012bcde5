import EventSourcing
import Events
import Wire

extension Rows {
    /// Keeps an outcome under its own name, and says where among the newest of its flow. A later figure takes the
    /// place of an earlier one.
    mutating func outcome(
        _ event: OutcomeRecorded, _ header: EventHeader, of job: String, _ flow: FlowMetrics
    ) throws(WireError) {
        let row = OutcomeRow(
            job: job, flow: flow.flow, step: event.step, metric: event.metric, valueMillionths: event.valueMillionths,
            source: event.source, position: header.position, timeUs: header.time)
        let own: RowCell<OutcomeRow> = try cell(row.key)
        set(own, to: row)
        try flow.remember(outcome: own.key, at: header.position, &self)
    }
}

// MARK: - Rows that begin
extension FlowMetricsRow {
    init(flow: String) {
        self.init(
            flow: flow, queued: 0, completed: 0, failed: 0, cancelled: 0, costMicrodollars: 0, lastJob: "",
            lastQueuedUs: 0)
    }
}

extension EffectMetricsRow {
    init(flow: String, step: String, connector: String) {
        self.init(
            flow: flow, step: step, connector: connector, prepared: 0, started: 0, succeeded: 0, failed: 0, unknown: 0)
    }
}

// MARK: - Counting
extension CallMetricsRow {
    init(flow: String, step: String, executor: String, model: String) {
        self.init(
            flow: flow, step: step, executor: executor, model: model, requested: 0, completed: 0,
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

extension DerivedMetricsRow {
    init(_ stream: StreamName) {
        self.init(
            stream: stream.description, requested: 0, completed: 0, failed: 0, unresolved: 0, inputTokens: 0,
            outputTokens: 0, costMicrodollars: 0)
    }

    mutating func count(_ end: CallEnded) {
        costMicrodollars += end.costMicrodollars
        switch end.outcome {
        case .completed(let done):
            completed += 1
            inputTokens += UInt64(done.usage.inputTokens)
            outputTokens += UInt64(done.usage.outputTokens)
        case .failed: failed += 1
        case .unresolved: unresolved += 1
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
