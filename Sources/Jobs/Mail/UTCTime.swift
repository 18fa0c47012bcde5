public import EventSourcing

/// A moment as a mail or a feed writes it, in UTC; the proleptic Gregorian calendar.
public struct UTCTime: Hashable, Sendable {
    public let year: Int
    public let month: Int
    public let day: Int
    /// 0 is Sunday.
    public let weekday: Int
    public let hour: Int
    public let minute: Int
    public let second: Int

    /// - Parameter timestamp: microseconds since 1970-01-01T00:00:00Z.
    public init(_ timestamp: Timestamp) {
        let seconds = Int(timestamp.flooredQuotient(dividingBy: 1_000_000))
        let days = seconds.flooredQuotient(dividingBy: 86_400)
        let time = seconds - days * 86_400
        (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60)
        weekday = (days + 4) - (days + 4).flooredQuotient(dividingBy: 7) * 7
        // Days to date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March.
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(dividingBy: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `Mon, 02 Nov 2026 09:13:41 +0000` (RFC 5322, 3.3).
    public var header: String {
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = "\(weekdays[weekday]), \(day.padded(2)) \(months[month - 1]) \(year.padded(4))"
        return "\(date) \(hour.padded(2)):\(minute.padded(2)):\(second.padded(2)) +0000"
    }

    /// `2026-11-02T09:13:41Z` (RFC 3339).
    public var rfc3339: String {
        let date = "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))"
        return "\(date)T\(hour.padded(2)):\(minute.padded(2)):\(second.padded(2))Z"
    }
}

extension BinaryInteger {
    fileprivate func flooredQuotient(dividingBy divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    fileprivate func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
