public import EventSourcing
public import Events
public import Wire

/// One message to one recipient.
public struct Delivery: Sendable {
    /// The pinned settings of the connector.
    public let connector: ConnectorDefinition
    public let job: String
    public let recipient: String
    /// H(root job, step, item, recipient, ordinal): two deliveries are the same exactly if this is.
    public let idempotencyKey: Digest
    /// The exact bytes that a person approved.
    public let message: [UInt8]
    public let timeoutMs: UInt64

    public init(
        connector: ConnectorDefinition, job: String, recipient: String, idempotencyKey: Digest, message: [UInt8],
        timeoutMs: UInt64
    ) {
        self.connector = connector
        self.job = job
        self.recipient = recipient
        self.idempotencyKey = idempotencyKey
        self.message = message
        self.timeoutMs = timeoutMs
    }
}

/// How a delivery ended, with the contents that its event names by digest.
public struct DeliveryReport: Sendable {
    public let outcome: EffectEnded.Outcome
    public let artifacts: [[UInt8]]

    public init(outcome: EffectEnded.Outcome, artifacts: [[UInt8]] = []) {
        self.outcome = outcome
        self.artifacts = artifacts
    }
}

/// The port through which something happens in the world.
public protocol EffectExecutor: Sendable {
    /// Makes one delivery. It never throws: every way to fail is an outcome, and not knowing is one of them.
    func deliver(_ delivery: Delivery, permit: consuming Permit<Live>) async -> DeliveryReport

    /// Asks, after a crash, whether a delivery was made. Nil if this connector cannot be asked.
    func find(_ delivery: Delivery) async -> DeliveryReport?
}
