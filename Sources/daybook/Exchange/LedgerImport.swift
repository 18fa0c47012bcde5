import EventSourcing
import Events
import Foundation
import Ledger
import Wire

/// Takes an export of another ledger in, below `import/<ledger>/`, where it can be looked at and replayed.
///
/// The file is read twice: first to check all of it, then to append commit by commit. So a file that is refused leaves
/// nothing behind, and one whose import was interrupted goes on where it stopped.
struct LedgerImport {
    struct Sums {
        var events: UInt64 = 0
        var artifacts: UInt64 = 0
        /// Events that were here already.
        var known: UInt64 = 0
        var jobs: Set<String> = []
    }

    private let workplace: Workplace
    private let path: String
    private let name: String
    private let contents: String?
    /// What the other ledger calls itself.
    let source: String
    /// What stands for it in the names of streams: 12 digits of the digest of its name.
    let ledger: String
    /// What the file holds.
    private(set) var found = Sums()

    /// Checks the whole file, also against what was imported before, and writes nothing.
    ///
    /// - Throws: `Complaint`, with the line where it is one line's fault.
    init(_ path: String, called name: String, contents: String?, in workplace: Workplace) throws {
        (self.workplace, self.path, self.name, self.contents) = (workplace, path, name, contents)
        var first = try ForeignLedger(path, called: name, contents: contents)
        _ = try first.next()
        source = first.source
        ledger = String(Digest.of(Array(source.utf8)).description.prefix(12))
        try refuseOther()
        var sums = Sums()
        var begun: Set<StreamName> = []
        try forEachCommit { commit in
            for event in commit.events where begun.insert(event.stream).inserted { try requirePlace(for: event) }
            let new = try rest(of: commit)?.events.count ?? 0
            sums.known += UInt64(commit.events.count - new)
            sums.events += UInt64(commit.events.count)
            sums.artifacts += UInt64(commit.artifacts.count)
            for event in commit.events where event.stream.category == "job" && event.version == 1 {
                sums.jobs.insert(String(event.stream.id))
            }
        }
        found = sums
    }

    private var place: String { "import/\(ledger)/" }

    private func inside(_ stream: StreamName) -> StreamName { StreamName(place + stream.description) }

    private func forEachCommit(_ body: (ForeignCommit) throws -> Void) throws {
        var commits = try ForeignCommits(path, called: name, contents: contents)
        while let commit = try commits.next() { try body(commit) }
    }

    // MARK: - Appending

    /// Appends what is new.
    func append() async throws {
        guard found.known < found.events else { return }
        try await announce()
        var commits = try ForeignCommits(path, called: name, contents: contents)
        while let commit = try commits.next() {
            guard let new = try rest(of: commit)?.commit(in: place) else { continue }
            // The receipt goes unused: nothing that was imported is ever acted upon.
            try await complaining { () async throws(AppendFailure) in _ = try await workplace.ledger.append(new) }
        }
    }

    /// What of a commit is not here yet; nil for nothing.
    ///
    /// - Throws: `Complaint` if other events are here in its place.
    private func rest(of commit: ForeignCommit) throws -> ForeignCommit? {
        if let range = try workplace.ledger.commit(commit.commit(in: place).id) {
            let stored = try workplace.ledger.events(after: range.lowerBound - 1, limit: range.count)
            for (event, old) in zip(commit.events, stored) where !event.isRecorded(as: old) { throw differs(event) }
            return nil
        }
        return try commit.without { event in
            guard event.version <= (try workplace.ledger.version(of: inside(event.stream))) else { return false }
            let old = try workplace.ledger.events(of: inside(event.stream), after: event.version - 1).first
            guard let old, event.isRecorded(as: old) else { throw differs(event) }
            return true
        }
    }

    /// For the first event of a stream in the file.
    private func requirePlace(for event: ForeignEvent) throws {
        guard inside(event.stream).description.utf8.count <= StreamName.bytesMax else {
            throw Complaint("\(name) has a stream whose name is too long: \(event.stream)", status: .badInput)
        }
        let version = try workplace.ledger.version(of: inside(event.stream))
        guard event.version > version + 1 else { return }
        throw Complaint(
            "\(name) goes on at version \(event.version) of \(event.stream), and here it ends at \(version)",
            hint: "import what comes before it first", status: .badInput)
    }

    private func differs(_ event: ForeignEvent) -> Complaint {
        Complaint(
            "\(name) says otherwise than what was imported before: \(event.stream) at version \(event.version)",
            hint: "the two exports are of ledgers that went different ways; nothing was replaced", status: .failed)
    }

    // MARK: - The note

    /// Two ledgers whose names have the same first digits are not mixed.
    private func refuseOther() throws {
        for event in try workplace.ledger.events(of: StreamName("ledger"), after: 0) {
            guard case .importReceived(let before) = try event.decode(LedgerObservation.self),
                before.ledger == ledger, before.source != source
            else { continue }
            throw Complaint("import/\(ledger) is \(before.source) already", status: .failed)
        }
    }

    /// Notes what is about to come, once a file, before anything of it.
    private func announce() async throws {
        let file = try digest()
        let id = CommitID(time: 0, digest: Digest.of(Array(place.utf8) + file.bytes))
        guard try workplace.ledger.commit(id) == nil else { return }
        let event = LedgerObservation.importReceived(
            ImportReceived(ledger: ledger, source: source, file: file, events: found.events, artifacts: found.artifacts)
        )
        try await workplace.note([event], id: id)
    }

    private func digest() throws -> Digest {
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else {
            throw Complaint("\(name) cannot be read", status: .noAccess)
        }
        return data.withUnsafeBytes { Digest.of($0) }
    }
}
