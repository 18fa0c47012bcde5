import ArgumentParser

/// What every command that works in a workspace takes.
struct WorkspaceOptions: ParsableArguments {
    @Option(name: .customShort("C"), help: ArgumentHelp("Work in this folder.", valueName: "dir"))
    var directory = "."

    @Flag(help: "Print JSON: one object a line.")
    var json = false

    @Flag(help: "Use this ledger although it is older than its checkpoint, or differs from it.")
    var acceptRollback = false
}

/// What commands that drive take as well.
struct DriveOptions: ParsableArguments {
    @Flag(help: "Waiting for you (3) and parked (6) count as done (0).")
    var waitingOk = false

    @Option(
        help: ArgumentHelp(
            "Wait at most so many seconds for a retry; park the job if it takes longer.", valueName: "seconds"))
    var patience = 120
}
