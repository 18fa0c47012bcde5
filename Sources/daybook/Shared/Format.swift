import EventSourcing
import Foundation

/// Numbers as people read them.
enum Format {
    /// `$0.0081`; `$0` for nothing.
    static func money(_ microdollars: UInt64) -> String {
        guard microdollars > 0 else { return "$0" }
        var digits = String(microdollars % 1_000_000 + 1_000_000).dropFirst()
        while digits.count > 2, digits.hasSuffix("0") { digits.removeLast() }
        return "$\(microdollars / 1_000_000).\(digits)"
    }

    /// `14.2 s`, `0.04 s`, `3 min 20 s`.
    static func duration(_ microseconds: UInt64) -> String {
        let centiseconds = (microseconds + 5_000) / 10_000
        if centiseconds < 100 { return "0.\(pad(centiseconds, 2)) s" }
        if centiseconds < 12_000 { return "\(centiseconds / 100).\(centiseconds % 100 / 10) s" }
        let seconds = centiseconds / 100
        if seconds < 7_200 { return "\(seconds / 60) min \(seconds % 60) s" }
        return seconds < 172_800 ? "\(seconds / 3_600) h" : "\(seconds / 86_400) d"
    }

    /// `just now`, `20 min ago`, `3 h ago`, `12 d ago`.
    static func age(_ microseconds: Timestamp) -> String {
        let minutes = max(0, microseconds) / 60_000_000
        if minutes < 2 { return "just now" }
        if minutes < 120 { return "\(minutes) min ago" }
        return minutes < 2_880 ? "\(minutes / 60) h ago" : "\(minutes / 1_440) d ago"
    }

    /// `2026-11-02 09:14:41`, in the local time zone.
    static func time(_ time: Timestamp) -> String { format("%Y-%m-%d %H:%M:%S", time) }

    /// `Mon 2 Nov 09:14`, in the local time zone.
    static func moment(_ time: Timestamp) -> String { format("%a %-d %b %H:%M", time) }

    /// `2026-11-02T08:14:41.000123Z` (RFC 3339).
    static func iso(_ time: Timestamp) -> String {
        // A time before 1970 is not ours, and still no reason to stop.
        let microseconds = (time % 1_000_000 + 1_000_000) % 1_000_000
        var seconds = time_t((time &- microseconds) / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return text("%Y-%m-%dT%H:%M:%S", &parts) + "." + pad(UInt64(microseconds), 6) + "Z"
    }

    /// The same without what it does not need: `2026-11-02T08:14:41Z`.
    static func instant(_ time: Timestamp) -> String {
        let text = iso(time)
        return text.hasSuffix(".000000Z") ? text.dropLast(8) + "Z" : text
    }

    /// The time that `iso` writes so; nil for any other text.
    static func time(iso: String) -> Timestamp? {
        let numbers = iso.split { !$0.isASCII || !$0.isNumber }.compactMap { Int32($0) }
        guard iso.utf8.count == 27, numbers.count == 7 else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1_900, numbers[1] - 1, numbers[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        let time = Timestamp(timegm(&parts)) * 1_000_000 + Timestamp(numbers[6])
        return Format.iso(time) == iso ? time : nil
    }

    private static func format(_ pattern: String, _ time: Timestamp) -> String {
        var seconds = time_t(time / 1_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return text(pattern, &parts)
    }

    private static func text(_ pattern: String, _ parts: inout tm) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, pattern, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func pad(_ value: UInt64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// `2,914`.
    static func count(_ number: some BinaryInteger) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3), digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// `0.83` of 830,000 millionths.
    static func hundredths(_ millionths: some BinaryInteger) -> String {
        let value = (Int64(millionths) + (millionths < 0 ? -5_000 : 5_000)) / 10_000
        return "\(value < 0 ? "-" : "")\(abs(value) / 100).\(pad(UInt64(abs(value) % 100), 2))"
    }

    /// `812 bytes`, `1.4 KB`, `26 MB`: thousands, as disks are sold.
    static func bytes(_ count: UInt64) -> String {
        guard count >= 1_000 else { return plural(count, "byte") }
        var (value, unit) = (count * 10 / 1_000, 0)
        let units = ["KB", "MB", "GB", "TB", "PB"]
        while value >= 10_000, unit < units.count - 1 { (value, unit) = (value / 1_000, unit + 1) }
        return "\(value < 100 ? "\(value / 10).\(value % 10)" : Self.count(value / 10)) \(units[unit])"
    }

    /// `3 jobs`, `1 job`.
    static func plural(_ number: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
    }
}
