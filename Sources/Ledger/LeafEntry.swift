public import EventSourcing
public import Wire

/// What the leaf of an event is the hash of: its record without the payload, and the payload's SHA-256 behind it.
///
/// It says what happened where and when, and binds the payload without showing it.
public struct LeafEntry: Sendable, Hashable {
    public let bytes: [UInt8]
    /// The name of its stream; nil unless it is the stream's first event.
    public let streamName: StreamName?
    public let actor: String
    /// SHA-256 of the payload.
    public let payload: Digest
    let header: RecordHeader

    /// Nil if the lengths inside are not those of the bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= RecordHeader.byteCount + 32 else { return nil }
        let header = RecordHeader(bytes.span.bytes)
        let names = RecordHeader.byteCount + Int(header.nameLength)
        let end = RecordHeader.byteCount + header.namesLength
        guard bytes.count == end + 32, header.position > 0, EventKind(rawValue: header.kind) != nil,
            let payload = Digest(bytes.span.bytes.extracting(end..<bytes.count))
        else { return nil }
        self.bytes = bytes
        self.header = header
        self.payload = payload
        streamName =
            header.nameLength == 0
            ? nil : StreamName(String(decoding: bytes[RecordHeader.byteCount..<names], as: UTF8.self))
        actor = String(decoding: bytes[names..<end], as: UTF8.self)
    }

    init(_ record: borrowing Record) {
        let payload = record.payload.withUnsafeBytes { Digest.of($0) }
        bytes = record.head.copied + payload.bytes
        streamName = record.header.nameLength == 0 ? nil : StreamName(record.name)
        actor = record.actor
        self.payload = payload
        header = record.header
    }

    /// SHA-256(0x00 ‖ bytes).
    public var leaf: Digest { Merkle.leaf(bytes) }

    public var position: Position { header.position }
    /// The position of the first event of its stream.
    public var stream: Position { header.stream }
    public var version: StreamVersion { header.version }
    public var type: UInt16 { header.type }
    public var time: Timestamp { header.time }
    public var payloadLength: Int { Int(header.payloadLength) }
}
