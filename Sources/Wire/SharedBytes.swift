/// Bytes that many may read at once and nobody changes: a mapped file, or memory of their own.
///
/// A view that points into them is kept together with this object, or lent by `withBytes`: otherwise the memory may be
/// given back after the last use of this object, which need not be the last use of the view.
public final class SharedBytes: @unchecked Sendable {
    /// Where memory of their own begins: at a multiple of so many bytes. A mapped file begins at a page.
    public static let alignment = 64

    /// Valid as long as this object lives.
    public let buffer: UnsafeRawBufferPointer
    private let release: @Sendable (UnsafeRawBufferPointer) -> Void

    /// - Parameters:
    ///   - buffer: never changed from now on.
    ///   - release: called once, when nobody holds them any more.
    public init(_ buffer: UnsafeRawBufferPointer, release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.buffer = buffer
        self.release = release
    }

    /// A copy.
    public convenience init(copying bytes: some Collection<UInt8>) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: Self.alignment)
        copy.copyBytes(from: bytes)
        self.init(UnsafeRawBufferPointer(copy)) { $0.deallocate() }
    }

    /// Room in memory that is filled now; it holds zeros before.
    public convenience init(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: Self.alignment)
        room.initializeMemory(as: UInt8.self, repeating: 0)
        fill(room)
        self.init(UnsafeRawBufferPointer(room)) { $0.deallocate() }
    }

    deinit { release(buffer) }

    /// Lends them.
    public func withBytes<R, E>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(self) {} }
        return try body(buffer)
    }

    /// How many there are.
    public var count: Int { buffer.count }
}
