import Events
import Testing

@testable import Agents

@Suite struct `Sums of money` {
    @Test(
        arguments: [
            ("0", 0), ("0.0", 0), ("1", 1_000_000), ("0.000001", 1), ("0.0000001", 1), ("0.00012345", 124),
            ("1.2e-4", 120),
            ("12E3", 12_000_000_000), ("1e-12", 1), ("0.0001230", 123), ("1e-400", 1), ("-1", nil), ("1e300", nil),
            ("NaN", nil), ("", nil), (".", nil), ("1e", nil), ("1.2.3", nil), ("99999999999999", nil),
        ] as [(String, UInt64?)])
    func `dollars are read exactly and rounded up`(digits: String, expected: UInt64?) {
        #expect(Money.microdollars(ofDollars: digits) == expected)
    }

    @Test func `tokens are charged by the million and rounded up`() {
        func cost(_ input: UInt32, _ output: UInt32, _ prices: (UInt64, UInt64)) -> UInt64 {
            Money.cost(
                of: Usage(inputTokens: input, outputTokens: output, cachedTokens: 0), inputMicrodollars: prices.0,
                outputMicrodollars: prices.1)
        }
        #expect(cost(2_914, 1_034, (1_000_000, 5_000_000)) == 8_084)
        #expect(cost(1, 0, (1, 0)) == 1)
        #expect(cost(0, 0, (1, 1)) == 0)
        #expect(cost(.max, .max, (.max, .max)) == UInt64.max / 1_000_000)
    }
}
