internal import Glibc

extension RawSpan {
    /// Whether these are the same bytes as others.
    public func isEqual(to other: RawSpan) -> Bool { byteCount == other.byteCount && order(before: other) == 0 }

    /// Whether these bytes stand before others: by the first byte that differs, or as the beginning of the others.
    public func precedes(_ other: RawSpan) -> Bool {
        let order = order(before: other)
        return order == 0 ? byteCount < other.byteCount : order < 0
    }

    /// That of the bytes that both have.
    private func order(before other: RawSpan) -> CInt {
        withUnsafeBytes { left in
            other.withUnsafeBytes { right in
                guard let a = left.baseAddress, let b = right.baseAddress else { return 0 }
                return memcmp(a, b, min(left.count, right.count))
            }
        }
    }
}
