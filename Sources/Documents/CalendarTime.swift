/// Dates of files as microseconds since 1970, and back (proleptic Gregorian calendar, UTC).
public enum CalendarTime {
    /// Days since 1970 of `2026-11-01` (RFC 3339 `full-date`); nil for anything but a day that there is.
    static func day(_ text: some StringProtocol) -> Int64? {
        let bytes = Array(text.utf8.prefix(11))
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10])
        else { return nil }
        return days(year, month, day)
    }

    /// `2026-11-02`, `2026-11-02T09:13`, `2026-11-02 09:13:41.5+01:00` (RFC 3339); a day is its first moment.
    public static func microseconds(of text: some StringProtocol) -> Int64? {
        let bytes = Array(text.utf8.prefix(40))
        guard let day = day(String(decoding: bytes.prefix(10), as: UTF8.self)) else { return nil }
        guard bytes.count > 10 else { return day * 86_400_000_000 }
        guard "Tt ".utf8.contains(bytes[10]) else { return nil }
        let rest = bytes[11...]
        let zone = rest.firstIndex { "Zz+-".utf8.contains($0) } ?? rest.endIndex
        guard let clock = clock(rest[..<zone]), let offset = offset(rest[zone...]) else { return nil }
        return (day * 86_400 - offset) * 1_000_000 + clock
    }

    /// `Mon, 2 Nov 2026 09:13:41 +0100 (CET)` (RFC 5322, 3.3, and 4.3 for zones by name).
    static func microseconds(ofMail text: some StringProtocol) -> Int64? {
        var words = String(text).split { $0 == " " || $0 == "," || $0 == "\t" }.prefix(7).map(String.init)
        if let first = words.first, first.utf8.first.map({ $0 > 0x39 }) ?? false { words.removeFirst() }
        guard words.count >= 4, let day = number(Array(words[0].utf8)[...]),
            let month = months.firstIndex(of: words[1].prefix(3).lowercased()),
            var year = number(Array(words[2].utf8)[...]), let clock = clock(Array(words[3].utf8)[...])
        else { return nil }
        if words[2].utf8.count <= 3 { year += year < 50 ? 2_000 : 1_900 }
        guard let days = days(year, Int64(month) + 1, day) else { return nil }
        let zone = words.count > 4 ? words[4] : "GMT"
        let hours: [String: Int64] = [
            "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
        ]
        let offset = hours[zone].map { $0 * 3_600 } ?? self.offset(Array(zone.utf8)[...]) ?? 0
        return (days * 86_400 - offset) * 1_000_000 + clock
    }

    /// `2026-11-02 09:13 UTC`
    static func text(of microseconds: Int64) -> String {
        let seconds = microseconds.floorDivided(by: 1_000_000)
        let days = seconds.floorDivided(by: 86_400)
        let rest = seconds - days * 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date(of: days)) \(two(rest / 3_600)):\(two(rest / 60 % 60)) UTC"
    }

    /// `2026-11-02`
    static func date(ofMicroseconds microseconds: Int64) -> String {
        date(of: microseconds.floorDivided(by: 86_400_000_000))
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard 1...6 ~= digits.count, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Microseconds since midnight of `09:13`, `09:13:41`, `09:13:41.25`.
    private static func clock(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard 2...3 ~= parts.count, let hour = number(parts[0]), let minute = number(parts[1]), hour < 24, minute < 60
        else { return nil }
        var micros = (hour * 3_600 + minute * 60) * 1_000_000
        guard parts.count == 3 else { return micros }
        let second = parts[2].split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = number(second[0]), whole <= 60 else { return nil }
        micros += whole * 1_000_000
        guard second.count == 2 else { return micros }
        guard let fraction = number(second[1].prefix(6)) else { return nil }
        return micros + (0..<max(0, 6 - second[1].count)).reduce(fraction) { value, _ in value * 10 }
    }

    /// Seconds of `Z`, `+01:00`, `-0500`; UTC if there is none.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let sign = bytes.first, !"Zz".utf8.contains(sign) else { return bytes.count <= 1 ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            return ["GMT", "UT", "UTC"].contains(String(decoding: bytes, as: UTF8.self)) ? 0 : nil
        }
        let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 4, let hours = number(digits[0..<2]), let minutes = number(digits[2..<4]), hours < 24
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// Days since 1970-01-01, after Howard Hinnant: years begin in March. Nil for no day.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard 1...9_999 ~= year, 1...12 ~= month, 1...lengths[Int(month) - 1] ~= day else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(of days: Int64) -> String {
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
    }
}
