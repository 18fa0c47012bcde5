public import Wire

/// Why a fold stops at an event. Unknown stops: nothing is skipped or guessed.
public enum UnknownEvent: Error, Sendable, Hashable, CustomStringConvertible {
    /// No event of this build has the number.
    case type(UInt16)
    /// The shape is newer than this build.
    case revision(UInt8, of: String, known: UInt8)
    /// The record says observation and the schema says decision, or the other way round.
    case kind(of: String)
    /// The payload is not what the schema says.
    case payload(of: String, WireError)
    /// The event stands in a stream of another kind.
    case stream(of: String)
    /// An event before it, which it builds on, is not there.
    case orphan(String, missing: String)

    public var description: String {
        switch self {
        case .type(let type): "this build knows no event of type \(type)"
        case .revision(let revision, let name, let known):
            "revision \(revision) of \(name) is newer than this build, which knows \(known)"
        case .kind(let name): "\(name) is recorded as the wrong kind"
        case .payload(let name, let error): "the payload of \(name) cannot be read: \(error)"
        case .stream(let name): "\(name) does not belong into this stream"
        case .orphan(let name, let missing): "\(name) comes without \(missing)"
        }
    }
}
