public import EventSourcing
public import LMDB

/// Why a view could not be read, brought up to date or switched; in words for the user.
public enum ViewFailure: Error, Sendable, Equatable {
    /// The fold met an event that it does not understand, or could not apply. The view stays at `position` and serves
    /// on.
    case stopped(view: String, position: Position, at: EventPlace, reason: String)
    /// The log does not reach as far as was asked for.
    case behind(view: String, position: Position, asked: Position)
    /// It was never built here.
    case missing(view: String)
    /// Its file cannot be trusted, or was made by other rules: it has to be built again.
    case stale(view: String, why: String)
    /// It was built by a newer build, whose rows this one does not know.
    case newer(view: String, revision: UInt32, known: UInt32)
    /// There is no rebuilt view to switch to.
    case nothingRebuilt(view: String)
    /// There is no view from before the last switch.
    case nothingToSwitchBackTo(view: String)
    /// The log could not be read.
    case log(ReadFailure)
    /// The view's own file could not be read or written.
    case storage(LMDBError)
    /// A file beside it could not be read or written.
    case file(path: String, reason: String)
}

/// Names an event for a message.
public struct EventPlace: Sendable, Hashable {
    public let position: Position
    public let stream: StreamName
    public let version: StreamVersion
    public let type: UInt16

    public init(_ event: EventHeader, in stream: StreamName) {
        position = event.position
        self.stream = stream
        version = event.version
        type = event.type
    }
}

extension ViewFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .stopped(let view, let position, let event, let reason):
            """
            the view \(view) stopped at @\(event.position) (\(event.stream) version \(event.version), \
            type \(event.type)): \(reason). It still shows everything up to @\(position). With the build that wrote \
            this event, or a newer one, it goes on by itself; `daybook rebuild \(view) --switch` builds it anew
            """
        case .behind(let view, let position, let asked):
            "the view \(view) is at @\(position), the end of the ledger; @\(asked) is not in it"
        case .missing(let view): "there is no view \(view) yet. Run `daybook rebuild \(view)`"
        case .stale(let view, let why): "the view \(view) has to be built again: \(why). Run `daybook rebuild \(view)`"
        case .newer(let view, let revision, let known):
            """
            the view \(view) was built by a newer daybook (revision \(revision); this one knows \(known)). \
            Use the newer one, or run `daybook rebuild \(view) --switch`
            """
        case .nothingRebuilt(let view):
            "there is no rebuilt \(view) to switch to. Run `daybook rebuild \(view) --diff` first"
        case .nothingToSwitchBackTo(let view): "there is no \(view) from before a switch"
        case .log(let failure): failure.description
        case .storage(let error): error.description
        case .file(let path, let reason): "cannot use \(path): \(reason)"
        }
    }

    /// Runs a body whose errors are of several rooms, and gives them one type.
    static func wrapping<Result>(_ body: () throws -> Result) throws(ViewFailure) -> Result {
        do {
            return try body()
        } catch let failure as ViewFailure {
            throw failure
        } catch let failure as LMDBError {
            throw .storage(failure)
        } catch let failure as ReadFailure {
            throw .log(failure)
        } catch {
            throw .file(path: "a view", reason: "\(error)")
        }
    }
}
