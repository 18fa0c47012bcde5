import EventSourcing
import Events
import Wire

// MARK: - What a context held
extension RecordedEvent {
    func shown(_ event: ContextAssembled, _ place: PlaceRow?, into rows: inout Rows) throws(WireError) {
        let context = RowKey.join(RowKey.part(id), RowKey.version(version))
        var entries: [String: ShownRow] = [:]
        for item in event.items {
            switch item.source {
            case .knowledge:
                // Whoever was shown a summary was shown everything that it was made of.
                for source in item.knowledge {
                    let key = Lineage.shown(source.entry, source.version) + context
                    var row = entries[key] ?? ShownRow(source, self, event.task, place)
                    row.chunks.append(ShownChunk(source, item))
                    entries[key] = row
                }
            case .view(let source):
                let key = RowKey.join("read", RowKey.part(source.view), RowKey.part(source.key), context)
                try rows.set(key, to: ReadRow(view: source.view, key: source.key, item, self, event.task, place))
            case .file(let source):
                let key = RowKey.join("file", RowKey.part(source.path), context)
                try rows.set(key, to: ReadRow(view: "", key: source.path, item, self, event.task, place))
            case .delivered: break
            }
        }
        for (key, row) in entries { try rows.set(key, to: row) }
    }
}

extension ShownRow {
    fileprivate init(_ source: KnowledgeSource, _ record: RecordedEvent, _ task: UInt32, _ place: PlaceRow?) {
        self.init(
            entry: source.entry, entryVersion: source.version, job: record.id, context: record.version, task: task,
            step: place?.step ?? "", item: place?.item ?? "", chunks: [], position: record.position,
            timeUs: record.time)
    }
}

extension ShownChunk {
    fileprivate init(_ source: KnowledgeSource, _ item: ContextItem) {
        self.init(
            label: item.label, chunk: source.chunk, chunks: source.chunks, rank: item.rank,
            scoreMillionths: item.scoreMillionths, tokens: item.tokens)
    }
}

extension ReadRow {
    fileprivate init(
        view: String, key: String, _ item: ContextItem, _ record: RecordedEvent, _ task: UInt32, _ place: PlaceRow?
    ) {
        self.init(
            view: view, key: key, job: record.id, context: record.version, task: task, step: place?.step ?? "",
            item: place?.item ?? "", content: item.content, position: record.position, timeUs: record.time)
    }
}

// MARK: - What was made
extension WorkRow {
    init(_ event: TaskRequested, _ record: RecordedEvent) {
        self.init(
            job: record.id, version: record.version, step: event.step, item: event.item, executor: event.executor,
            inputs: event.inputs, completed: 0, costMicrodollars: 0, firstPosition: record.position,
            completedPosition: 0)
    }

    /// A review that a person settled: no task was requested for it.
    init(_ event: TaskCompleted, _ record: RecordedEvent, _ place: PlaceRow?) {
        self.init(
            job: record.id, version: record.version, step: event.step, item: place?.item ?? "", executor: "person",
            inputs: event.inputs, completed: 0, costMicrodollars: 0, firstPosition: record.position,
            completedPosition: 0)
    }
}

extension RecordedEvent {
    func adopted(_ event: StepAdopted, into rows: inout Rows) throws(WireError) {
        try rows.set(
            Lineage.work(id, version),
            to: WorkRow(
                job: id, version: version, step: event.step, item: "", executor: "", inputs: [], completed: version,
                output: event.output, costMicrodollars: 0, firstPosition: position, completedPosition: position,
                adoptedFrom: JobSource(job: event.sourceJob, version: event.sourceVersion)))
        try rows.set(
            RowKey.join(
                "adopted", RowKey.part(event.sourceJob), RowKey.version(event.sourceVersion), RowKey.part(id),
                RowKey.version(version)),
            to: AdoptedRow(
                sourceJob: event.sourceJob, sourceVersion: event.sourceVersion, job: id, version: version,
                step: event.step))
    }

    /// An edit prepares an effect anew within the same task: it reaches whom the first one would have.
    func prepared(_ event: EffectPrepared, into rows: inout Rows) throws(WireError) {
        var row = EffectRow(
            job: id, version: version, step: event.step, task: event.task, connector: event.connector,
            draft: event.draft, exact: event.exact, deliveries: event.deliveries, approval: 0, started: 0,
            succeeded: 0, failed: 0, unknown: 0, position: position, firstSuccessPosition: 0, lastSuccessPosition: 0,
            firstSuccessUs: 0)
        for key in rows.keys(startingWith: Lineage.prefix("effect", id)).reversed() {
            guard let earlier: EffectRow = try rows.row(key), earlier.task == event.task else { continue }
            row.risk = earlier.risk
            row.approval = earlier.approval
            break
        }
        try rows.set(Lineage.effect(id, version), to: row)
    }
}

// MARK: - What became of it
extension EffectRow {
    mutating func count(_ outcome: EffectEnded.Outcome, _ record: RecordedEvent) {
        switch outcome {
        case .succeeded: succeed(record)
        case .failed: failed += 1
        case .unknown: unknown += 1
        }
    }

    mutating func settle(happened: Bool, _ record: RecordedEvent) {
        unknown -= min(unknown, 1)
        if happened { succeed(record) } else { failed += 1 }
    }

    private mutating func succeed(_ record: RecordedEvent) {
        succeeded += 1
        if firstSuccessPosition == 0 {
            firstSuccessPosition = record.position
            firstSuccessUs = record.time
        }
        lastSuccessPosition = record.position
    }
}

extension ApprovalRow {
    init(_ event: ApprovalRequested, _ record: RecordedEvent) {
        self.init(
            job: record.id, version: record.version, step: event.step, kind: event.kind, about: event.about,
            position: record.position, state: .open, closedPosition: 0, closedBy: "", subject: event.subject, made: [])
    }

    mutating func close(_ state: ApprovalRowState, _ record: RecordedEvent) {
        self.state = state
        closedPosition = record.position
        closedBy = record.actor
    }

    mutating func close(_ event: ApprovalDecided, _ record: RecordedEvent) {
        switch event.verdict {
        case .approve: close(.approved, record)
        case .edit(let edit):
            close(.edited, record)
            made.append(NamedDigest(name: "draft", digest: edit.draft))
            if let exact = edit.exact { made.append(NamedDigest(name: "exact", digest: exact)) }
        case .reject: close(.rejected, record)
        case .respond: close(.responded, record)
        case .takeOver(let takeOver):
            close(.takenOver, record)
            made.append(NamedDigest(name: "output", digest: takeOver.output))
        }
    }
}
