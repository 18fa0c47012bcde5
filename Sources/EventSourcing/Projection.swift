/// A fold of many streams into rows that can be read. Pure: the same events give the same rows, always.
public protocol Projection: Sendable {
    /// What people call the view: `jobs`, `inbox`.
    static var name: String { get }
    /// Raised when the meaning of the rows changes; a view of another revision is rebuilt.
    static var revision: UInt32 { get }

    /// Whether events of this kind say anything to the view. Those that do not are passed over by their header alone.
    ///
    /// Asked once for each kind of event in a fold. True for what it does not know: so `apply` can refuse it.
    func reads(_ kind: EventShape) -> Bool

    /// Applies one event to the rows.
    ///
    /// - Throws: for an event that it should understand and does not. The view stops there and says so.
    func apply(_ event: borrowing EventView, to rows: inout Rows) throws
}

extension Projection {
    public func reads(_: EventShape) -> Bool { true }
}

/// What the header says of an event's payload.
public struct EventShape: Sendable, Hashable {
    public let type: UInt16
    public let revision: UInt8
    public let kind: EventKind

    @inlinable
    public init(type: UInt16, revision: UInt8, kind: EventKind) {
        self.type = type
        self.revision = revision
        self.kind = kind
    }
}

extension EventHeader {
    @inlinable public var shape: EventShape { EventShape(type: type, revision: revision, kind: kind) }
}

/// Remembers what a projection reads, so that it is asked once a shape.
public struct EventFilter {
    /// Types below this have a place of their own; others are asked about each time.
    public static let typesMax = 1_024

    private enum Answer: UInt8 { case unasked, yes, no }

    private var answers: [(shape: EventShape, answer: Answer)]

    public init() {
        let none = EventShape(type: 0, revision: 0, kind: .observation)
        answers = Array(repeating: (none, .unasked), count: Self.typesMax)
    }

    public mutating func lets(_ shape: EventShape, to projection: some Projection) -> Bool {
        let place = Int(shape.type)
        guard place < answers.count else { return projection.reads(shape) }
        let known = answers[place]
        if known.answer != .unasked, known.shape == shape { return known.answer == .yes }
        let isRead = projection.reads(shape)
        answers[place] = (shape, isRead ? .yes : .no)
        return isRead
    }
}
