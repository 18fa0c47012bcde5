/// Bytes of a segment, wherever they lie, until nobody uses them any more.
public final class SegmentMemory: @unchecked Sendable {
    /// Where segments begin in memory, so that every column is aligned: a cache line.
    public static let alignment = 64

    /// Never written after this object was made; that is why it may be shared.
    let bytes: UnsafeRawBufferPointer
    private let release: @Sendable () -> Void

    /// Takes over bytes that lie elsewhere: mapped from a file, for instance.
    ///
    /// - Parameters:
    ///   - bytes: aligned to 64 bytes, and not written any more.
    ///   - release: what is to be done when nobody uses them.
    public init(_ bytes: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
        self.bytes = bytes
        self.release = release
    }

    /// Makes room in memory and has it filled; it holds zeros before.
    public convenience init(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(byteCount, 1), alignment: SegmentMemory.alignment)
        room.initializeMemory(as: UInt8.self, repeating: 0)
        fill(UnsafeMutableRawBufferPointer(rebasing: room[..<byteCount]))
        nonisolated(unsafe) let owned = room
        self.init(UnsafeRawBufferPointer(rebasing: room[..<byteCount])) { owned.deallocate() }
    }

    deinit { release() }
}

/// Numbers of a segment, side by side. Reading past the end gives zero: a damaged file must not bring anybody down.
struct Column<Number: FixedWidthInteger & BitwiseCopyable & Sendable>: @unchecked Sendable {
    let base: UnsafePointer<Number>?
    let count: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        base = bytes.baseAddress?.assumingMemoryBound(to: Number.self)
        count = bytes.count / MemoryLayout<Number>.stride
    }

    @inline(__always)
    subscript(_ index: Int) -> Number {
        guard let base, index >= 0, index < count else { return 0 }
        return base[index]
    }
}
