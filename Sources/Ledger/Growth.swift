import EventSourcing
import Synchronization

/// Tells those who wait that the log has grown: at once for commits of this process, by asking for those of others.
final class Growth: Sendable {
    /// How often the log is asked whether another process has appended, while anyone waits.
    static let pollInterval = Duration.milliseconds(50)
    /// How many may wait at once.
    static let waitersMax = 65_536

    private struct State {
        var announced: Position = 0
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        var isPolling = false
    }

    private struct Waiter {
        let position: Position
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let state = Mutex(State())
    private let isShared: Bool

    /// - Parameter isShared: whether other processes append too, so that the log must be asked.
    init(isShared: Bool) { self.isShared = isShared }

    /// Wakes those who wait for something beyond a lower position.
    func announce(_ head: Position) {
        let woken = state.withLock { state in
            state.announced = max(state.announced, head)
            let woken = state.waiters.filter { $0.value.position < head }
            for id in woken.keys { state.waiters[id] = nil }
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume(returning: true) }
    }

    /// Wakes everyone: the log has been closed, or cannot be read.
    func wakeAll() {
        let woken = state.withLock { state in
            defer { state.waiters.removeAll() }
            return state.waiters.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume(returning: true) }
    }

    /// Returns the head once it is beyond `position`.
    ///
    /// - Throws: what reading the head throws, and `ReadFailure` when the task is cancelled.
    func wait(
        beyond position: Position, head: @escaping @Sendable () throws(ReadFailure) -> Position
    ) async throws(ReadFailure) -> Position {
        while true {
            let now = try head()
            if now > position { return now }
            if Task.isCancelled { throw ReadFailure("waiting for new events was cancelled") }
            guard await sleep(beyond: position, head: head) else {
                throw ReadFailure("\(Self.waitersMax) are waiting for new events already")
            }
        }
    }

    /// False if too many wait already.
    private func sleep(
        beyond position: Position, head: @escaping @Sendable () throws(ReadFailure) -> Position
    ) async -> Bool {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let hasRoom = state.withLock { state -> Bool? in
                    guard state.announced <= position, !Task.isCancelled else { return true }
                    guard state.waiters.count < Self.waitersMax else { return false }
                    state.waiters[id] = Waiter(position: position, continuation: continuation)
                    return nil
                }
                if let hasRoom { continuation.resume(returning: hasRoom) } else if isShared { poll(head) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: true)
        }
    }

    /// One task asks for all, and ends when nobody waits.
    private func poll(_ head: @escaping @Sendable () throws(ReadFailure) -> Position) {
        let starts = state.withLock { state in
            defer { state.isPolling = true }
            return !state.isPolling
        }
        guard starts else { return }
        Task.detached { [self] in
            while state.withLock({ state in
                if state.waiters.isEmpty { state.isPolling = false }
                return state.isPolling
            }) {
                try? await Task.sleep(for: Self.pollInterval)
                do throws(ReadFailure) { announce(try head()) } catch { wakeAll() }
            }
        }
    }
}
