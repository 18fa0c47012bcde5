import Coordinator
import EventSourcing
import Events
import Knowledge
import Ledger
import Views
import Wire

/// One thing that is said about one entry.
struct EntryChange {
    let entry: String
    let observation: EntryObservation
    /// What the entry says with it; nil if nobody is shown it any more.
    let said: Statement?
}

extension KnowledgeBook {
    /// What a commit left behind.
    struct Committed {
        /// The newest version of each entry, in the order of the changes.
        let versions: [StreamVersion]
        /// Of the first event; nil if everything was so already.
        let position: Position?
        /// What was noted in the same commit, for the owner to decide.
        let noted: [ContradictionRow]
    }

    /// Says some things about some entries, in one commit, and looks what they contradict.
    ///
    /// - Parameters:
    ///   - others: what becomes true with it, in other streams; only if any of the changes says something new.
    ///   - settling: contradictions that are settled by `others`.
    /// - Throws: `Complaint`, also when somebody else changed an entry first; nothing is written then.
    func commit(
        _ changes: [EntryChange], artifacts: [[UInt8]], with others: [StreamAppend] = [],
        settling: Set<String> = [], actor: String
    ) async throws -> Committed {
        try workplace.requireWritable()
        let time = workplace.world.now()
        var appends: [StreamAppend] = []
        var versions: [StreamVersion] = []
        var said: [String: SaidVersion] = [:]
        do {
            for change in changes {
                var session = try StreamSession(EntryDecider(), on: Self.stream(of: change.entry), in: workplace.ledger)
                do throws(EntryRejection) {
                    try session.take(change.observation, at: time)
                } catch {
                    throw Complaint(error, entry: change.entry)
                }
                versions.append(session.version)
                guard let append = session.append() else { continue }
                appends.append(append)
                said[change.entry] = SaidVersion(
                    version: session.version, statement: change.said,
                    content: change.said == nil ? nil : session.state.current)
            }
            guard !appends.isEmpty else { return Committed(versions: versions, position: nil, noted: []) }
            let merged = changes.contains { if case .entryMerged = $0.observation { true } else { false } }
            let watch = try await ContradictionWatch(self, after: said, isMerge: merged, leaving: settling)
            let receipt = try await workplace.ledger.append(
                NewCommit(
                    id: workplace.world.commitID(), time: time, actor: actor,
                    appends: appends + others + watch.appends, artifacts: artifacts))
            await workplace.embedOnWrite(actor: actor)
            return Committed(versions: versions, position: receipt.first, noted: watch.noted)
        } catch {
            throw Complaint(error)
        }
    }
}

/// A version that is about to be written.
struct SaidVersion {
    let version: StreamVersion
    /// Nil for a retirement.
    let statement: Statement?
    /// What events say of it; of an entry about a person no title. Nil for a retirement.
    let content: EntryContent?
    /// If it was made already.
    var sketch: Sketch?
}

extension KnowledgeBook.Committed {
    /// Tells the owner at once; nothing is resolved.
    func showNoted() {
        for row in noted {
            Terminal.line("  !  \(row.words)")
        }
        if !noted.isEmpty { Terminal.line("     daybook knowledge contradictions    is where you decide") }
    }

    /// What `--json` prints.
    var notedField: JSON.Field {
        JSON.Field("contradictions", .array(noted.map { .string($0.contradiction) }))
    }
}

extension ContradictionRow {
    /// `pricing@2 and plans@1 give different values of price`
    var words: String {
        let pair = "\(noted.first.name) and \(noted.second.name)"
        return switch noted.kind {
        case .values where noted.field.isEmpty: "\(pair) contradict each other"
        case .values: "\(pair) give different values of \(noted.field.printable)"
        case .duplicate: "\(pair) say the same"
        case .similar: "\(pair) say nearly the same (\(Format.hundredths(noted.likenessMillionths)))"
        }
    }
}

extension EntryRef {
    /// `pricing@2`, as it is pasted.
    var name: String { "\(entry)@\(version)" }
}
