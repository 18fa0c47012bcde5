import Coordinator
import EventSourcing
import Events
import Jobs
import Keys
import Ledger
import Sealing
import ViewStore
import Views
import Wire

/// Finds who was ever shown a fact or a file, and what was sent to an address.
struct ExposureSearch {
    let workplace: Workplace

    /// Every call whose context held an entry, or an earlier answer that was made with it, in the order of the events.
    ///
    /// - Parameter version: only this one; nil for all.
    func entry(_ entry: String, version: StreamVersion?) throws -> [Exposure] {
        var shelf = CallShelf(workplace)
        let lineage = try workplace.view(Lineage())
        let shown = try Lineage.exposure(ofEntry: entry, version: version, in: lineage)
        let direct = try shown.map { row in
            let chunks = row.chunks.map { $0.chunk == 0 ? "summary" : "\($0.chunk)/\($0.chunks)" }
                .joined(separator: " ")
            return Exposure(
                kind: .knowledge, job: row.job, step: row.step, what: "\(row.entry)@\(row.entryVersion) \(chunks)",
                position: row.position, time: row.timeUs,
                call: try shelf.calls(of: row.job).call(ofTask: row.task, after: row.position),
                version: row.entryVersion)
        }
        let sessions = try Set(shown.map(\.entryVersion)).flatMap {
            try self.sessions(restingOn: $0, of: entry, in: lineage, &shelf)
        }
        return (direct + sessions).sorted { $0.position < $1.position }
    }

    /// The calls whose session held an answer that was made with a version of an entry.
    private func sessions(
        restingOn version: StreamVersion, of entry: String, in lineage: any RowSource, _ shelf: inout CallShelf
    ) throws -> [Exposure] {
        let plan = try RevertPlan(
            takingBack: version, of: entry, asOf: workplace.ledger.head(), in: lineage)
        return try plan.steps.flatMap { step in
            try Lineage.exposure(ofRow: Sessions.said(step.job, step.task), inView: Sessions.name, in: lineage).map {
                Exposure(
                    kind: .session, job: $0.job, step: $0.step, what: "@\(version) through \(step.job).\(step.step)",
                    position: $0.position, time: $0.timeUs,
                    call: try shelf.calls(of: $0.job).call(ofTask: $0.task, after: $0.position), version: version)
            }
        }
    }
}

// MARK: - Files
extension ExposureSearch {
    /// Who was shown a file of the workspace: as a list, as a source that was read, as instructions, and as the
    /// knowledge that was imported from it.
    ///
    /// - Parameter path: relative to the workspace.
    func file(_ path: String) throws -> [Exposure] {
        let lineage = try workplace.view(Lineage())
        var found = try Lineage.exposure(ofFile: path, in: lineage).map { row in
            Exposure(kind: .file, job: row.job, step: row.step, what: path, position: row.position, time: row.timeUs)
        }
        found += try sources(path, in: lineage)
        if path.hasPrefix("agents/") { found += try instructions(path) }
        for row in try KnowledgeIndex.rows(in: workplace.view(KnowledgeIndex()), retired: true) {
            for version in try KnowledgeBook(workplace: workplace).versions(of: row.entry)
            where version.source == .file(path) {
                found += try entry(row.entry, version: version.version)
            }
        }
        return found.sorted { $0.position < $1.position }
    }

    /// The `read:` steps that met it, and the steps that were handed what they read.
    private func sources(_ path: String, in lineage: any RowSource) throws -> [Exposure] {
        var shelf = CallShelf(workplace)
        let works = try lineage.rows(startingWith: "work/", as: WorkRow.self)
        var found: [Exposure] = []
        for read in works where read.executor == "read" {
            guard let output = read.output, holds(output, path) else { continue }
            found.append(
                Exposure(
                    kind: .source, job: read.job, step: read.step, what: path, position: read.completedPosition,
                    time: try time(of: read.completedPosition)))
            for work in works where work.job == read.job && work.takes(read) {
                let call = try shelf.calls(of: work.job).call(ofTask: work.version)
                found.append(
                    Exposure(
                        kind: .passed, job: work.job, step: work.step, what: "through \(read.step)",
                        position: call?.position ?? work.firstPosition,
                        time: try call?.time ?? time(of: work.firstPosition), call: call))
            }
        }
        return found
    }

    /// Whether what was read has an item of this file or folder.
    private func holds(_ output: Digest, _ path: String) -> Bool {
        let json = workplace.artifacts.bytes(output).flatMap { try? JSON(parsing: $0) }
        // A folder that was read stands for the files in it.
        return json?["items"]?.elements?.contains { item in
            [item["id"]?.text, item["source"]?.text].contains { $0 == path || $0?.hasPrefix("\(path)/") == true }
        } ?? false
    }

    private func instructions(_ path: String) throws -> [Exposure] {
        var found: [Exposure] = []
        for row in try JobBoard.rows(in: workplace.view(JobBoard())) {
            let calls = try JobCalls(of: row.job, in: workplace)
            found += calls.all.filter { $0.labels.contains(path) }.map { call in
                Exposure(
                    kind: .instructions, job: row.job, step: call.step, what: path, position: call.position,
                    time: call.time, call: call)
            }
        }
        return found
    }

    private func time(of position: Position) throws -> Timestamp {
        try workplace.ledger.events(after: max(position, 1) - 1, limit: 1).first?.time ?? 0
    }
}

extension WorkRow {
    /// Whether the other's output went into this one.
    fileprivate func takes(_ other: WorkRow) -> Bool {
        other.completed > 0
            && inputs.contains { input in
                (input.stream.isEmpty || input.stream == "job/\(other.job)") && input.version == other.completed
            }
    }
}

// MARK: - Addresses
extension ExposureSearch {
    /// Every mail to an address, whether it was sent or only prepared.
    func address(_ address: String) throws -> [Exposure] {
        // Whoever has no key was never written to, or was erased.
        let wanted = Set(try workplace.keys.ids(of: address).map(\.description))
        var found: [Exposure] = []
        for effect in try workplace.view(Lineage()).rows(startingWith: "effect/", as: EffectRow.self) {
            guard let bytes = workplace.artifacts.bytes(effect.exact), let batch = try? MailBatch(wireBytes: bytes)
            else { continue }
            for (index, delivery) in batch.deliveries.enumerated() where wanted.contains(delivery.recipient.subject) {
                found.append(try exposure(effect, index, delivery))
            }
        }
        return found.sorted { $0.position < $1.position }
    }

    private func exposure(_ effect: EffectRow, _ index: Int, _ delivery: MailDelivery) throws -> Exposure {
        let state = try workplace.session(effect.job).state.effect(effect.version)
        let status = state?.deliveries.indices.contains(index) == true ? state?.deliveries[index].status : nil
        let words: String
        switch status {
        case .succeeded: words = "delivered"
        case .failed: words = "failed"
        case .unknown: words = "unknown"
        case .started: words = "under way"
        case .idle, nil: words = state?.isVoid ?? true ? "withdrawn" : "not sent yet"
        }
        let last = try lastEvent(of: effect, UInt32(index))
        return Exposure(
            kind: .mail, job: effect.job, step: effect.step, what: words, position: last?.position ?? effect.position,
            time: try last?.time ?? time(of: effect.position), message: delivery.message)
    }

    /// The end of the last attempt at a delivery, or its start; nil if there was none.
    private func lastEvent(of effect: EffectRow, _ delivery: UInt32) throws -> RecordedEvent? {
        var started: Set<StreamVersion> = []
        var last: RecordedEvent?
        for event in try workplace.ledger.events(of: JobSession.stream(of: effect.job), after: effect.version) {
            switch event.kind {
            case .decision:
                guard case .effectStarted(let start) = try event.decode(JobDecision.self),
                    start.effect == effect.version, start.delivery == delivery
                else { continue }
                started.insert(event.version)
                last = event
            case .observation:
                guard case .effectEnded(let end) = try event.decode(JobObservation.self), started.contains(end.started)
                else { continue }
                last = event
            }
        }
        return last
    }
}
