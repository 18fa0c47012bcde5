/// The name of a stream, `category/id`, such as `job/newsletter-8` or `entry/pricing`.
///
/// The category says which decider reads the stream. A few streams exist once and have no id: `control`, `driver`.
public struct StreamName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The longest name, in bytes of UTF-8.
    public static let bytesMax = 255

    public let description: String

    /// Takes a name as it stands in a record.
    public init(_ name: String) { description = name }

    public init(category: String, id: String) { description = "\(category)/\(id)" }

    /// What stands before the first slash.
    public var category: Substring { description[..<slash] }

    /// What stands behind the first slash; empty for a stream that exists once.
    public var id: Substring { description[slash...].dropFirst() }

    /// Where the first slash stands; the end without one.
    private var slash: String.Index { description.utf8.firstIndex(of: UInt8(ascii: "/")) ?? description.endIndex }

    public static func < (a: StreamName, b: StreamName) -> Bool { a.description < b.description }

    /// Whether `id` is one a person can say: ASCII `[a-z0-9][a-z0-9._-]{0,63}`.
    public static func isValid(id: some StringProtocol) -> Bool {
        guard let first = id.utf8.first, id.utf8.count <= 64, isAlphanumeric(first) else { return false }
        return id.utf8.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}

/// The number of events in one stream; an event's own version is its place, counted from 1.
public typealias StreamVersion = UInt32

/// A place in the whole log: gapless, counted from 1. Zero is before the first event.
public typealias Position = UInt64

/// Microseconds since 1970-01-01T00:00:00Z. It may go backwards; the order of events is their position.
public typealias Timestamp = Int64
