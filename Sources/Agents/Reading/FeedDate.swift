import Jobs
import Transfer

/// Dates of feeds: RFC 3339 in Atom, RFC 822 in RSS.
enum FeedDate {
    /// The same moment as RFC 3339 in UTC; empty if it is no date.
    static func timestamp(of text: String) -> String {
        let text = text.trimmed
        guard let seconds = rfc3339(text) ?? HTTPDate.seconds(of: text) else { return "" }
        return UTCTime(seconds * 1_000_000).rfc3339
    }

    /// Seconds since 1970 of `2026-11-02`, `2026-11-02T09:13`, `2026-11-02T09:13:41.5+01:00`.
    private static func rfc3339(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count,
                bytes[range].allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
            else { return nil }
            return Int64(String(decoding: bytes[range], as: UTF8.self))
        }
        func has(_ character: UInt8, at index: Int) -> Bool { index < bytes.count && bytes[index] == character }
        let dash = UInt8(ascii: "-")
        guard has(dash, at: 4), has(dash, at: 7), let year = number(0..<4), let month = number(5..<7),
            let day = number(8..<10), 1...12 ~= month, 1...31 ~= day, 1...9_999 ~= year
        else { return nil }
        var seconds = days(year, month, day) * 86_400
        guard bytes.count > 10 else { return seconds }
        let colon = UInt8(ascii: ":")
        guard let hour = number(11..<13), has(colon, at: 13), let minute = number(14..<16), hour < 24, minute < 60
        else {
            return nil
        }
        seconds += hour * 3_600 + minute * 60
        var index = 16
        if has(colon, at: index), let second = number(17..<19), second <= 60 {
            seconds += second
            index = 19
        }
        if has(UInt8(ascii: "."), at: index) {
            index += 1
            while number(index..<index + 1) != nil { index += 1 }
        }
        if index == bytes.count || has(UInt8(ascii: "Z"), at: index) || has(UInt8(ascii: "z"), at: index) {
            return seconds
        }
        guard has(dash, at: index) || has(UInt8(ascii: "+"), at: index), let hours = number(index + 1..<index + 3),
            let minutes = number(index + 4..<index + 6)
        else { return nil }
        let offset = hours * 3_600 + minutes * 60
        return has(dash, at: index) ? seconds + offset : seconds - offset
    }

    /// Days since 1970-01-01 of a date, after Howard Hinnant: years begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
