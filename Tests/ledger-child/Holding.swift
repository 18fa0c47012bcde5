import Glibc
import LMDB

/// Holds a transaction on LMDB's file, as a program would that has hung, and says `held` once it does.
func hold(writes: Bool, _ path: String) -> Never {
    do {
        let environment = try Environment(path: path)
        if writes {
            try environment.write { _ in wait() }
        } else {
            try environment.read { _ in wait() }
        }
    } catch {
        fail("\(error)")
    }
}

private func wait() -> Never {
    say("held")
    while true { pause() }
}
