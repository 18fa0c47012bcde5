public import EventSourcing

/// What every adapter of `EventLog` must do. Each clause is run on a fresh, empty log:
///
///     @Test(arguments: EventLogContract.clauses)
///     func `keeps the contract`(_ clause: EventLogContract.Clause) async throws {
///         try await clause.check(MemoryLog())
///     }
public enum EventLogContract {
    /// One sentence of the contract, and how it is checked.
    public struct Clause: Sendable, CustomStringConvertible {
        public let description: String
        private let body: @Sendable (any EventLog) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (any EventLog) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// - Parameter log: fresh and empty.
        /// - Throws: `ContractViolation`, or what the log threw where it should not.
        public func check(_ log: any EventLog) async throws { try await body(log) }
    }

    public static let clauses: [Clause] = appending + refusing + repeating + ordering + reading + lending + growing
}

/// What an adapter did that it must not do.
public struct ContractViolation: Error, CustomStringConvertible {
    public let description: String
}

extension EventLogContract {
    static func expect(_ isTrue: Bool, _ words: @autoclosure () -> String) throws {
        if !isTrue { throw ContractViolation(description: words()) }
    }

    static func expectEqual<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: String) throws {
        if found != wanted { throw ContractViolation(description: "\(what): \(found) instead of \(wanted)") }
    }

    /// The failure of an append that must fail.
    static func failure(
        of commit: NewCommit, on log: any EventLog, _ what: String
    ) async throws -> AppendFailure {
        let first: Position
        do throws(AppendFailure) {
            first = try await log.append(commit).first
        } catch {
            return error
        }
        throw ContractViolation(description: "\(what) was taken, at \(first)")
    }
}

extension NewCommit {
    /// A commit for tests: its id from a number.
    public static func test(
        _ number: UInt64, _ appends: [StreamAppend], guards: [Guard] = [], expectedHead: Position? = nil,
        artifacts: [[UInt8]] = [], actor: String = "tester", time: Timestamp = 1_700_000_000_000_000
    ) -> NewCommit {
        NewCommit(
            id: CommitID(high: 0, low: number), time: time, actor: actor, appends: appends, guards: guards,
            expectedHead: expectedHead, artifacts: artifacts)
    }
}

extension NewEvent {
    /// An event for tests: an observation whose payload is a text.
    public static func test(_ text: String, type: UInt16 = 1, cause: UInt32? = nil) -> NewEvent {
        NewEvent(
            type: type, kind: cause == nil ? .observation : .decision, payload: Array(text.utf8), cause: cause)
    }
}

extension StreamAppend {
    /// Events for tests, one for each text.
    public static func test(
        _ stream: String, _ texts: String..., expecting expected: ExpectedVersion = .any
    ) -> StreamAppend {
        StreamAppend(texts.map { .test($0) }, to: StreamName(stream), expecting: expected)
    }
}
