/// How a value of the schema is put into JSON.
public enum JSONStyle: Sendable, Hashable {
    /// As protobuf says (<https://protobuf.dev/programming-guides/json/>): digests in base64,
    /// 64-bit numbers as texts. For other programs.
    case proto3
    /// As people read and paste: digests as 64 hexadecimal digits, every number as a number.
    case display
}

/// A value of the schema that can be shown as JSON.
public protocol JSONRepresentable {
    func json(style: JSONStyle) -> JSON
}

extension JSONRepresentable {
    /// The proto3 mapping.
    public var json: JSON { json(style: .proto3) }

    /// For people.
    public var displayJSON: JSON { json(style: .display) }
}

extension String: JSONRepresentable {
    public func json(style: JSONStyle) -> JSON { .string(self) }
}

extension Bool: JSONRepresentable {
    public func json(style: JSONStyle) -> JSON { .bool(self) }
}

extension UInt32: JSONRepresentable {
    public func json(style: JSONStyle) -> JSON { .number(self) }
}

extension UInt64: JSONRepresentable {
    public func json(style: JSONStyle) -> JSON { style == .proto3 ? .string(String(self)) : .number(self) }
}

extension Int64: JSONRepresentable {
    public func json(style: JSONStyle) -> JSON { style == .proto3 ? .string(String(self)) : .number(self) }
}

extension Digest: JSONRepresentable {
    public func json(style: JSONStyle) -> JSON { .string(style == .proto3 ? bytes.base64 : description) }
}

extension [UInt8] {
    /// Standard base64 with padding (RFC 4648, section 4).
    var base64: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: count, by: 3) {
            let group = self[start..<Swift.min(start + 3, count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
