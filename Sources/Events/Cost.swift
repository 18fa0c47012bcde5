/// Sums of money in millionths of a dollar.
public enum Cost {
    /// The largest sum that there is. What does not fit costs this much, and no budget leaves it.
    public static let max = UInt64.max / perMillion

    private static let perMillion: UInt64 = 1_000_000

    /// What tokens cost at prices of a million tokens, rounded up: a cost is never less than it was.
    public static func microdollars(
        ofInput inputTokens: UInt64, at inputMicrodollars: UInt64, output outputTokens: UInt64 = 0,
        at outputMicrodollars: UInt64 = 0
    ) -> UInt64 {
        let input = inputTokens.multipliedReportingOverflow(by: inputMicrodollars)
        let output = outputTokens.multipliedReportingOverflow(by: outputMicrodollars)
        let sum = input.partialValue.addingReportingOverflow(output.partialValue)
        guard !input.overflow, !output.overflow, !sum.overflow else { return max }
        let rounded = sum.partialValue / perMillion + (sum.partialValue.isMultiple(of: perMillion) ? 0 : 1)
        return Swift.min(rounded, max)
    }

    /// The sum of two, at most the largest.
    public static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? max : Swift.min(sum, max)
    }
}
