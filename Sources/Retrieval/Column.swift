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
