import Testing
import Wire

@Suite struct `Bytes in order` {
    @Test func `stand as arrays of them do`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let left = (0..<Int.random(in: 0...20, using: &generator)).map { _ in UInt8.random(in: 0...1) &* 255 }
            var right = left
            if Bool.random(), !right.isEmpty { right[Int.random(in: 0..<right.count)] ^= 128 }
            if Bool.random() { right = right.dropLast(Int.random(in: 0...3)) }
            #expect(left.span.bytes.precedes(right.span.bytes) == left.lexicographicallyPrecedes(right))
            #expect(left.span.bytes.isEqual(to: right.span.bytes) == (left == right))
        }
    }
}
