import Glibc

/// Runs blocking work on a thread of its own, so that it never holds one of the cooperative pool.
///
/// The callers bound how many there are: a driver has so many calls in flight. When the task is cancelled, the flag
/// given to the work is set, and the work is expected to end soon.
func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable (Cancellation) -> Result) async -> Result {
    let cancellation = Cancellation()
    return await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
            let job = ThreadJob { continuation.resume(returning: work(cancellation)) }
            guard job.start() else {
                // No thread is to be had. Blocking one of the pool is the lesser evil.
                job.run()
                return
            }
        }
    } onCancel: {
        cancellation.set()
    }
}

private final class ThreadJob: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }

    func start() -> Bool {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ThreadJob>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
