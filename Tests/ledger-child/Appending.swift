import EventSourcing
import Glibc
import Ledger

/// Appends commits of a workload, and says of each at once what the ledger answered:
///
///     12 40 42                   the commit's number, and its first and last position
///     12 40 42 repeat            it was there already
///     12 unavailable WORDS       it was not taken
///     12 unknown WORDS           it may have been taken
///     checkpoint 42              so many events are signed (a single appender asks for it now and then)
struct Appending: Sendable {
    /// How often a single appender asks for a checkpoint, in commits.
    static let commitsPerCheckpoint: UInt64 = 4

    let folder: String
    let workload: Workload
    let commits: Range<UInt64>
    let appenders: UInt64

    /// Torture runs everything with the journal for every commit, and for none.
    private static var journal: Ledger.JournalUse {
        switch getenv("LEDGER_JOURNAL").map({ String(cString: $0) }) {
        case "always": .always
        case "never": .never
        default: .unlessRead
        }
    }

    func run() async {
        do {
            let ledger = try Ledger(at: folder, .init(journal: Self.journal))
            let failures = await withTaskGroup { group in
                for appender in 0..<appenders {
                    group.addTask { await append(from: commits.lowerBound + appender, to: ledger) }
                }
                return await group.reduce(0, +)
            }
            ledger.close()
            if failures > 0 { exit(1) }
        } catch {
            fail("\(error)")
        }
    }

    /// Returns how many were not acknowledged.
    private func append(from first: UInt64, to ledger: Ledger) async -> Int {
        var failures = 0
        for number in stride(from: first, to: commits.upperBound, by: Int(appenders)) {
            do throws(AppendFailure) {
                let receipt = try await ledger.append(workload.commit(number))
                say("\(number) \(receipt.first) \(receipt.last)\(receipt.isRepeat ? " repeat" : "")")
            } catch {
                failures += 1
                switch error {
                case .outcomeUnknown(let words): say("\(number) unknown \(words)")
                case .unavailable(let words): say("\(number) unavailable \(words)")
                default: fail("commit \(number): \(error)")
                }
            }
            guard appenders == 1, number % Self.commitsPerCheckpoint == Self.commitsPerCheckpoint - 1 else { continue }
            if let checkpoint = try? ledger.checkpoint() { say("checkpoint \(checkpoint.size)") }
        }
        return failures
    }
}
