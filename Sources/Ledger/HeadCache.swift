import EventSourcing

/// The ends of the streams that were met, as of the commits taken so far. Lives on the writer thread.
///
/// A stream is looked up by its name once a commit; after that its slot says where it is.
struct HeadCache: ~Copyable {
    /// Heads kept in memory; beyond this they are forgotten and read again.
    static let countMax = 250_000

    private struct Cell {
        let stream: StreamName
        var head: Head
        /// Its row is not written yet.
        var isMoved: Bool
    }

    private var slots: [StreamName: Int] = [:]
    private var cells: [Cell] = []
    private var moved: [Int] = []

    subscript(slot: Int) -> Head {
        get { cells[slot].head }
        set {
            cells[slot].head = newValue
            guard !cells[slot].isMoved else { return }
            cells[slot].isMoved = true
            moved.append(slot)
        }
    }

    /// Where a stream's head is; `read` gives it if the stream has not been met.
    mutating func slot(of stream: StreamName, read: () throws -> Head?) rethrows -> Int {
        if let slot = slots[stream] { return slot }
        cells.append(Cell(stream: stream, head: try read() ?? Head(), isMoved: false))
        slots[stream] = cells.count - 1
        return cells.count - 1
    }

    /// Gives every head whose row is not written yet, and counts it as written.
    mutating func forEachMoved(_ body: (StreamName, Head) throws -> Void) rethrows {
        for slot in moved {
            try body(cells[slot].stream, cells[slot].head)
            cells[slot].isMoved = false
        }
        moved.removeAll(keepingCapacity: true)
    }

    mutating func removeAll() {
        slots.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
        moved.removeAll(keepingCapacity: true)
    }

    mutating func shrink() {
        if cells.count > Self.countMax { removeAll() }
    }
}
