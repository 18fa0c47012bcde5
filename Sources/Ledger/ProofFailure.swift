/// Why a proof is not accepted, in words for the user.
public enum ProofFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bytes are no proof at all: cut off, changed, or something else.
    case malformed(String)
    /// A proof that does not hold.
    case refuted(String)

    public var description: String {
        switch self {
        case .malformed(let words), .refuted(let words): words
        }
    }
}
