import EventSourcing
import Events
import Wire

/// A ``JobRow`` to work with: the same bytes, and the fingerprints of its parts kept beside it, so that an event costs
/// the step that it changes and not the whole row.
struct JobFile: WireMessage {
    var row: JobRow
    /// Of the steps.
    var prints: PartPrints
    /// That of what the job pins; nil until it is asked for, and when it has changed.
    var pinned: UInt64?

    init(_ row: JobRow) {
        self.row = row
        prints = PartPrints(count: row.steps.count)
    }

    init(from reader: inout WireReader) throws(WireError) { self.init(try JobRow(from: &reader)) }

    func write(to writer: inout WireWriter) { row.write(to: &writer) }

    static func == (a: JobFile, b: JobFile) -> Bool { a.row == b.row }

    func hash(into hasher: inout Hasher) { hasher.combine(row) }
}

// MARK: - The fingerprint
extension JobFile {
    /// Takes in every field of the row.
    mutating func fingerprint(using writer: inout WireWriter) -> UInt64 {
        var print = Fingerprint(seed: pinnedPrint(using: &writer))
        print.add(UInt64(row.state.rawValue) << 1 | (row.paused ? 1 : 0), UInt64(row.version))
        print.add(row.lastPosition, row.costMicrodollars)
        print.add(UInt64(bitPattern: row.endedUs), UInt64(bitPattern: row.parkedUntilUs))
        print.add(
            UInt64(row.steps.count),
            prints.sum(of: row.steps) { index, step in
                var print = Fingerprint(seed: UInt64(index))
                step.add(to: &print)
                return print.value
            })
        for approval in row.approvals { print.add(approval.fingerprint(using: &writer)) }
        if let failure = row.failure { print.add(failure.fingerprint(using: &writer)) }
        if let output = row.output { print.add(output) }
        return print.value
    }

    /// What hardly ever changes.
    private mutating func pinnedPrint(using writer: inout WireWriter) -> UInt64 {
        if let pinned { return pinned }
        let rest = JobRow(
            job: row.job, flow: row.flow, state: .queued, paused: false, rules: row.rules, manifest: row.manifest,
            inputs: row.inputs, trigger: row.trigger, origin: row.origin, limits: row.limits, steps: [], approvals: [],
            costMicrodollars: 0, version: 0, firstPosition: row.firstPosition, lastPosition: 0, queuedUs: row.queuedUs,
            endedUs: 0, parkedUntilUs: 0, actor: row.actor)
        writer.removeAll()
        rest.write(to: &writer)
        let print = Fingerprint.of(writer.bytes)
        pinned = print
        return print
    }
}

extension StepRow {
    /// Takes in every field, without encoding them.
    fileprivate borrowing func add(to print: inout Fingerprint) {
        print.add(step.utf8.span.bytes)
        print.add(item.utf8.span.bytes)
        print.add(executor.utf8.span.bytes)
        print.add(model.utf8.span.bytes)
        print.add(detail.utf8.span.bytes)
        print.add(UInt64(status.rawValue) << 32 | UInt64(task), UInt64(attempt) << 32 | UInt64(rung))
        print.add(UInt64(tasks) << 32 | UInt64(calls), UInt64(completed) << 32 | UInt64(context))
        print.add(costMicrodollars, latencyUs)
        print.add(inputTokens, outputTokens)
        print.add(firstPosition, lastPosition)
        print.add(UInt64(bitPattern: requestedUs), UInt64(bitPattern: endedUs))
        print.add(UInt64(bitPattern: notBeforeUs), confidenceMillionths.map { UInt64($0) + 1 } ?? 0)
        print.add(output)
        print.add(request)
        guard let deliveries else { return }
        print.add(deliveries.connector.utf8.span.bytes)
        print.add(UInt64(deliveries.effect) << 32 | UInt64(deliveries.prepared), UInt64(deliveries.succeeded))
        print.add(UInt64(deliveries.failed), UInt64(deliveries.unknown))
    }
}
