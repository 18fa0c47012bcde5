public import Wire

/// For streams of which every event is an observation: there is no such decision.
public enum NoDecision: EventUnion {
    public var type: UInt16 { switch self {} }
    public var name: String { switch self {} }
    public func write(to writer: inout WireWriter) { switch self {} }

    public init(type: UInt16, revision: UInt8, from bytes: RawSpan) throws(WireError) { throw .unknownType(type) }
}
