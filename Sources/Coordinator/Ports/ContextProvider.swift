public import EventSourcing
public import Events
public import Jobs
public import Sealing
public import Wire

/// The one place that decides what a task is shown.
public protocol ContextProvider: Sendable {
    /// What there is for a task, in the order in which it is to be shown, within the budget of its agent.
    ///
    /// - Throws: `ContextFailure` in words for the user, such as a list of recipients that does not exist.
    func context(for task: ContextRequest) async throws(ContextFailure) -> AssembledContext
}

/// What a context is needed for.
public struct ContextRequest: Sendable {
    public let job: String
    public let root: String
    public let step: StepDefinition
    public let definitions: PinnedDefinitions
    /// What expressions see: `inputs` and `steps`.
    public let scope: JSON
    /// Whom the job is about.
    public let about: Set<SubjectID>
    /// The client that the job is about, by id; nil for nobody.
    public let customer: String?
    /// Who began the job.
    public let trigger: Trigger
    /// The version of TaskRequested.
    public let task: StreamVersion

    public init(
        job: String, root: String, step: StepDefinition, definitions: PinnedDefinitions, scope: JSON,
        about: Set<SubjectID>, customer: String? = nil, trigger: Trigger = .person, task: StreamVersion
    ) {
        self.job = job
        self.root = root
        self.step = step
        self.definitions = definitions
        self.scope = scope
        self.about = about
        self.customer = customer
        self.trigger = trigger
        self.task = task
    }
}

/// What was found, with the contents that its event names by digest.
public struct AssembledContext: Sendable {
    public let event: ContextAssembled
    /// As they are to be kept.
    public let artifacts: [[UInt8]]

    public init(event: ContextAssembled, artifacts: [[UInt8]]) {
        self.event = event
        self.artifacts = artifacts
    }
}

/// Why there is no context, in words for the user.
public struct ContextFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
