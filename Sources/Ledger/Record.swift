import EventSourcing
import Wire

/// The fixed part of a record: 64 bytes, little endian. `FileFormat.md` draws it.
struct RecordHeader: Hashable {
    static let byteCount = 64

    var position: Position
    /// The stream's number: the position of its first event.
    var stream: Position
    /// The position of the stream's event before; 0 for its first.
    var previous: Position
    /// The position of the commit's first event.
    var commit: Position
    /// The position of the event that caused it; 0 for none.
    var causation: Position
    var time: Timestamp
    var version: StreamVersion
    var payloadLength: UInt32
    /// The place in the commit, counted from 0.
    var index: UInt16
    var type: UInt16
    var revision: UInt8
    var kind: UInt8
    /// The length of the stream's name; 0 unless this is the stream's first event.
    var nameLength: UInt8
    var actorLength: UInt8
}

extension RecordHeader {
    func store(to room: UnsafeMutableRawBufferPointer) {
        room.storeBytes(of: position.littleEndian, toByteOffset: 0, as: UInt64.self)
        room.storeBytes(of: stream.littleEndian, toByteOffset: 8, as: UInt64.self)
        room.storeBytes(of: previous.littleEndian, toByteOffset: 16, as: UInt64.self)
        room.storeBytes(of: commit.littleEndian, toByteOffset: 24, as: UInt64.self)
        room.storeBytes(of: causation.littleEndian, toByteOffset: 32, as: UInt64.self)
        room.storeBytes(of: time.littleEndian, toByteOffset: 40, as: Int64.self)
        room.storeBytes(of: version.littleEndian, toByteOffset: 48, as: UInt32.self)
        room.storeBytes(of: payloadLength.littleEndian, toByteOffset: 52, as: UInt32.self)
        room.storeBytes(of: index.littleEndian, toByteOffset: 56, as: UInt16.self)
        room.storeBytes(of: type.littleEndian, toByteOffset: 58, as: UInt16.self)
        room.storeBytes(of: revision, toByteOffset: 60, as: UInt8.self)
        room.storeBytes(of: kind, toByteOffset: 61, as: UInt8.self)
        room.storeBytes(of: nameLength, toByteOffset: 62, as: UInt8.self)
        room.storeBytes(of: actorLength, toByteOffset: 63, as: UInt8.self)
    }

    /// From at least `byteCount` bytes.
    init(_ bytes: RawSpan) {
        position = bytes.littleEndian(at: 0)
        stream = bytes.littleEndian(at: 8)
        previous = bytes.littleEndian(at: 16)
        commit = bytes.littleEndian(at: 24)
        causation = bytes.littleEndian(at: 32)
        time = bytes.littleEndian(at: 40)
        version = bytes.littleEndian(at: 48)
        payloadLength = bytes.littleEndian(at: 52)
        index = bytes.littleEndian(at: 56)
        type = bytes.littleEndian(at: 58)
        revision = bytes.littleEndian(at: 60)
        kind = bytes.littleEndian(at: 61)
        nameLength = bytes.littleEndian(at: 62)
        actorLength = bytes.littleEndian(at: 63)
    }

    /// The length of the stream's name, if it is there, and the actor, which follow the header.
    var namesLength: Int { Int(nameLength) + Int(actorLength) }

    var recordLength: Int { Self.byteCount + namesLength + Int(payloadLength) }
}

/// What only the writer knows of a record: where it stands.
struct RecordPlace {
    let position: Position
    let stream: Position
    let previous: Position
    let commit: Position
    let causation: Position
    let version: StreamVersion

    /// Fills in these fields of a record whose others are there.
    func stamp(_ room: UnsafeMutableRawBufferPointer, nameLength: UInt8) {
        room.storeBytes(of: position.littleEndian, toByteOffset: 0, as: UInt64.self)
        room.storeBytes(of: stream.littleEndian, toByteOffset: 8, as: UInt64.self)
        room.storeBytes(of: previous.littleEndian, toByteOffset: 16, as: UInt64.self)
        room.storeBytes(of: commit.littleEndian, toByteOffset: 24, as: UInt64.self)
        room.storeBytes(of: causation.littleEndian, toByteOffset: 32, as: UInt64.self)
        room.storeBytes(of: version.littleEndian, toByteOffset: 48, as: UInt32.self)
        room.storeBytes(of: nameLength, toByteOffset: 62, as: UInt8.self)
    }
}

/// A record, read where it lies. It cannot outlive the transaction that lent the bytes.
struct Record: ~Escapable {
    let header: RecordHeader
    private let bytes: RawSpan

    /// Nil if the lengths in the header are not those of the bytes.
    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= RecordHeader.byteCount else { return nil }
        let header = RecordHeader(bytes)
        guard header.recordLength == bytes.byteCount, EventKind(rawValue: header.kind) != nil else { return nil }
        self.header = header
        self.bytes = bytes
    }

    /// Header and names: what the leaf hash takes in as it is.
    var head: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(0..<RecordHeader.byteCount + header.namesLength) }
    }

    /// The stream's name; empty unless this is the stream's first event.
    var name: String {
        let start = RecordHeader.byteCount
        return bytes.extracting(start..<start + Int(header.nameLength)).withUnsafeBytes {
            String(decoding: $0, as: UTF8.self)
        }
    }

    var actor: String {
        let start = RecordHeader.byteCount + Int(header.nameLength)
        return String(decoding: bytes.extracting(start..<start + Int(header.actorLength)).copied, as: UTF8.self)
    }

    var actorBytes: RawSpan {
        @_lifetime(copy self)
        get {
            let start = RecordHeader.byteCount + Int(header.nameLength)
            return bytes.extracting(start..<start + Int(header.actorLength))
        }
    }

    var payload: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(RecordHeader.byteCount + header.namesLength..<bytes.byteCount) }
    }

    var kind: EventKind { header.kind == EventKind.decision.rawValue ? .decision : .observation }

    /// The leaf of this record in the tree, computed anew.
    var leaf: Wire.Digest {
        Merkle.leaf(head: head, payload: payload.withUnsafeBytes { Wire.Digest.of($0) })
    }
}
