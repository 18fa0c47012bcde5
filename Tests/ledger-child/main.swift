import EventSourcing
import Glibc
import Ledger
import Wire

// A process of its own for the ledger's tests: appends commits, and says of each that it was acknowledged.
//
//     ledger-child FOLDER SEED COMMITS APPENDERS
//
// Each line of output is a commit's number and first position, written at once.

/// Writes a line in one call, so that nothing waits in a buffer when the process is killed.
func say(_ line: String) {
    var bytes = Array((line + "\n").utf8)
    _ = write(STDOUT_FILENO, &bytes, bytes.count)
}

func fail(_ words: String) -> Never {
    var bytes = Array((words + "\n").utf8)
    _ = write(STDERR_FILENO, &bytes, bytes.count)
    exit(1)
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 4, let folder = arguments.first else {
    fail("usage: ledger-child FOLDER SEED COMMITS APPENDERS")
}
let numbers = arguments.dropFirst().compactMap { UInt64($0) }
guard numbers.count == 3 else { fail("SEED, COMMITS and APPENDERS are numbers") }
let (seed, commits, appenders) = (numbers[0], numbers[1], numbers[2])

do {
    let ledger = try Ledger(at: folder)
    try await withThrowingTaskGroup { group in
        for appender in 0..<appenders {
            group.addTask {
                for number in stride(from: appender, to: commits, by: Int(appenders)) {
                    let payload = Array("commit \(number) of \(seed)".utf8)
                    let event = NewEvent(type: 1, kind: .observation, payload: payload)
                    let receipt = try await ledger.append(
                        NewCommit(
                            id: CommitID(high: seed, low: number), time: 0, actor: "child",
                            appends: [
                                StreamAppend(
                                    [event, event], to: StreamName("job/\(seed)-\(appender)"), expecting: .any),
                                StreamAppend([event], to: StreamName("shared"), expecting: .any),
                            ], artifacts: [payload]))
                    say("\(number) \(receipt.first)")
                }
            }
        }
        try await group.waitForAll()
    }
    ledger.close()
} catch {
    fail("\(error)")
}
