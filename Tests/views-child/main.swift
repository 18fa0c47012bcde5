import EventSourcing
import Events
import Glibc
import Ledger
import ViewStore
import Views
import Wire

// A process of its own for the views' tests: appends to a ledger, and brings every view up to date after each commit.
//
//     views-child LEDGER VIEWS NAME ROUNDS
//
// Each line of output is a position that all views have reached, written at once.

func fail(_ words: String) -> Never {
    var bytes = Array((words + "\n").utf8)
    _ = write(STDERR_FILENO, &bytes, bytes.count)
    exit(1)
}

func digest(_ text: String) -> Digest { Digest.of(Array(text.utf8)) }

func record(_ event: JobObservation) -> NewEvent {
    NewEvent(event, kind: .observation)
}

/// One commit: a job, a note to it, and an outcome.
func events(of job: String, round: UInt64) -> [NewEvent] {
    let queued = JobQueued(
        job: job, manifest: digest("manifest"), inputs: digest(job), trigger: .person, origin: .fresh, seed: round,
        rules: 1, limits: Limits(attempts: 1, costMicrodollars: 0))
    let outcome = OutcomeRecorded(step: "publish", metric: "opens", valueMillionths: Int64(round), source: "child")
    return [
        record(.jobQueued(queued)), record(.jobSteered(JobSteered(note: digest("note")))),
        record(.outcomeRecorded(outcome)),
    ]
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 4, let rounds = UInt64(arguments[3]) else {
    fail("usage: views-child LEDGER VIEWS NAME ROUNDS")
}
let name = arguments[2]

do {
    let ledger = try Ledger(at: arguments[0])
    let store = try ViewStore(directory: arguments[1])
    for round in 1...max(1, rounds) {
        let job = "\(name)-\(round)"
        let receipt = try await ledger.append(
            NewCommit(
                id: CommitID(high: digest(name).bytes.reduce(0) { $0 &* 31 &+ UInt64($1) }, low: round), time: 0,
                actor: "child",
                appends: [
                    StreamAppend(
                        events(of: job, round: round), to: StreamName(category: "job", id: job), expecting: .noStream)
                ]))
        for view in StandardView.allCases {
            _ = try store.catchUp(view.projection, from: ledger, atLeast: receipt.last)
        }
        var line = Array("\(receipt.last)\n".utf8)
        _ = write(STDOUT_FILENO, &line, line.count)
    }
    ledger.close()
} catch {
    fail("\(error)")
}
