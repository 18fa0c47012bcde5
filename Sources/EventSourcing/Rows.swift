public import Wire

/// The rows of one view while events are folded into them: those that were touched, over those that are kept.
///
/// A key is printable ASCII, 1 to `Row.keyBytesMax` bytes. A row is read and decoded when it is first asked for, and
/// stays decoded; it is encoded again when the batch ends.
public struct Rows: ~Copyable {
    private let base: any RowSource
    /// They keep the rows alive; the lists below only point to them.
    private var slots = SlotTable()
    @usableFromInline var touched: [Unmanaged<RowSlot>] = []
    private var changed: [Unmanaged<RowSlot>] = []
    private var writer = WireWriter()
    private var memos = NumberTable()
    /// What every event did to every row, in order.
    public private(set) var steps: [RowStep] = []
    /// That of the event that was settled last.
    public private(set) var distance: UInt32 = 0
    /// What went wrong below a subscript, which cannot throw.
    public private(set) var failure: (any Error)?

    /// Rows over those of a source, which must not change meanwhile.
    public init(over base: any RowSource) { self.base = base }
}

/// One change of a row.
public struct RowStep: Sendable, Equatable {
    /// The row's place in ``Rows/changedKeys``.
    public let row: UInt32
    /// How far its event stands behind the one that was settled first.
    public let distance: UInt32
    /// The row's fingerprint behind the event; 0 for no row.
    public let fingerprint: UInt64
}

/// A row that cannot be kept.
public struct RowFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
}

// MARK: - Cells
extension Rows {
    /// A row by its key, as a place that can be kept for as long as these rows are.
    ///
    /// - Throws: `WireError` if the bytes under the key are not such a row.
    public mutating func cell<Value: WireMessage>(
        _ key: String, as _: Value.Type = Value.self
    ) throws(WireError) -> RowCell<Value> {
        if let slot = slots[key] {
            if let cell = slot as? RowCell<Value> {
                try cell.settleRaw()
                return cell
            }
            precondition(type(of: slot) == RowSlot.self, "the row \(key) is used as two types")
            return try cell(replacing: slot)
        }
        let cell = RowCell<Value>(of: key)
        if let bytes = kept(key) {
            cell.value = try Value(wireBytes: bytes)
            cell.fingerprint = cell.fingerprintNow(cell, &writer)
            cell.before = cell.fingerprint
        }
        slots[key] = cell
        return cell
    }

    /// What was only bytes becomes a row of a type.
    private mutating func cell<Value: WireMessage>(replacing slot: RowSlot) throws(WireError) -> RowCell<Value> {
        let cell = RowCell<Value>(of: slot.key)
        cell.value = try slot.raw.map { bytes throws(WireError) in try Value(wireBytes: bytes) }
        cell.fingerprint = slot.fingerprint
        cell.before = slot.before
        cell.isTouched = slot.isTouched
        cell.place = slot.place
        let old = Unmanaged.passUnretained(slot).toOpaque()
        if let index = touched.firstIndex(where: { $0.toOpaque() == old }) { touched[index] = .passUnretained(cell) }
        if let place = slot.place { changed[Int(place)] = .passUnretained(cell) }
        slots[slot.key] = cell
        return cell
    }

    /// Changes a row in its place.
    @inlinable
    public mutating func change<Value, Result>(
        _ cell: RowCell<Value>, _ body: (inout Value?) throws -> Result
    ) rethrows -> Result {
        touch(cell)
        return try body(&cell.storage)
    }

    /// Changes a row in its place; where there is none, begins with another.
    @inlinable
    public mutating func change<Value>(
        _ cell: RowCell<Value>, or first: @autoclosure () -> Value, _ body: (inout Value) throws -> Void
    ) rethrows {
        touch(cell)
        if !cell.isThere { cell.storage = first() }
        try cell.storage?.lend(to: body)
    }

    /// Puts a row in a place.
    public mutating func set<Value>(_ cell: RowCell<Value>, to value: Value?) {
        touch(cell)
        cell.value = value
    }

    @inlinable
    mutating func touch(_ slot: RowSlot) {
        guard !slot.isTouched else { return }
        slot.isTouched = true
        touched.append(.passUnretained(slot))
    }

    private mutating func kept(_ key: String) -> [UInt8]? {
        guard Row.isValid(key: key) else {
            let start = key.prefix(100)
            failure =
                failure
                ?? RowFailure(description: "a key is printable ASCII of 1 to \(Row.keyBytesMax) bytes: \(start)")
            return nil
        }
        do {
            return try base.row(key)
        } catch {
            failure = failure ?? error
            return nil
        }
    }
}

// MARK: - By key
extension Rows {
    /// The row under a key, as a message.
    ///
    /// - Throws: `WireError` if the bytes are not one.
    public mutating func row<Value: WireMessage>(
        _ key: String, as _: Value.Type = Value.self
    ) throws(WireError) -> Value? {
        try cell(key, as: Value.self).value
    }

    /// Puts a row under a key, in place of what was there.
    public mutating func set<Value: WireMessage>(_ key: String, to value: Value) throws(WireError) {
        set(try cell(key), to: value)
    }

    /// The bytes under a key.
    public subscript(key: String) -> [UInt8]? {
        mutating get { slot(key).encoded(using: &writer) }
        set {
            let slot = slot(key)
            guard newValue != slot.encoded(using: &writer) else { return }
            touch(slot)
            slot.clear()
            slot.raw = newValue
        }
    }

    /// The keys with this prefix, sorted.
    public mutating func keys(startingWith prefix: String) -> [String] {
        var keys: Set<String> = []
        do {
            for row in try base.rows(startingWith: prefix, after: nil, limit: .max) { keys.insert(row.key) }
        } catch {
            failure = failure ?? error
        }
        slots.forEach { slot in
            guard slot.key.hasPrefix(prefix) else { return }
            if slot.isEmpty { keys.remove(slot.key) } else { keys.insert(slot.key) }
        }
        return keys.sorted()
    }

    private mutating func slot(_ key: String) -> RowSlot {
        if let slot = slots[key] { return slot }
        let slot = RowSlot(key)
        slot.raw = kept(key)
        slot.fingerprint = slot.fingerprintNow(slot, &writer)
        slot.before = slot.fingerprint
        slots[key] = slot
        return slot
    }
}

// MARK: - What a projection works out
extension Rows {
    /// What a projection keeps of a stream between two of its events: keys, cells, parts of names.
    ///
    /// It must follow from the rows and the stream's name alone, for it is forgotten between two batches.
    public func memo<Memo: AnyObject>(of stream: Position, as _: Memo.Type) -> Memo? {
        memos[stream].map { unsafeDowncast($0, to: Memo.self) }
    }

    /// Keeps what a projection worked out; always of the one type that it asks for.
    public mutating func keep(_ memo: some AnyObject, of stream: Position) { memos[stream] = memo }
}

// MARK: - By event, and at the end of a batch
extension Rows {
    /// Ends an event: what it changed becomes steps.
    ///
    /// - Parameter distance: how far the event stands behind the one that was settled first.
    public mutating func settle(at distance: UInt32) {
        self.distance = distance
        for index in touched.indices {
            touched[index]._withUnsafeGuaranteedRef { slot in
                slot.isTouched = false
                let now = slot.fingerprintNow(slot, &writer)
                guard now != slot.fingerprint else { return }
                slot.fingerprint = now
                steps.append(RowStep(row: place(of: slot), distance: distance, fingerprint: now))
            }
        }
        touched.removeAll(keepingCapacity: true)
    }

    private mutating func place(of slot: RowSlot) -> UInt32 {
        if let place = slot.place { return place }
        let place = UInt32(changed.count)
        slot.place = place
        changed.append(.passUnretained(slot))
        return place
    }

    /// Drops the steps so far, where nobody keeps a trail.
    mutating func forgetSteps() { steps.removeAll(keepingCapacity: true) }

    /// The keys of all rows that some event changed, in the order in which they were first changed.
    public var changedKeys: [String] { changed.map { $0._withUnsafeGuaranteedRef(\.key) } }

    /// The rows that are not what they were, with their new bytes (nil: gone), in the order of their keys.
    ///
    /// The bytes are lent from a buffer that the next row is written into.
    public mutating func forEachChange(_ body: (_ key: String, _ bytes: RawSpan?) throws -> Void) rethrows {
        for index in changedInOrder() {
            try changed[index]._withUnsafeGuaranteedRef { slot in
                writer.removeAll()
                if slot.encode(slot, &writer) {
                    try body(slot.key, writer.bytes)
                } else {
                    try body(slot.key, nil)
                }
            }
        }
    }

    /// The places of rows that are not what they were, in the order of their keys.
    private func changedInOrder() -> [Int] {
        // Keys side by side: they are compared a dozen times each.
        var bytes: [UInt8] = []
        var keys: [(place: Int, range: Range<Int>)] = []
        for index in changed.indices {
            changed[index]._withUnsafeGuaranteedRef { slot in
                guard slot.fingerprint != slot.before else { return }
                let start = bytes.count
                bytes.append(contentsOf: slot.key.utf8)
                keys.append((index, start..<bytes.count))
            }
        }
        bytes.withUnsafeBytes { bytes in
            let all = RawSpan(_unsafeBytes: bytes)
            keys.sort { all.extracting($0.range).precedes(all.extracting($1.range)) }
        }
        return keys.map(\.place)
    }
}
