import EventSourcing
import LMDB

/// Which events changed a row, and to what: so that two foldings can be compared event by event.
///
/// A batch leaves its steps in blocks, under the position of the block's first event, in the order of events: to
/// write them costs no search and no sorting. Who wants the trail of some rows goes over all blocks once.
///
/// A block, little endian: how many steps (4 bytes), how many keys (4), the position that distances count from (8);
/// the keys (length in 2 bytes, then the key); the steps (the key's place counted from 0 and the distance from the step
/// before, as varints, and in 4 bytes half of the row's fingerprint, or 0 for no row).
enum Trail {
    /// The most steps of one block.
    static let blockStepsMax = 4_096
    private static let headBytes = 16
    private static let stepBytesMax = 5 + 5 + 4

    /// One change: behind it the row had this fingerprint, or 0 for no row.
    struct Step: Equatable {
        let position: Position
        let fingerprint: UInt32
    }

    /// Half of a fingerprint tells the states of one row apart well enough, in half the room. Zero stays for no row.
    private static func half(_ fingerprint: UInt64) -> UInt32 {
        fingerprint == 0 ? 0 : max(UInt32(truncatingIfNeeded: fingerprint), 1)
    }

    /// The first position behind which the two histories of a row differ; nil if they never do.
    static func parting(_ left: [Step], _ right: [Step]) -> Position? {
        var (l, r) = (0, 0)
        var (leftPrint, rightPrint): (UInt32, UInt32) = (0, 0)
        while l < left.count || r < right.count {
            let next = min(l < left.count ? left[l].position : .max, r < right.count ? right[r].position : .max)
            if l < left.count, left[l].position == next {
                leftPrint = left[l].fingerprint
                l += 1
            }
            if r < right.count, right[r].position == next {
                rightPrint = right[r].fingerprint
                r += 1
            }
            if leftPrint != rightPrint { return next }
        }
        return nil
    }
}

// MARK: - Writing
extension Trail {
    /// Appends the steps of a batch.
    ///
    /// - Parameters:
    ///   - origin: the position that the steps' distances count from.
    ///   - keys: what the steps' rows are called.
    static func write(
        _ steps: [RowStep], from origin: Position, keys: [String], to table: IntegerTable,
        in transaction: inout WriteTransaction
    ) throws {
        var places = [UInt32?](repeating: nil, count: keys.count)
        var start = 0
        while start < steps.count {
            // An event's steps stay together: blocks are named by events.
            var end = min(start + blockStepsMax, steps.count)
            while end < steps.count, steps[end].distance == steps[end - 1].distance { end += 1 }
            let block = steps[start..<end]
            try write(block, from: origin, keys: keys, &places, to: table, in: &transaction)
            start = end
        }
    }

    private static func write(
        _ steps: ArraySlice<RowStep>, from origin: Position, keys: [String], _ places: inout [UInt32?],
        to table: IntegerTable, in transaction: inout WriteTransaction
    ) throws {
        guard let first = steps.first else { return }
        var rows: [Int] = []
        var keyBytes = 0
        for step in steps where places[Int(step.row)] == nil {
            places[Int(step.row)] = UInt32(rows.count)
            rows.append(Int(step.row))
            keyBytes += 2 + keys[Int(step.row)].utf8.count
        }
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: headBytes + keyBytes + steps.count * stepBytesMax, alignment: 8)
        defer { room.deallocate() }
        room.storeBytes(of: UInt32(steps.count).littleEndian, toByteOffset: 0, as: UInt32.self)
        room.storeBytes(of: UInt32(rows.count).littleEndian, toByteOffset: 4, as: UInt32.self)
        room.storeBytes(of: origin.littleEndian, toByteOffset: 8, as: UInt64.self)
        var offset = headBytes
        for row in rows {
            let key = keys[row].utf8
            room.storeBytes(of: UInt16(key.count).littleEndian, toByteOffset: offset, as: UInt16.self)
            UnsafeMutableRawBufferPointer(rebasing: room[(offset + 2)...]).copyBytes(from: key)
            offset += 2 + key.count
        }
        var distance: UInt32 = 0
        for step in steps {
            offset = room.storeVarint(places[Int(step.row)] ?? 0, at: offset)
            offset = room.storeVarint(step.distance - distance, at: offset)
            room.storeBytes(of: half(step.fingerprint).littleEndian, toByteOffset: offset, as: UInt32.self)
            distance = step.distance
            offset += 4
        }
        let block = UnsafeRawBufferPointer(rebasing: room[..<offset])
        try transaction.append(RawSpan(_unsafeBytes: block), for: origin + Position(first.distance), to: table)
        for row in rows { places[row] = nil }
    }
}

// MARK: - Reading
extension Trail {
    /// Adds the steps of a block that belong to wanted rows.
    static func read(_ block: RawSpan, into trails: inout [[UInt8]: [Step]]) {
        guard block.byteCount >= headBytes else { return }
        let stepCount = Int(UInt32(littleEndian: block.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)))
        let keyCount = Int(UInt32(littleEndian: block.unsafeLoadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        let origin = UInt64(littleEndian: block.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self))
        var offset = headBytes
        var wanted: [UInt32: [UInt8]] = [:]
        for place in 0..<keyCount {
            guard offset + 2 <= block.byteCount else { return }
            let length = Int(UInt16(littleEndian: block.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)))
            offset += 2
            guard offset + length <= block.byteCount else { return }
            let key = block.extracting(offset..<offset + length).withUnsafeBytes { Array($0) }
            if trails[key] != nil { wanted[UInt32(place)] = key }
            offset += length
        }
        guard !wanted.isEmpty else { return }
        var position = origin
        for _ in 0..<stepCount {
            guard let place = block.varint(at: &offset), let distance = block.varint(at: &offset),
                offset + 4 <= block.byteCount
            else { return }
            position += Position(distance)
            let print = UInt32(littleEndian: block.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
            offset += 4
            if let key = wanted[place] { trails[key]?.append(Step(position: position, fingerprint: print)) }
        }
    }
}

// MARK: - Varints
extension UnsafeMutableRawBufferPointer {
    /// Puts a number in at most five bytes; returns where the next may stand.
    fileprivate func storeVarint(_ number: UInt32, at start: Int) -> Int {
        var (rest, offset) = (number, start)
        while rest >= 0x80 {
            self[offset] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            offset += 1
        }
        self[offset] = UInt8(truncatingIfNeeded: rest)
        return offset + 1
    }
}

extension RawSpan {
    /// The number at an offset, which moves behind it; nil if there is none.
    fileprivate func varint(at offset: inout Int) -> UInt32? {
        var number: UInt32 = 0
        for shift in stride(from: UInt32(0), to: 35, by: 7) {
            guard offset < byteCount else { return nil }
            let byte = unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            offset += 1
            number |= UInt32(byte & 0x7f) << shift
            if byte < 0x80 { return number }
        }
        return nil
    }
}
