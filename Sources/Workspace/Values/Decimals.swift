/// Numbers as people write them, exactly: no float is involved.
enum Decimals {
    /// `0.20` with three places is 200. Nil for a sign, an exponent, more places than allowed, or over 12 digits.
    static func parse(_ text: some StringProtocol, places: Int) -> UInt64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, isDigits(whole), whole.utf8.count <= 12 else { return nil }
        guard parts.count == 2 else { return scaled(String(whole), by: places) }
        let fraction = parts[1]
        guard isDigits(fraction), fraction.utf8.count <= places else { return nil }
        return scaled(String(whole) + fraction, by: places - fraction.utf8.count)
    }

    private static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    private static func scaled(_ digits: String, by places: Int) -> UInt64? {
        UInt64(digits + String(repeating: "0", count: places))
    }
}

/// `10m`, `3d`, `48h`, `30s`, `100ms`.
enum Durations {
    /// 366 days, in milliseconds.
    static let max: UInt64 = 366 * 86_400_000

    /// Milliseconds, more than none.
    static func parse(_ text: String) -> UInt64? {
        let units: KeyValuePairs<String, UInt64> = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        for (unit, milliseconds) in units where text.hasSuffix(unit) {
            guard let count = Decimals.parse(text.dropLast(unit.count), places: 0) else { continue }
            let (product, overflow) = count.multipliedReportingOverflow(by: milliseconds)
            return overflow || product == 0 || product > max ? nil : product
        }
        return nil
    }
}

/// `$0.20`.
enum Money {
    /// A million dollars, in micro-dollars.
    static let max: UInt64 = 1_000_000_000_000

    /// Micro-dollars.
    static func parse(_ text: String) -> UInt64? {
        guard text.hasPrefix("$"), let amount = Decimals.parse(text.dropFirst(), places: 6) else { return nil }
        return amount <= max ? amount : nil
    }
}

/// `64KiB`, `1MiB`, or bytes.
enum ByteCounts {
    static func parse(_ text: String) -> UInt64? {
        let units: KeyValuePairs<String, UInt64> = ["KiB": 1_024, "MiB": 1_048_576]
        for (unit, bytes) in units where text.hasSuffix(unit) {
            return Decimals.parse(text.dropLast(unit.count), places: 0).map { $0 * bytes }
        }
        return Decimals.parse(text, places: 0)
    }
}
