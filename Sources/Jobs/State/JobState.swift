public import EventSourcing
public import Events
public import Wire

/// What deciding needs to know about a job, folded from its stream.
public struct JobState: Equatable, Sendable {
    /// How far the job has come; what people see is derived from it.
    public enum Phase: Equatable, Sendable {
        case missing
        case queued
        case running
        case completed
        case failed(step: String)
        case cancelled

        /// Whether nothing moves any more unless a person asks.
        public var isEnded: Bool {
            switch self {
            case .completed, .failed, .cancelled: true
            case .missing, .queued, .running: false
            }
        }
    }

    public internal(set) var phase = Phase.missing
    /// Why it failed, while it is failed.
    public internal(set) var failure: FailureReason?
    public internal(set) var isPaused = false
    public internal(set) var job = ""
    /// The first job of the lineage; idempotency keys carry its name.
    public internal(set) var root = ""
    public internal(set) var manifest: Digest?
    /// Nil when an artifact of the manifest is not kept any more.
    public internal(set) var definitions: PinnedDefinitions?
    public internal(set) var inputs: Digest?
    public internal(set) var trigger = Trigger.person
    /// The client it is about, by id; nil for nobody.
    public internal(set) var customer: String?
    public internal(set) var seed: UInt64 = 0
    public internal(set) var rules: UInt32 = 0
    public internal(set) var limits = Limits(attempts: 0, costMicrodollars: 0)
    /// One for each step of the flow, in its order.
    public internal(set) var steps: [StepState] = []
    public internal(set) var approvals: [ApprovalState] = []
    public internal(set) var effects: [EffectState] = []
    public internal(set) var timers: [TimerState] = []
    /// What the owner asked the next steps to take into account.
    public internal(set) var notes: [Digest] = []
    public internal(set) var spentMicrodollars: UInt64 = 0
    /// The bytes that a person saw and approved while editing; the effect prepared next is made of them.
    var approvedExact: Digest?
    /// How many numbers were drawn from the seed.
    public internal(set) var draws: UInt32 = 0

    public init() {}
}

/// A step of a job, from idle to done.
public struct StepState: Equatable, Sendable {
    /// How far the step has come.
    public enum Status: Equatable, Sendable {
        case idle
        /// A task was requested: see `task`.
        case working
        /// A person is asked: see the job's approvals.
        case waiting
        /// An approval ran out; `job resume` asks again.
        case expired
        /// Deliveries are being made: see the job's effects.
        case delivering
        case done
        case failed
    }

    public let id: String
    public internal(set) var status = Status.idle
    public internal(set) var task: TaskState?
    public internal(set) var output: Output?
    /// What a person asked for in response to this step's output.
    public internal(set) var notes: [Digest] = []
    /// How often it was redone on request.
    public internal(set) var redos: UInt32 = 0

    init(id: String) { self.id = id }

    /// What the step made.
    public struct Output: Equatable, Sendable {
        /// The version of the event that says so.
        public let version: StreamVersion
        public let digest: Digest
        public let isAdopted: Bool
    }
}

/// The newest task of a step.
public struct TaskState: Equatable, Sendable {
    /// How far the task has come.
    public enum Progress: Equatable, Sendable {
        case requested
        /// The request is durable; `version` is that of CallRequested.
        case calling(version: StreamVersion)
        /// Its result is in, or nobody waits for it any more.
        case over
    }

    public let version: StreamVersion
    public let attempt: UInt32
    public let rung: UInt32
    public let executor: String
    public let with: Digest
    public let inputs: [InputRef]
    public let notBefore: Timestamp
    /// Why it was asked for: an effect can be prepared for a review before its own turn comes.
    public let why: TaskReason
    public internal(set) var progress = Progress.requested
    public internal(set) var reconcile: Reconcile?
    /// The version of ContextAssembled; 0 before.
    public internal(set) var context: StreamVersion = 0
    /// The knowledge it was shown.
    public internal(set) var shown: [KnowledgeSource] = []
    /// How often a process died during this attempt.
    public internal(set) var crashes: UInt32 = 0
}

/// A question to a person that is still open.
public struct ApprovalState: Equatable, Sendable {
    public let version: StreamVersion
    public let step: String
    public let kind: ApprovalKind
    public let subject: Digest
    public let allowed: [AllowedDecision]
    public let expires: Timestamp
    /// The version of the task, effect or delivery that it is about.
    public let about: StreamVersion
}

/// A time at which something is due.
public struct TimerState: Equatable, Sendable {
    public let version: StreamVersion
    public let purpose: TimerPurpose
    public let about: StreamVersion
    public let until: Timestamp
}

/// An effect, from its exact bytes to its last delivery.
public struct EffectState: Equatable, Sendable {
    /// How far a delivery has come.
    public enum DeliveryStatus: Equatable, Sendable {
        case idle
        case started(version: StreamVersion)
        case succeeded
        case failed
        case unknown(started: StreamVersion)
    }

    /// One delivery, and how often it was tried.
    public struct DeliveryState: Equatable, Sendable {
        public internal(set) var status = DeliveryStatus.idle
        public internal(set) var attempts: UInt32 = 0
        /// Not to be tried again before.
        public internal(set) var notBefore: Timestamp = 0
    }

    public let version: StreamVersion
    public let step: String
    public let task: StreamVersion
    public let connector: String
    public let exact: Digest
    public let draft: Digest
    /// The `Date` of its messages: when its audience was read.
    public let date: Timestamp
    public internal(set) var isApproved = false
    /// Replaced by newer bytes, or withdrawn: it will never start.
    public internal(set) var isVoid = false
    public internal(set) var deliveries: [DeliveryState]
}
