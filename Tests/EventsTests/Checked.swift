import SwiftProtobuf
import Wire

/// One of our messages, with swift-protobuf's type for the same schema.
protocol CheckedMessage: WireMessage, JSONRepresentable, Arbitrary {
    associatedtype Oracle: Message
}

/// One of our lists of events, with swift-protobuf's type for the whole list.
protocol CheckedUnion: EventUnion, JSONRepresentable, Arbitrary {
    associatedtype Oracle: Message
}

extension EventUnion {
    /// The event as a field of its list, as swift-protobuf would write it.
    var listedBytes: [UInt8] {
        let payload = wireBytes
        return Self.varint(UInt64(type) << 3 | 2) + Self.varint(UInt64(payload.count)) + payload
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
    }
}
