import EventSourcing
import Ledger
import Wire

/// Reads ledgers back. For each line of input, `open FOLDER` or `verify FOLDER`, it prints one JSON object:
///
/// - `error`: why it could not be opened; then nothing else
/// - `readOnly`: why it takes nothing, or null
/// - `head`, `stored`: the last position; for each commit of the workload that is there, its first and last position
/// - `wrong`: what is not as the workload has it, such as a changed payload or an event of no commit
/// - `digest`: of everything that can be read: events, streams, commit ids, artifacts
/// - `problems`: what `verify` says
/// - `goesOn`: with `open`, whether one commit more was taken behind the last position
struct Checking {
    let workload: Workload
    let count: UInt64
    /// Each commit and its artifacts; the last one is that by which a check goes on.
    private let expected: [NewCommit]

    init(workload: Workload, count: UInt64) {
        self.workload = workload
        self.count = count
        expected = (0...count).map(workload.commit)
    }

    func run() async {
        while let line = readLine() {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { fail("open FOLDER, or verify FOLDER") }
            let folder = String(words[1])
            do {
                say(try await (words[0] == "open" ? open(folder) : verify(folder)).description)
            } catch {
                say(JSON.fields(("error", .string("\(error)"))).description)
            }
        }
    }

    /// As a process would that goes on with it.
    private func open(_ folder: String) async throws -> JSON {
        let ledger = try Ledger(at: folder)
        defer { ledger.close() }
        let back = try ReadBack(ledger, expected)
        var goesOn = false
        if !ledger.isReadOnly {
            let receipt = try await ledger.append(workload.commit(count))
            goesOn = receipt.first == back.head + 1 && !receipt.isRepeat
        }
        return back.json(ledger.readOnlyReason, ledger.verify().problems).setting("goesOn", to: .bool(goesOn))
    }

    /// As `daybook verify` does, and then as any reader.
    private func verify(_ folder: String) async throws -> JSON {
        let found = try Ledger.verify(at: folder)
        let ledger = try Ledger(at: folder, .init(readOnly: true))
        defer { ledger.close() }
        do {
            return try ReadBack(ledger, expected).json(nil, found.problems)
        } catch {
            // What verifies must be readable.
            return .fields(
                ("unreadable", .string("\(error)")), ("problems", .array(found.problems.map { .string("\($0)") })))
        }
    }
}

/// Everything that the ledger gives out, compared with the workload.
struct ReadBack {
    var head: Position = 0
    private var stored: [JSON] = []
    private var wrong: [String] = []
    private var everything: [UInt8] = []

    init(_ ledger: Ledger, _ expected: [NewCommit]) throws {
        var commits: [Position: UInt64] = [:]
        for commit in expected {
            guard let range = try ledger.commit(commit.id) else { continue }
            let number = commit.id.low
            commits[range.lowerBound] = number
            // The last one is that by which a check goes on.
            if commit.id != expected.last?.id {
                stored.append([.number(number), .number(range.lowerBound), .number(range.upperBound)])
            }
            everything += "commit \(number) \(range)\n".utf8
            try compare(try events(ledger, range), with: commit)
            for artifact in commit.artifacts {
                let kept = try ledger.artifact(Digest.of(artifact))
                everything += "artifact \(kept.map { Digest.of($0).description } ?? "none")\n".utf8
                if kept != artifact { wrong.append("an artifact of commit \(number) is not as it was") }
            }
        }
        head = try ledger.head()
        try readLog(ledger, commits)
        for stream in try ledger.streams(in: "job") + ledger.streams(in: "shared") {
            let events = try ledger.events(of: stream, after: 0)
            everything += "\(stream) \(try ledger.version(of: stream)) \(events.map(\.position))\n".utf8
            if events.map(\.version) != Array(1...max(1, UInt32(events.count))) {
                wrong.append("the stream \(stream) has gaps")
            }
        }
        for digest in try ledger.artifacts(startingWith: "", limit: 100_000) { everything += "\(digest)\n".utf8 }
    }

    private func events(_ ledger: Ledger, _ range: ClosedRange<Position>) throws -> [RecordedEvent] {
        try ledger.events(after: range.lowerBound - 1, limit: range.count)
    }

    private mutating func compare(_ events: [RecordedEvent], with commit: NewCommit) throws {
        let wanted = commit.appends.flatMap { append in append.events.map { (append.stream, $0) } }
        let isSame =
            events.count == wanted.count
            && zip(events, wanted).allSatisfy { event, wanted in
                event.stream == wanted.0 && event.type == wanted.1.type && event.kind == wanted.1.kind
                    && event.payload == wanted.1.payload && event.time == commit.time && event.actor == commit.actor
            }
        if !isSame { wrong.append("commit \(commit.id.low) is not as it was") }
    }

    /// Every event, in order; each must belong to a commit of the workload.
    private mutating func readLog(_ ledger: Ledger, _ commits: [Position: UInt64]) throws {
        var last: Position = 0
        while true {
            let events = try ledger.events(after: last, limit: 1_000)
            if events.isEmpty { break }
            for event in events {
                last += 1
                let place = "\(event.position) \(event.stream) \(event.version) \(event.previous) \(event.commit)"
                let content =
                    "\(event.index) \(event.type) \(event.revision) \(event.kind) \(event.time) \(event.actor)"
                everything += "\(place) \(content) \(event.causation) \(Digest.of(event.payload))\n".utf8
                if event.position != last { wrong.append("position \(last) is missing") }
                if commits[event.commit] == nil { wrong.append("@\(event.position) is of no commit that was sent") }
            }
        }
        if last != head { wrong.append("the head is \(head) and the last event @\(last)") }
    }

    func json(_ readOnly: String?, _ problems: [Ledger.Verification.Problem]) -> JSON {
        .fields(
            ("readOnly", readOnly.map { .string($0) } ?? .null), ("head", .number(head)), ("stored", .array(stored)),
            ("wrong", .array(wrong.prefix(20).map { .string($0) })),
            ("digest", .string(Digest.of(everything).description)),
            ("problems", .array(problems.prefix(20).map { .string("\($0)") })))
    }
}
