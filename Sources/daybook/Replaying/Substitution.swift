import EventSourcing
import Events
import Jobs
import Wire

/// What a job is asked to have run with instead: a what-if, from the recorded past.
struct Substitution {
    var manifest: Digest?
    var rules: UInt32?

    func callAsFunction(_ observation: JobObservation) -> JobObservation {
        switch observation {
        case .jobQueued(let event):
            .jobQueued(
                JobQueued(
                    job: event.job, manifest: manifest ?? event.manifest, inputs: event.inputs, trigger: event.trigger,
                    origin: event.origin, seed: event.seed, rules: rules ?? event.rules, limits: event.limits,
                    customer: event.customer))
        case .jobRepinned(let event):
            .jobRepinned(JobRepinned(manifest: manifest ?? event.manifest, rules: rules ?? event.rules))
        default: observation
        }
    }

    /// The same records with what is substituted in them.
    func records(_ records: [RecordedEvent]) -> [RecordedEvent] {
        records.map { record in
            guard record.kind == .observation, let old = try? record.decode(JobObservation.self) else { return record }
            let new = self(old)
            guard new != old else { return record }
            return RecordedEvent(
                position: record.position, stream: record.stream, version: record.version, previous: record.previous,
                commit: record.commit, index: record.index, type: record.type, revision: new.revision,
                kind: record.kind, time: record.time, actor: record.actor, causation: record.causation,
                payload: new.wireBytes)
        }
    }
}
