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
}
