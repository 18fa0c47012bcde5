/// What a command says to scripts when it ends. Documented in `daybook help exit-codes`; numbers never change meaning.
enum ExitStatus: Int32 {
    case done = 0
    /// A job failed, a replay diverged, a check did not hold.
    case failed = 1
    /// A person said no, or a job was cancelled.
    case declined = 2
    /// A job waits for a person.
    case waiting = 3
    /// No permission to read or write, or the disk is read-only.
    case noAccess = 4
    /// A budget is used up.
    case budget = 5
    /// A job is parked until a time or a resume.
    case parked = 6
    case usage = 64
    /// A file that a person wrote is not valid.
    case badInput = 65
    /// There is no such job, entry, event or file.
    case notFound = 66
    /// Somebody changed it first, or somebody else drives.
    case busy = 75
    /// The disk is full, or reading or writing failed.
    case storage = 74
    /// The ledger is damaged, cut, or older than its checkpoint.
    case damaged = 76
}

/// What went wrong, in words for the user, with what to do next.
struct Complaint: Error {
    let message: String
    /// The next command or the way out; empty if there is none.
    var hint = ""
    let status: ExitStatus

    init(_ message: String, hint: String = "", status: ExitStatus) {
        self.message = message
        self.hint = hint
        self.status = status
    }
}
