/// Why a ledger could not be opened, kept or copied, in words for the user.
public enum LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is none, or the place for a new one is taken.
    case misplaced(String)
    /// The file or a part of it is not what it was: verify, restore a backup.
    case damaged(String)
    /// A later build wrote it.
    case newer(String)
    /// Somebody has it open.
    case busy(String)
    /// The system refused: a full disk, permissions, a remote file system.
    case unavailable(String)

    public var description: String {
        switch self {
        case .misplaced(let words), .damaged(let words), .newer(let words), .busy(let words), .unavailable(let words):
            words
        }
    }
}
