import Glibc

// A process of its own for the ledger's tests and for `tools/torture`: to kill, to stop, to append beside.
//
//     ledger-child append FOLDER SEED FIRST COUNT APPENDERS   appends commits of the workload; see `Appending.swift`
//     ledger-child check SEED COUNT                           reads ledgers back; see `Checking.swift`
//     ledger-child hold read|write FILE                       holds a transaction on LMDB's file until it is ended

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

signal(SIGXFSZ, SIG_IGN)
let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.compactMap { UInt64($0) }
switch (arguments.first, arguments.count) {
case ("append", 6) where numbers.count >= 4:
    let given = Array(numbers.suffix(4))
    await Appending(
        folder: arguments[1], workload: Workload(seed: given[0]), commits: given[1]..<given[1] + given[2],
        appenders: given[3]
    ).run()
case ("check", 3) where numbers.count == 2:
    await Checking(workload: Workload(seed: numbers[0]), count: numbers[1]).run()
case ("hold", 3): hold(writes: arguments[1] == "write", arguments[2])
default: fail("usage: ledger-child append FOLDER SEED FIRST COUNT APPENDERS | check SEED COUNT | hold read|write FILE")
}
