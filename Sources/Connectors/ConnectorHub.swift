public import EventSourcing
import Events
public import Jobs

/// Everything that Daybook does in the world, behind one port: each delivery goes to the connector of its kind.
public struct ConnectorHub: EffectExecutor {
    private let workspace: String
    private let secret: @Sendable (String) -> String?

    /// - Parameters:
    ///   - workspace: the folder that relative paths begin in.
    ///   - secret: the value of an environment variable; nil if it is not set.
    public init(workspace: String, secret: @escaping @Sendable (String) -> String?) {
        self.workspace = workspace
        self.secret = secret
    }

    public func deliver(_ delivery: Delivery, permit: consuming Permit<Live>) async -> DeliveryReport {
        _ = consume permit
        return switch delivery.connector.kind {
        case .maildir(let settings): Maildir(settings, workspace: workspace).deliver(delivery)
        case .smtp(let settings): await SMTPConnection(settings, secret: secret).deliver(delivery)
        }
    }

    /// A maildir answers from its folder, whether it was delivered or not; SMTP cannot be asked.
    public func find(_ delivery: Delivery) async -> DeliveryReport? {
        switch delivery.connector.kind {
        case .maildir(let settings): Maildir(settings, workspace: workspace).find(delivery)
        case .smtp: nil
        }
    }
}
