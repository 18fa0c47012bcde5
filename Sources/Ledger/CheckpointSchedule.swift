import Dispatch
import LMDB
import Synchronization

/// Signs a checkpoint every so many commits, on a thread of its own: it has flushes of its own, and nobody waits.
///
/// A checkpoint that cannot be written harms no commit: the next one, or the one at the end, makes up for it.
final class CheckpointSchedule: Sendable {
    private struct State {
        /// Commits since the last checkpoint began.
        var commits = 0
        var isRunning = false
        var last: ContinuousClock.Instant?
    }

    private let environment: Environment
    private let tables: Tables
    private let file: CheckpointFile
    private let origin: String
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "daybook.checkpoints")

    init(environment: Environment, tables: Tables, file: CheckpointFile, origin: String) {
        self.environment = environment
        self.tables = tables
        self.file = file
        self.origin = origin
    }

    /// So many commits were made.
    func count(_ commits: Int) {
        let isDue = state.withLock { state in
            state.commits += commits
            guard state.commits >= Ledger.commitsPerCheckpoint, !state.isRunning else { return false }
            let now = ContinuousClock.now
            if let last = state.last, last.duration(to: now) < Ledger.timeBetweenCheckpoints { return false }
            state = State(isRunning: true, last: now)
            return true
        }
        guard isDue else { return }
        queue.async { [self] in
            try? file.write(Ledger.Checkpoint.flushed(environment, tables, origin: origin))
            state.withLock { $0.isRunning = false }
        }
    }

    /// Waits for the one that is being signed.
    func finish() { queue.sync {} }
}
