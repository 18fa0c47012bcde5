public import EventSourcing
public import Events

/// What a call needs to be made: the exact bytes, and where they go.
public struct Call: Sendable {
    public let provider: ProviderKind
    /// The pinned settings of the model; nil for `read`.
    public let model: ModelDefinition?
    /// The exact bytes of the request: the body of the HTTP call, or the standard input of the command.
    public let request: [UInt8]
    public let timeoutMs: UInt64

    public init(provider: ProviderKind, model: ModelDefinition?, request: [UInt8], timeoutMs: UInt64) {
        self.provider = provider
        self.model = model
        self.request = request
        self.timeoutMs = timeoutMs
    }
}

/// How a call ended, with the contents that its event names by digest.
public struct CallReport: Sendable {
    public let outcome: CallEnded.Outcome
    public let artifacts: [[UInt8]]
    public let latencyUs: UInt64

    public init(outcome: CallEnded.Outcome, artifacts: [[UInt8]] = [], latencyUs: UInt64) {
        self.outcome = outcome
        self.artifacts = artifacts
        self.latencyUs = latencyUs
    }
}

/// The port through which an agent is asked: a model over HTTP, a command, the built-in heuristic, a reader of feeds.
public protocol CallExecutor: Sendable {
    /// Makes one call. It never throws: every way to fail is an outcome.
    func execute(_ call: Call, permit: consuming Permit<Live>) async -> CallReport
}
