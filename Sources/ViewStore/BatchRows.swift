import EventSourcing
import LMDB
import Synchronization

/// The rows of a view while a batch of events is folded into them, in memory until the batch is written.
///
/// It reads the last commit through transactions of its own: the writer's lock is held, so nobody moves it meanwhile.
final class BatchRows: Rows {
    /// A change that is to be written to the trail.
    struct Mark {
        let key: String
        let step: Trail.Step
    }

    private struct Cell {
        let stored: [UInt8]?
        var now: [UInt8]?
    }

    private let generation: Generation
    private var cells: [String: Cell] = [:]
    /// What rows held before the event that is being applied.
    private var touched: [String: [UInt8]?] = [:]
    private(set) var marks: [Mark] = []
    /// What went wrong in a subscript, which cannot throw.
    private(set) var failure: (any Error)?

    init(_ generation: Generation) { self.generation = generation }

    subscript(key: String) -> [UInt8]? {
        get { cell(key).now }
        set {
            var cell = cell(key)
            guard cell.now != newValue else { return }
            if touched.index(forKey: key) == nil { touched.updateValue(cell.now, forKey: key) }
            cell.now = newValue
            cells[key] = cell
        }
    }

    func keys(startingWith prefix: String) -> [String] {
        var keys: Set<String> = []
        do {
            try generation.forEachRow(startingWith: prefix) { key, _ in
                keys.insert(key)
                return true
            }
        } catch {
            failure = failure ?? error
        }
        for (key, cell) in cells where key.hasPrefix(prefix) {
            if cell.now == nil { keys.remove(key) } else { keys.insert(key) }
        }
        return keys.sorted()
    }

    private func cell(_ key: String) -> Cell {
        if let cell = cells[key] { return cell }
        var stored: [UInt8]?
        do {
            guard Self.isValid(key) else {
                throw ViewFailure.badRow(
                    view: generation.view, key: String(key.prefix(100)),
                    reason: "a key is printable ASCII of 1 to \(Row.keyBytesMax) bytes")
            }
            stored = try generation.row(key)
        } catch {
            failure = failure ?? error
        }
        let cell = Cell(stored: stored, now: stored)
        cells[key] = cell
        return cell
    }

    static func isValid(_ key: String) -> Bool {
        1...Row.keyBytesMax ~= key.utf8.count && key.utf8.allSatisfy { 0x20...0x7e ~= $0 }
    }
}

// MARK: - By event, and at the end of the batch
extension BatchRows {
    /// Ends an event: what it changed goes into the trail.
    func settle(at position: Position) {
        for (key, before) in touched {
            guard let now = cells[key]?.now else {
                if before != nil { marks.append(Mark(key: key, step: Trail.Step(position: position, hash: 0))) }
                continue
            }
            if now != before {
                marks.append(Mark(key: key, step: Trail.Step(position: position, hash: Trail.hash(now))))
            }
        }
        touched.removeAll(keepingCapacity: true)
    }

    func write(to transaction: inout WriteTransaction) throws {
        for (key, cell) in cells.sorted(by: { $0.key < $1.key }) where cell.now != cell.stored {
            let key = Array(key.utf8)
            if let now = cell.now {
                try transaction.put(now.span.bytes, for: key.span.bytes, in: generation.rows)
            } else {
                try transaction.delete(key.span.bytes, from: generation.rows)
            }
        }
        for mark in marks.sorted(by: { ($0.key, $0.step.position) < ($1.key, $1.step.position) }) {
            let key = Trail.key(Array(mark.key.utf8), at: mark.step.position)
            let hash = withUnsafeBytes(of: mark.step.hash.littleEndian) { Array($0) }
            try transaction.put(hash.span.bytes, for: key.span.bytes, in: generation.trail)
        }
    }
}
