import EventSourcing
import Events
import Views
import Wire

/// Somebody or something that was shown what is asked about.
struct Exposure {
    enum Kind: String {
        /// A version of an entry stood in the context of a call.
        case knowledge
        /// What was made with it stood in a later session of the role.
        case session
        /// A file of the workspace was read for a step.
        case file
        /// A feed or a note was read by a `read:` step.
        case source
        /// What a `read:` step read was handed on.
        case passed
        /// An agent's instructions stood in a call.
        case instructions
        /// A mail to an address.
        case mail
    }

    let kind: Kind
    let job: String
    let step: String
    /// What was shown, in words: `pricing@2 1/4`, `delivered`.
    let what: String
    let position: Position
    let time: Timestamp
    /// The call that saw it; nil where no model, command or heuristic did.
    var call: JobCalls.Call?
    /// Of knowledge.
    var version: StreamVersion?
    /// Of a mail: SHA-256 of its bytes.
    var message: Digest?

    var json: JSON {
        .fields(
            ("kind", .string(kind.rawValue)), ("job", .string(job)), ("step", .string(step)), ("what", .string(what)),
            ("version", version.map { .number($0) } ?? .null),
            ("provider", call.map { .string($0.provider.word) } ?? .null),
            ("model", call.map { .string($0.model) } ?? .null),
            ("message", message.map { .string($0.description) } ?? .null), ("position", .number(position)),
            ("time", .string(Format.iso(time))))
    }
}

/// The calls of the jobs that were looked at.
struct CallShelf {
    let workplace: Workplace
    private var jobs: [String: JobCalls] = [:]

    init(_ workplace: Workplace) { self.workplace = workplace }

    mutating func calls(of job: String) throws -> JobCalls {
        if let known = jobs[job] { return known }
        let calls = try JobCalls(of: job, in: workplace)
        jobs[job] = calls
        return calls
    }
}
