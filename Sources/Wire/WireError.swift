/// Why bytes are not a message that this build understands. Unknown stops: nothing is skipped.
public enum WireError: Error, Hashable, Sendable {
    /// The bytes end within a field.
    case truncated
    /// A varint is longer than its value needs, or holds more than 64 bits.
    case overlong
    case notUTF8
    /// A `bytes` field that is not 32 bytes long.
    case notADigest
    /// Fields out of order or twice, a default that is spelled out: no writer of this schema does that.
    case notCanonical
    /// More than `WireReader.depthMax` messages within each other.
    case tooDeep
    /// The number in a record's header names no event of this list.
    case unknownType(UInt16)
    /// The event is known, and this revision of its shape is not.
    case unknownRevision(UInt8)
    /// The tag (field number and wire type) names no field of this message.
    case unknownField(UInt32)
    /// The number names no case of this enum, or does not fit the field.
    case unknownValue(UInt64)
    /// A field that must be there is not: `Message.field`.
    case missing(String)
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "the bytes end within a field"
        case .overlong: "a number is longer than it needs to be"
        case .notUTF8: "a text is not UTF-8"
        case .notADigest: "a digest does not have 32 bytes"
        case .notCanonical: "the fields are not in the canonical form"
        case .tooDeep: "the messages are nested deeper than \(WireReader.depthMax)"
        case .unknownType(let type): "this build does not know event type \(type)"
        case .unknownRevision(let revision): "this build does not know revision \(revision) of this event"
        case .unknownField(let tag): "this build does not know field \(tag >> 3) (wire type \(tag & 7))"
        case .unknownValue(let value): "this build does not know the value \(value)"
        case .missing(let field): "\(field) is missing"
        }
    }
}
