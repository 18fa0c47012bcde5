import Coordinator
import EventSourcing
import Events
import Ledger
import ViewStore
import Views
import Wire

/// A view folded anew beside the live one, and how the two differ.
struct ViewRebuild {
    let name: String
    let live: View
    let shadow: View
    let diff: ViewDiff
    /// What the fold took.
    let shares: FoldShares

    private init<P: Projection>(_ projection: P, in workplace: Workplace) throws {
        name = P.name
        let timer = FoldTimer(workplace.world.ticks)
        do {
            shadow = try workplace.views.rebuild(projection, from: workplace.ledger, timer: timer)
            shares = timer.shares
            live = try workplace.views.view(named: P.name)
            diff = try ViewDiff(live: live, shadow: shadow)
        } catch {
            throw Complaint(error)
        }
    }

    /// Folds views anew, as many at once as there are processors: the pool that runs tasks has no more threads.
    ///
    /// - Throws: what the first of them, in the order given, could not do.
    static func all(_ views: [StandardView], in workplace: Workplace) async throws -> [ViewRebuild] {
        let done = await withTaskGroup(of: (Int, Result<ViewRebuild, any Error>).self) { group in
            for (place, view) in views.enumerated() {
                group.addTask { (place, Result { try ViewRebuild(view.projection, in: workplace) }) }
            }
            var done: [Int: Result<ViewRebuild, any Error>] = [:]
            for await (place, result) in group { done[place] = result }
            return done
        }
        return try views.indices.compactMap { try done[$0]?.get() }
    }

    /// A call that was shown a row while it was wrong.
    struct WrongRead {
        let read: ReadRow
        /// The row as it is in the rebuilt view.
        let rebuilt: [UInt8]?
    }

    /// Who was shown a wrong value, in the order of the events.
    func wrongReads(in workplace: Workplace) throws -> [WrongRead] {
        guard !diff.isEmpty else { return [] }
        let lineage = try workplace.view(Lineage())
        return try diff.changes.flatMap { change in
            try Lineage.wrongReads(ofRow: change.key, inView: name, parts: (change.parts ?? 1) - 1, in: lineage)
                .map { WrongRead(read: $0, rebuilt: change.shadow) }
        }.sorted { $0.read.position < $1.read.position }
    }

    /// What a switch writes down.
    var rebuilt: LedgerObservation {
        .viewRebuilt(
            ViewRebuilt(
                view: name, rowsAdded: UInt32(clamping: diff.added), rowsRemoved: UInt32(clamping: diff.removed),
                rowsChanged: UInt32(clamping: diff.changed)))
    }
}

// MARK: - In words
extension FoldShares {
    /// `reading 10 %, decoding 12 %, folding 36 %, tracing 15 %, storing 27 %`
    var summary: String {
        [
            (reading, "reading"), (decoding, "decoding"), (folding, "folding"), (tracing, "tracing"),
            (storing, "storing"),
        ]
        .map { "\($0.1) \((100 * $0.0 + total / 2) / max(1, total)) %" }.joined(separator: ", ")
    }
}

extension ViewRebuild {
    var summary: String {
        guard !diff.isEmpty else { return "identical" }
        let counts = [(diff.added, "added"), (diff.removed, "removed"), (diff.changed, "changed")]
        return counts.map { "\(Format.count($0.0)) \($0.1)" }.joined(separator: ", ")
    }

    /// `outcome newsletter-3 publish opens   value 214 -> 169   parts at @1204 OutcomeRecorded`
    func lines(in ledger: Ledger) -> [String] {
        diff.changes.map { change in
            let live = RowText(change.key, change.live)
            let rebuilt = RowText(change.key, change.shadow)
            var words = "\(live.label.printable.column(44)) "
            switch change.kind {
            case .added: words += "is missing in the live view"
            case .removed: words += "should not be there"
            case .changed:
                words += RowText.differences(live.fields, rebuilt.fields).prefix(4).map { field, old, new in
                    "\(RowText.name(field)) \(RowText.value(field, old)) -> \(RowText.value(field, new))"
                }.joined(separator: ", ")
            }
            if let parts = change.parts { words += "   parts at @\(parts) \(Self.eventName(parts, in: ledger))" }
            return words
        }
    }

    private static func eventName(_ position: Position, in ledger: Ledger) -> String {
        let event = try? ledger.events(after: position - 1, limit: 1).first
        return event.flatMap { EventCatalog.entry(of: $0.type)?.name } ?? ""
    }

    /// `newsletter-6.plan @2391   read newsletter-5 opens 231, rebuilt 188`
    static func line(_ wrong: WrongRead, in workplace: Workplace) -> String {
        let read = wrong.read
        let shown = workplace.artifacts.bytes(read.content).flatMap { try? JSON(parsing: $0) }
        let words: String
        if let shown, let metric = shown["metric"]?.text, let value = shown["value"] {
            words = "\(shown["job"]?.text ?? "") \(metric) \(value)"
        } else {
            words = "\(RowText(read.key, nil).label) \(shown?.description ?? read.content.short)"
        }
        let rebuilt = wrong.rebuilt.map { bytes in
            let row = RowText(read.key, bytes).fields
            return row?["valueMillionths"].map { RowText.value("valueMillionths", $0) } ?? row?.description
                ?? "another value"
        }
        return "\("\(read.job).\(read.step) @\(read.position)".column(26)) read \(words.printable.cut(60)), "
            + (rebuilt.map { "rebuilt \($0.printable.cut(60))" } ?? "which should not be there")
    }

    func json(_ wrong: [WrongRead], switched: (from: UInt32, to: UInt32)?, in ledger: Ledger) -> JSON {
        let changes = diff.changes.map { change -> JSON in
            let fields = RowText.differences(
                RowText(change.key, change.live).fields, RowText(change.key, change.shadow).fields)
            return .fields(
                ("key", .string(change.key)), ("kind", .string(change.kind.rawValue)),
                (
                    "fields",
                    .array(
                        fields.map {
                            .fields(
                                ("field", .string($0.field)), ("live", $0.live ?? .null),
                                ("rebuilt", $0.rebuilt ?? .null))
                        })
                ),
                ("parts", change.parts.map { .number($0) } ?? .null),
                ("event", change.parts.map { .string(Self.eventName($0, in: ledger)) } ?? .null))
        }
        let reads = wrong.map { wrong -> JSON in
            .fields(
                ("job", .string(wrong.read.job)), ("step", .string(wrong.read.step)),
                ("position", .number(wrong.read.position)), ("key", .string(wrong.read.key)),
                ("content", .string(wrong.read.content.description)))
        }
        return .fields(
            ("view", .string(name)), ("identical", .bool(diff.isEmpty)), ("position", .number(diff.shadowPosition)),
            ("live_rows", .number(diff.liveRows)), ("rebuilt_rows", .number(diff.shadowRows)),
            ("added", .number(diff.added)), ("removed", .number(diff.removed)), ("changed", .number(diff.changed)),
            ("changes", .array(changes)), ("wrong_reads", .array(reads)),
            ("switched", switched.map { .fields(("from", .number($0.from)), ("to", .number($0.to))) } ?? .null))
    }
}
