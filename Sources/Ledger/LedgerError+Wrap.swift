import EventSourcing
import LMDB

extension LedgerError {
    /// Whatever the rooms below threw, in the terms of this one.
    init(_ error: any Error) {
        switch error {
        case let error as LedgerError: self = error
        case let error as LMDBError: self.init(error)
        default: self = .unavailable("\(error)")
        }
    }

    private init(_ error: LMDBError) {
        switch error.cause {
        case .corrupted, .notAnEnvironment, .otherVersion, .truncated: self = .damaged("\(error)")
        case .missing: self = .misplaced("\(error)")
        case .beingReplaced: self = .busy("\(error)")
        default: self = .unavailable("\(error)")
        }
    }

    static func wrap<Result: ~Copyable>(_ body: () throws -> Result) throws(LedgerError) -> Result {
        do {
            return try body()
        } catch {
            throw LedgerError(error)
        }
    }
}
