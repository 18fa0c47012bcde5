import EventSourcing
import Events
import Wire

/// A ``JobFileRow`` to work with: the same bytes, and the fingerprints of its parts kept beside it, so that an event
/// costs the step that it changes and not the whole row.
struct JobFile: WireMessage {
    /// Room for so many steps is made at once.
    static let stepsExpected = 8

    var row: JobRow
    /// Of the job's first events.
    var places: StepPlaces
    /// Of the steps.
    var prints: StepPrints
    /// That of what the job pins; nil until it is asked for, and when it has changed.
    var pinned: UInt64?

    init(_ row: JobRow, places: [StepPlace] = []) {
        self.row = row
        self.places = StepPlaces(places)
        prints = StepPrints(count: row.steps.count)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let kept = try JobFileRow(from: &reader)
        self.init(kept.job, places: kept.places)
    }

    /// As a ``JobFileRow`` is written, which would be a copy.
    func write(to writer: inout WireWriter) {
        writer.present(0xa, row)
        writer.repeated(0x12, places.places)
    }

    static func == (a: JobFile, b: JobFile) -> Bool { a.row == b.row && a.places == b.places }

    func hash(into hasher: inout Hasher) {
        hasher.combine(row)
        hasher.combine(places)
    }
}

// MARK: - The fingerprint
extension JobFile {
    /// Takes in every field of the row.
    mutating func fingerprint(using writer: inout WireWriter) -> UInt64 {
        var print = Fingerprint(seed: pinnedPrint(using: &writer))
        print.add(UInt64(row.state.rawValue) << 1 | (row.paused ? 1 : 0), UInt64(row.version))
        print.add(row.lastPosition, row.costMicrodollars)
        print.add(UInt64(bitPattern: row.endedUs), UInt64(bitPattern: row.parkedUntilUs))
        print.add(UInt64(row.steps.count), prints.sum(of: &row.steps))
        print.add(places.fingerprint())
        for approval in row.approvals { print.add(approval.fingerprint(using: &writer)) }
        if let failure = row.failure { print.add(failure.fingerprint(using: &writer)) }
        if let output = row.output { print.add(output.word) }
        return print.value
    }

    /// What hardly ever changes.
    private mutating func pinnedPrint(using writer: inout WireWriter) -> UInt64 {
        if let pinned { return pinned }
        var print = Fingerprint(seed: row.firstPosition)
        print.add(row.job.utf8.span.bytes)
        print.add(row.flow.utf8.span.bytes)
        print.add(row.actor.utf8.span.bytes)
        print.add(row.manifest.word, row.inputs.word)
        print.add(UInt64(row.rules) << 8 | UInt64(row.trigger.rawValue), UInt64(bitPattern: row.queuedUs))
        print.add(row.origin.fingerprint(using: &writer), row.limits.fingerprint(using: &writer))
        let whole = print.value
        pinned = whole
        return whole
    }
}
