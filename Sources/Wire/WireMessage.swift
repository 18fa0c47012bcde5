/// A value with one canonical protobuf form: bytes that can be read are written again exactly so.
///
/// Equal bytes mean equal values. The other way round there is one exception: Swift takes two texts for equal
/// that Unicode does (é composed or not), and their bytes differ. Where exactness counts, compare bytes.
public protocol WireMessage: Hashable, Sendable {
    /// Reads up to the end of the reader's bytes.
    ///
    /// - Throws: `WireError` for anything this build does not understand; nothing is skipped.
    init(from reader: inout WireReader) throws(WireError)

    /// Appends the canonical bytes.
    func write(to writer: inout WireWriter)

    /// A 64-bit name of the value: equal for equal bytes, and almost surely different for different ones.
    ///
    /// A type may keep what it needs to answer faster the next time.
    /// - Parameter writer: a buffer to work in; what it held is lost.
    mutating func fingerprint(using writer: inout WireWriter) -> UInt64
}

extension WireMessage {
    /// That of the canonical bytes.
    @inlinable
    public func fingerprint(using writer: inout WireWriter) -> UInt64 {
        writer.removeAll()
        write(to: &writer)
        return Fingerprint.of(writer.bytes)
    }

    /// The canonical bytes.
    public var wireBytes: [UInt8] {
        var writer = WireWriter()
        write(to: &writer)
        return writer.bytes.withUnsafeBytes { Array($0) }
    }

    /// Reads an event's payload of a revision. An event with more than one has its own reader, which upcasts.
    ///
    /// - Throws: `WireError.unknownRevision` for one that a later build wrote.
    @inlinable
    public init(revision: UInt8, from reader: inout WireReader) throws(WireError) {
        guard revision == 1 else { throw .unknownRevision(revision) }
        try self.init(from: &reader)
    }

    /// Reads the whole of these bytes.
    public init(wireBytes bytes: [UInt8]) throws(WireError) {
        try self.init(wireBytes: bytes.span.bytes)
    }

    /// Reads the whole of these bytes, where they lie.
    @inlinable
    public init(wireBytes bytes: RawSpan) throws(WireError) {
        var reader = WireReader(bytes)
        try self.init(from: &reader)
    }
}

/// The events of one kind (observations or decisions) that a stream can hold.
public protocol EventUnion: Sendable, Equatable {
    /// The number in the record's header; the payload does not repeat it. Unique over all streams.
    var type: UInt16 { get }
    /// The name that people see, such as `JobQueued`.
    var name: String { get }

    /// The newest revision of its shape, counted from 1: the one that is written.
    var revision: UInt8 { get }

    /// Appends the canonical bytes of the payload, in its newest shape.
    func write(to writer: inout WireWriter)

    /// Reads the whole of a payload. One of an older revision is upcast: the value is always of the newest shape.
    ///
    /// - Throws: `WireError.unknownType` or `unknownRevision` for one of another stream or of a later build.
    init(type: UInt16, revision: UInt8, from bytes: RawSpan) throws(WireError)
}

extension EventUnion {
    public var revision: UInt8 { 1 }

    /// The canonical bytes of the payload.
    public var wireBytes: [UInt8] {
        var writer = WireWriter()
        write(to: &writer)
        return writer.bytes.withUnsafeBytes { Array($0) }
    }
}
