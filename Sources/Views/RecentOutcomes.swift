import EventSourcing
import Wire

/// A ``RecentOutcomesRow`` to work with: outcomes are only ever added, so its fingerprint grows with them.
struct RecentOutcomes: WireMessage {
    /// Positions of the log that share a row.
    static let positionsPerRow: Position = 1_024

    private var outcomes: [RecentOutcome] = []
    private var print = Fingerprint()
    private var printed = 0

    init() {}

    init(from reader: inout WireReader) throws(WireError) {
        outcomes = try RecentOutcomesRow(from: &reader).outcomes
    }

    func write(to writer: inout WireWriter) { RecentOutcomesRow(outcomes: outcomes).write(to: &writer) }

    mutating func fingerprint(using _: inout WireWriter) -> UInt64 {
        while printed < outcomes.count {
            print.add(outcomes[printed].position)
            print.add(outcomes[printed].key.utf8.span.bytes)
            printed += 1
        }
        return print.value
    }

    static func == (a: RecentOutcomes, b: RecentOutcomes) -> Bool { a.outcomes == b.outcomes }

    func hash(into hasher: inout Hasher) { hasher.combine(outcomes) }

    mutating func append(_ key: String, at position: Position) {
        outcomes.append(RecentOutcome(key: key, position: position))
    }
}
