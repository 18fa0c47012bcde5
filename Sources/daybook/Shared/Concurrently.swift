import Foundation
import Synchronization

/// Work on many things at once, on all processors.
enum Concurrently {
    static let threadsMax = 8

    private final class Counter: Sendable {
        private let value = Atomic(0)

        func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
    }

    /// What the body makes of each, in their order. The first failure, in their order, is thrown once all are done.
    static func map<Element: Sendable, Result: Sendable>(
        _ elements: [Element], _ body: @escaping @Sendable (Element) throws -> Result
    ) async throws -> [Result] {
        let threads = min(ProcessInfo.processInfo.activeProcessorCount, threadsMax, elements.count)
        guard threads > 1 else { return try elements.map(body) }
        let next = Counter()
        let parts = await withTaskGroup(of: [(Int, Swift.Result<Result, any Error>)].self) { group in
            for _ in 0..<threads {
                group.addTask {
                    var done: [(Int, Swift.Result<Result, any Error>)] = []
                    while true {
                        let index = next.next()
                        guard index < elements.count else { return done }
                        done.append((index, Swift.Result { try body(elements[index]) }))
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return try parts.sorted { $0.0 < $1.0 }.map { try $0.1.get() }
    }
}
