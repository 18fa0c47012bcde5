import EventSourcing
import Glibc

/// From when on: a position, or a time.
enum Since {
    case position(Position)
    case time(Timestamp)

    /// Reads `@147`, `2h`, `3d`, `2026-11-02`, `2026-11-02 09:14` and `2026-11-02T09:14:41Z`; without `Z` in the local
    /// time zone.
    ///
    /// - Throws: `Complaint` (usage)
    init(_ text: String, now: Timestamp) throws {
        if text.hasPrefix("@"), let position = Position(text.dropFirst()), position > 0 {
            self = .position(position)
        } else if let ago = Self.ago(text) {
            self = .time(now - ago)
        } else if let time = Self.time(text) {
            self = .time(time)
        } else {
            throw Complaint(
                "\(text) is no position and no time",
                hint: "such as @147, 2h, 3d, 2026-11-02, \"2026-11-02 09:14\", 2026-11-02T09:14:41Z", status: .usage)
        }
    }

    func includes(_ event: RecordedEvent) -> Bool {
        switch self {
        case .position(let position): event.position >= position
        case .time(let time): event.time >= time
        }
    }

    private static let units: [Character: Timestamp] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]

    private static func ago(_ text: String) -> Timestamp? {
        guard let unit = text.last.flatMap({ units[$0] }), let number = Timestamp(text.dropLast()), number >= 0,
            number < 1_000_000
        else { return nil }
        return number * unit * 1_000_000
    }

    /// Year, month and day, and perhaps hour, minute and second behind a blank or a `T`.
    private static func time(_ text: String) -> Timestamp? {
        let isUTC = text.hasSuffix("Z")
        let halves = (isUTC ? text.dropLast() : Substring(text)).split(
            maxSplits: 1, omittingEmptySubsequences: false
        ) { $0 == " " || $0 == "T" }
        guard let date = numbers(halves[0], "-", in: 3...3),
            let clock = halves.count == 2 ? numbers(halves[1], ":", in: 2...3) : [0, 0]
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (date[0] - 1_900, date[1] - 1, date[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (clock[0], clock[1], clock.count == 3 ? clock[2] : 0)
        guard 1_970...9_999 ~= date[0], 1...12 ~= date[1], 1...31 ~= date[2], clock[0] < 24,
            clock.dropFirst().allSatisfy({ $0 < 60 })
        else { return nil }
        parts.tm_isdst = -1
        return Timestamp(isUTC ? timegm(&parts) : mktime(&parts)) * 1_000_000
    }

    private static func numbers(_ text: Substring, _ separator: Character, in count: ClosedRange<Int>) -> [Int32]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.allSatisfy(\.isNumber) ? Int32(part) : nil }
        return numbers.count == parts.count && count.contains(parts.count) ? numbers : nil
    }
}
