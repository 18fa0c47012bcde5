/// A value with a canonical protobuf form: equal values have equal bytes, and the other way round.
public protocol WireMessage: Hashable, Sendable {
    /// - Throws: `WireError` for anything this build does not understand; nothing is skipped.
    init(from reader: inout WireReader) throws(WireError)
    func write(to writer: inout WireWriter)
}

extension WireMessage {
    /// The canonical bytes.
    public var wireBytes: [UInt8] {
        var writer = WireWriter()
        write(to: &writer)
        return writer.bytes.withUnsafeBytes { Array($0) }
    }

    /// Reads the whole of these bytes.
    public init(wireBytes bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes.span.bytes)
        try self.init(from: &reader)
    }
}

/// An enum of the schema. Zero (`UNSPECIFIED`) is not a case, so it can neither be read nor written.
public protocol WireEnum: RawRepresentable, Hashable, Sendable where RawValue == UInt32 {}

/// The events of one kind (observations or decisions) that a stream can hold.
public protocol EventUnion: Sendable, Equatable {
    /// The number in the record's header; the payload does not repeat it. Unique over all streams.
    var type: UInt16 { get }
    /// The name that people see, such as `JobQueued`.
    var name: String { get }
    func write(to writer: inout WireWriter)
    /// - Throws: `WireError.unknownType` for a number of another stream or of a later build.
    init(type: UInt16, from bytes: RawSpan) throws(WireError)
}

extension EventUnion {
    /// The canonical bytes of the payload.
    public var wireBytes: [UInt8] {
        var writer = WireWriter()
        write(to: &writer)
        return writer.bytes.withUnsafeBytes { Array($0) }
    }
}
