import EventSourcing
import Foundation
import Ledger
import Wire

/// Writes events of a ledger, and the contents that they name, as lines of CloudEvents.
///
/// A content stands before the first event that names it, directly or through other contents.
struct LedgerExport {
    /// Where contents go.
    enum Contents {
        /// Into lines of their own.
        case inline
        /// Into files of this folder, named by their digests.
        case folder(String)
    }

    private let ledger: Ledger
    private let source: String
    private let contents: Contents
    private let put: (JSON) throws -> Void
    private var written: Set<Digest> = []
    private var events: UInt64 = 0

    init(of ledger: Ledger, _ contents: Contents, put: @escaping (JSON) throws -> Void) {
        self.ledger = ledger
        self.contents = contents
        self.put = put
        source = CloudEvent.source(of: ledger.origin)
    }

    /// - Parameter stream: only this one; nil for all.
    /// - Throws: `ReadFailure`, `WireError`, or what `put` throws.
    mutating func write(_ stream: StreamName?, since: Position) throws -> ExportEnd {
        let head = try ledger.head()
        if let stream {
            let found = try ledger.events(of: stream, after: 0)
            for event in found where since < event.position && event.position <= head { try write(event) }
        } else {
            var place = since
            while place < head {
                let limit = Int(min(head - place, Position(NewCommit.eventsMax)))
                let batch = try ledger.events(after: place, limit: limit)
                guard let last = batch.last else { break }
                for event in batch { try write(event) }
                place = last.position
            }
        }
        let end = ExportEnd(
            stream: stream?.description, since: since, head: head, events: events, artifacts: UInt64(written.count))
        try put(CloudEvent.line(end, source: source))
        return end
    }

    private mutating func write(_ event: RecordedEvent) throws {
        for digest in NamedDigests.inWire(event.payload).sorted() { try write(contentOf: digest) }
        guard let commit = try ledger.commitID(at: event.commit) else {
            throw ReadFailure("the commit at @\(event.commit) is not there")
        }
        try put(CloudEvent.line(event, commit: commit, source: source))
        events += 1
    }

    /// A content and all that it names, the innermost first.
    private mutating func write(contentOf digest: Digest) throws {
        guard !written.contains(digest), let bytes = try ledger.artifact(digest) else { return }
        written.insert(digest)
        for inner in NamedDigests.candidates(in: bytes).sorted() { try write(contentOf: inner) }
        switch contents {
        case .inline: try put(CloudEvent.line(digest, bytes, source: source))
        case .folder(let folder):
            let file = URL(filePath: folder).appending(path: digest.description)
            if !FileManager.default.fileExists(atPath: file.path) { try Data(bytes).write(to: file, options: .atomic) }
            try put(CloudEvent.line(digest, nil, source: source))
        }
    }
}
