import Events
import Testing

@Suite struct `A cost` {
    @Test func `is of tokens by the million, and rounded up`() {
        func cost(_ input: UInt64, _ output: UInt64, _ prices: (UInt64, UInt64)) -> UInt64 {
            Cost.microdollars(ofInput: input, at: prices.0, output: output, at: prices.1)
        }
        #expect(cost(2_914, 1_034, (1_000_000, 5_000_000)) == 8_084)
        #expect(cost(1, 0, (1, 0)) == 1)
        #expect(cost(0, 0, (1, 1)) == 0)
        #expect(cost(0, 0, (.max, .max)) == 0)
    }

    @Test func `that does not fit is the largest, and no sum goes beyond it`() {
        for (tokens, price) in [(UInt64.max, UInt64.max), (1 << 40, 1 << 40), (2, .max)] {
            #expect(Cost.microdollars(ofInput: tokens, at: price) == Cost.max)
        }
        #expect(Cost.microdollars(ofInput: 1, at: .max, output: 1, at: .max) == Cost.max)
        // Rounding up the largest product that fits overflows nothing.
        #expect(Cost.microdollars(ofInput: 1, at: .max) == Cost.max)
        #expect(Cost.sum(Cost.max, 1) == Cost.max)
        #expect(Cost.sum(.max, .max) == Cost.max)
        #expect(Cost.sum(2, 3) == 5)
    }
}
