import EventSourcing
import Foundation
import Wire

/// An export of another ledger, read line by line and checked as a whole: the order, what is missing, what is twice.
struct ForeignLedger {
    /// The longest line: the largest content in base64, and its attributes.
    static let lineBytesMax = (NewCommit.artifactBytesMax + 2) / 3 * 4 + (64 << 10)
    static let eventsMax: UInt64 = 50_000_000

    /// What one commit carries.
    private struct Load {
        static let artifactsMax = 1_024
        static let bytesMax = 64 << 20

        var events = 0
        var artifacts = 0
        /// Of contents and payloads.
        var bytes = 0

        /// Whether a ledger takes as much at once.
        var isTaken: Bool {
            events <= NewCommit.eventsMax && artifacts <= Self.artifactsMax && bytes <= Self.bytesMax
        }
    }

    enum Item {
        case event(ForeignEvent)
        case artifact(Digest, [UInt8])
        /// Nothing comes behind it.
        case end(ExportEnd)
    }

    private let lines: LineReader
    private let name: String
    /// The folder with contents that are not in the file.
    private let folder: String?
    /// What the other ledger calls itself; empty before the first line.
    private(set) var source = ""

    private var last: ForeignEvent?
    private var first: Position = 0
    private var commits: Set<CommitID> = []
    private var streamsOfCommit: Set<StreamName> = []
    private var versions: [StreamName: StreamVersion] = [:]
    private var artifacts: Set<Digest> = []
    private var events: UInt64 = 0
    /// Contents since the last event; they come with the commit of the next one.
    private var held = Load()
    private var load = Load()
    private var hasEnded = false

    init(_ path: String, called name: String, contents folder: String?) throws {
        lines = try LineReader(path, called: name, lineBytesMax: Self.lineBytesMax)
        self.name = name
        self.folder = folder
    }

    /// The next item; nil behind the last.
    ///
    /// - Throws: `Complaint` with the line.
    mutating func next() throws -> Item? {
        guard let bytes = try lines.next() else {
            guard hasEnded else {
                throw Complaint(
                    "\(name) ends without its last line: it was cut off", hint: "nothing of it was taken in",
                    status: .badInput)
            }
            return nil
        }
        do throws(ForeignLine.Refusal) {
            return try item(bytes)
        } catch {
            throw Complaint(
                "\(name), line \(lines.line)\(error.words.hasPrefix(":") ? "" : " ")\(error.words)",
                hint: error.hint.isEmpty ? "nothing of it was taken in" : error.hint, status: .badInput)
        }
    }

    private mutating func item(_ bytes: [UInt8]) throws(ForeignLine.Refusal) -> Item {
        let line = try ForeignLine(bytes, bytesMax: Self.lineBytesMax)
        guard !hasEnded else { throw line.refusal("something stands behind the line that ends the export") }
        let source = try line.text("source")
        guard self.source.isEmpty || source == self.source else { throw line.refusal("it is of another ledger") }
        self.source = source
        switch try line.text("type") {
        case CloudEvent.endType: return .end(try end(line))
        case CloudEvent.artifactType: return try artifact(line)
        default:
            let event = try ForeignEvent(line)
            try follow(event, line)
            return .event(event)
        }
    }

    // MARK: - Order

    private mutating func follow(_ event: ForeignEvent, _ line: ForeignLine) throws(ForeignLine.Refusal) {
        if let last {
            guard event.position > last.position else {
                throw line.refusal(
                    event.position == last.position
                        ? "@\(event.position) is there twice" : "the events are not in order")
            }
            if event.commit == last.commit {
                guard event.index > last.index, event.time == last.time, event.actor == last.actor else {
                    throw line.refusal("it does not fit into its commit")
                }
            }
        } else {
            first = event.position
        }
        if event.commit != last?.commit {
            guard commits.insert(event.commit).inserted else { throw line.refusal("its commit is there twice") }
            streamsOfCommit = []
            load = Load()
        }
        if event.stream != last?.stream || event.commit != last?.commit {
            guard streamsOfCommit.insert(event.stream).inserted else {
                throw line.refusal("the streams of its commit are mixed")
            }
        }
        if let before = versions[event.stream], event.version != before + 1 {
            throw line.refusal("\(event.stream) goes from version \(before) to \(event.version)")
        }
        versions[event.stream] = event.version
        load.artifacts += held.artifacts
        load.bytes += held.bytes + event.payload.count
        load.events += 1
        held = Load()
        guard load.isTaken else { throw line.refusal("its commit is larger than a ledger takes") }
        events += 1
        guard events <= Self.eventsMax else {
            throw line.refusal(
                "more than \(Format.count(Self.eventsMax)) events", hint: "export in pieces with --since")
        }
        last = event
    }

    private mutating func artifact(_ line: ForeignLine) throws(ForeignLine.Refusal) -> Item {
        guard let digest = Digest(hex: try line.text("id")), try line.text("id") == digest.description else {
            throw line.refusal("the id of a content is its SHA-256 in 64 lower-case digits")
        }
        guard artifacts.insert(digest).inserted else {
            throw line.refusal("the content \(digest.short) is there twice")
        }
        let inline = try line.base64("data_base64", bytesMax: NewCommit.artifactBytesMax)
        let kept: [UInt8]? = if let inline { inline } else { try file(digest, line) }
        guard let bytes = kept else {
            throw line.refusal(
                "the content \(digest.short) lies elsewhere",
                hint: "--artifacts FOLDER says where; the file is called by its digest")
        }
        guard Digest.of(bytes) == digest else { throw line.refusal("the content is not the one of its digest") }
        held.artifacts += 1
        held.bytes += bytes.count
        guard held.isTaken else { throw line.refusal("too many contents before an event") }
        return .artifact(digest, bytes)
    }

    /// A content in the folder. Its name is the digest's digits, never a path that the file gives.
    private func file(_ digest: Digest, _ line: ForeignLine) throws(ForeignLine.Refusal) -> [UInt8]? {
        guard let folder else { return nil }
        let path = URL(filePath: folder).appending(path: digest.description).path
        guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int else {
            throw line.refusal("the content \(digest.short) is not in \(folder)")
        }
        guard size <= NewCommit.artifactBytesMax, let data = FileManager.default.contents(atPath: path) else {
            throw line.refusal("the content \(digest.short) cannot be read, or is too large")
        }
        return Array(data)
    }

    // MARK: - The end

    private mutating func end(_ line: ForeignLine) throws(ForeignLine.Refusal) -> ExportEnd {
        guard let end = ExportEnd(line["data"]) else { throw line.refusal("it does not say what there should be") }
        guard end.events == events, end.artifacts == UInt64(artifacts.count) else {
            throw line.refusal(
                "\(Format.plural(end.events, "event")) and \(Format.plural(end.artifacts, "content")) should be "
                    + "there, and \(Format.count(events)) and \(Format.count(artifacts.count)) are")
        }
        guard held.artifacts == 0 else { throw line.refusal("contents that no event comes behind") }
        if let last {
            guard first > end.since, last.position <= end.head else { throw line.refusal("events of another range") }
            // Positions rise, so a whole export has as many events as positions only if none is missing.
            guard end.stream != nil || end.head - end.since == events else { throw line.refusal("events are missing") }
            guard end.stream == nil || versions.count == 1 && last.stream.description == end.stream else {
                throw line.refusal("events of another stream")
            }
        } else if end.stream == nil, end.head > end.since {
            throw line.refusal("events are missing")
        }
        hasEnded = true
        return end
    }
}
