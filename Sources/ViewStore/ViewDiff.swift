public import EventSourcing
import LMDB

/// How two views differ, row by row.
public struct ViewDiff: Sendable, Equatable {
    /// The most changes that are listed; all are counted.
    public static let changesMax = 10_000

    /// What happened to a row.
    public enum Kind: String, Sendable {
        /// Only the second view has the row.
        case added
        /// Only the first view has it.
        case removed
        /// Both have it, with other bytes.
        case changed
    }

    /// A row that is not the same in both.
    public struct Change: Sendable, Equatable {
        public let kind: Kind
        public let key: String
        /// The first view's row.
        public let live: [UInt8]?
        /// The second view's row.
        public let shadow: [UInt8]?
        /// The first event behind which the two had different rows; nil if no event explains it.
        public fileprivate(set) var parts: Position?
    }

    public private(set) var view: String
    public private(set) var livePosition: Position
    public private(set) var shadowPosition: Position
    public private(set) var liveRows = 0
    public private(set) var shadowRows = 0
    public private(set) var added = 0
    public private(set) var removed = 0
    public private(set) var changed = 0
    /// In the order of their keys.
    public private(set) var changes: [Change] = []

    /// Whether both hold the same rows.
    public var isEmpty: Bool { added + removed + changed == 0 }

    /// Compares two generations of a view.
    public init(live: View, shadow: View) throws(ViewFailure) {
        view = live.name
        livePosition = try live.position()
        shadowPosition = try shadow.position()
        let (left, right) = (live.generation, shadow.generation)
        var diff = self
        try ViewFailure.wrapping {
            try diff.compare(left, right)
            try diff.findParts(left, right)
        }
        self = diff
    }
}

// MARK: - Two cursors side by side
extension ViewDiff {
    private mutating func compare(_ live: Generation, _ shadow: Generation) throws {
        guard live.path != shadow.path else {
            liveRows = try live.environment.read { try $0.count(in: live.rows) }
            shadowRows = liveRows
            return
        }
        try live.environment.read { left in
            try shadow.environment.read { right in
                liveRows = try left.count(in: live.rows)
                shadowRows = try right.count(in: shadow.rows)
                var a = try left.cursor(in: live.rows)
                var b = try right.cursor(in: shadow.rows)
                var hasA = try a.first()
                var hasB = try b.first()
                while hasA || hasB {
                    let side = Self.order(a.key, b.key, hasA: hasA, hasB: hasB)
                    let old = side != .right ? a.value.bytes : nil
                    let new = side != .left ? b.value.bytes : nil
                    if old != new {
                        note(side == .right ? b.key.bytes : a.key.bytes, old, new)
                    }
                    if side != .right { hasA = try a.next() }
                    if side != .left { hasB = try b.next() }
                }
            }
        }
    }

    private enum Side { case left, both, right }

    /// Which cursor stands on the smaller key.
    private static func order(_ a: RawSpan, _ b: RawSpan, hasA: Bool, hasB: Bool) -> Side {
        guard hasA else { return .right }
        guard hasB else { return .left }
        return a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                a.elementsEqual(b) ? .both : a.lexicographicallyPrecedes(b) ? .left : .right
            }
        }
    }

    private mutating func note(_ key: [UInt8], _ old: [UInt8]?, _ new: [UInt8]?) {
        let kind: Kind = old == nil ? .added : new == nil ? .removed : .changed
        switch kind {
        case .added: added += 1
        case .removed: removed += 1
        case .changed: changed += 1
        }
        guard changes.count < Self.changesMax else { return }
        changes.append(
            Change(kind: kind, key: String(decoding: key, as: UTF8.self), live: old, shadow: new, parts: nil))
    }

    private mutating func findParts(_ live: Generation, _ shadow: Generation) throws {
        let keys = changes.map { Array($0.key.utf8) }
        let (left, right) = (try live.trails(of: keys), try shadow.trails(of: keys))
        for (index, key) in keys.enumerated() {
            changes[index].parts = Trail.parting(left[key] ?? [], right[key] ?? [])
        }
    }
}

extension RawSpan {
    fileprivate var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}
