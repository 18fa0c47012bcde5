/// A rule of daybook.yaml: what an agent proposes for a collection becomes knowledge without a person.
public struct AcceptRule: Hashable, Sendable {
    public let agent: String
    /// The collection.
    public let into: String

    /// As the ledger records it: `agent observer into results`.
    public var words: String { "agent \(agent) into \(into)" }
}
