/// Reads sums of money. They are rounded up: a cost is never less than it was.
enum Money {
    /// Reads a number of dollars such as `0.00012` or `1.2e-4`, exactly; nil if it is none, or negative, or absurd.
    static func microdollars(ofDollars digits: String) -> UInt64? {
        let parts = digits.lowercased().split(separator: "e", omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, mantissa.count <= 2, let exponent = parts.count == 2 ? Int(parts[1]) : 0,
            (-400...400).contains(exponent)
        else { return nil }
        let fraction = mantissa.count == 2 ? String(mantissa[1]) : ""
        let all = mantissa[0] + fraction
        guard !all.isEmpty, all.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        // The value is `all` times ten to the power of `shift`, in microdollars.
        let shift = exponent + 6 - fraction.utf8.count
        let significant = all.drop { $0 == "0" }
        guard !significant.isEmpty else { return 0 }
        if shift >= 0 {
            return significant.utf8.count + shift > 18
                ? nil : UInt64(significant + String(repeating: "0", count: shift))
        }
        let kept = significant.dropLast(-shift)
        let isWhole = significant.suffix(-shift).allSatisfy { $0 == "0" }
        guard kept.utf8.count <= 18 else { return nil }
        return (UInt64(kept) ?? 0) + (isWhole ? 0 : 1)
    }
}
