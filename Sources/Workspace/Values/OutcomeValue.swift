/// A figure of what became of something: `169`, `0.46`, `46%`, `-3`.
public enum OutcomeValue {
    /// How it is to be written, for messages.
    public static let rule =
        "a number such as 169, 0.46 or 46%, with at most 12 digits before the point and 6 behind it"

    /// In millionths, so that rates and counts are both exact; a percentage is the rate. Nil for anything else.
    public static func millionths(_ text: String) -> Int64? {
        let isNegative = text.hasPrefix("-")
        var digits = isNegative ? text.dropFirst() : text[...]
        var places = 6
        if digits.hasSuffix("%") {
            digits = digits.dropLast()
            if digits.hasSuffix(" ") { digits = digits.dropLast() }
            places = 4
        }
        guard let magnitude = Decimals.parse(digits, places: places), let value = Int64(exactly: magnitude) else {
            return nil
        }
        return isNegative ? -value : value
    }
}
