import EventSourcing
import Glibc

/// One line on standard error that says how far something has come: written over again and again before a person, a
/// line now and then elsewhere.
final class ProgressLine {
    /// Between two of them, in microseconds.
    static let rewriteMicroseconds: Timestamp = 200_000
    static let lineMicroseconds: Timestamp = 10_000_000

    private let world: LiveWorld
    private let isRewritten = isatty(STDERR_FILENO) == 1
    private var last: Timestamp
    private var isOpen = false

    init(world: LiveWorld) {
        self.world = world
        last = world.now()
    }

    /// Shows a line if it is time for one.
    func show(_ line: () -> String) {
        let now = world.now()
        guard now - last >= (isRewritten ? Self.rewriteMicroseconds : Self.lineMicroseconds) else { return }
        last = now
        guard isRewritten else { return Terminal.note("  " + line()) }
        Terminal.prompt("\r  \(line())\u{1b}[K")
        isOpen = true
    }

    /// Takes the line away, so that something else can be said.
    func clear() {
        guard isOpen else { return }
        Terminal.prompt("\r\u{1b}[K")
        isOpen = false
    }
}
