import EventSourcing
import Events
import Wire

extension JobRow {
    init(_ event: JobQueued, of job: String, _ record: EventHeader, by actor: String) {
        self.init(
            job: job, flow: Views.flow(ofJob: job), state: .queued, paused: false, rules: event.rules,
            manifest: event.manifest, inputs: event.inputs, trigger: event.trigger, origin: event.origin,
            limits: event.limits, steps: [], approvals: [], costMicrodollars: 0, version: record.version,
            firstPosition: record.position, lastPosition: record.position, queuedUs: record.time, endedUs: 0,
            parkedUntilUs: 0, actor: actor)
    }
}
