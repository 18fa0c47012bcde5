import ArgumentParser
import EventSourcing
import Foundation
import Ledger

/// A moment of the past on the command line: `@123`, `2026-11-01`, `2026-11-01T09:30`, `"2 weeks ago"`, `yesterday`.
struct AsOf: ExpressibleByArgument, Equatable {
    private enum Form: Equatable {
        case position(Position)
        case time(Timestamp)
        /// In microseconds before now.
        case age(Timestamp)
    }

    private let form: Form

    init?(argument: String) {
        let text = argument.lowercased()
        if text.hasPrefix("@"), let position = Position(text.dropFirst()), !text.hasPrefix("@+") {
            form = .position(position)
        } else if let time = Self.time(text) {
            form = .time(time)
        } else if let age = Self.age(text) {
            form = .age(age)
        } else {
            return nil
        }
    }

    /// A day means its end: all that was known on it. Days and times are local, unless they end with `Z`.
    private static func time(_ text: String) -> Timestamp? {
        let isUniversal = text.hasSuffix("z")
        let parts = (isUniversal ? text.dropLast() : text[...]).split { $0 == "t" || $0 == " " }.map(String.init)
        guard let first = parts.first, parts.count <= 2 else { return nil }
        let day = first.split(separator: "-", omittingEmptySubsequences: false)
        let clock = parts.count == 2 ? parts[1].split(separator: ":", omittingEmptySubsequences: false) : []
        let texts = day + clock
        let numbers = texts.compactMap { Int32($0) }
        guard day.map(\.count) == [4, 2, 2], clock.isEmpty || 2...3 ~= clock.count, clock.allSatisfy({ $0.count == 2 }),
            numbers.count == texts.count, texts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } })
        else { return nil }
        var date = tm()
        (date.tm_year, date.tm_mon, date.tm_mday) = (numbers[0] - 1_900, numbers[1] - 1, numbers[2])
        date.tm_isdst = -1
        if clock.isEmpty {
            date.tm_mday += 1
        } else {
            (date.tm_hour, date.tm_min) = (numbers[3], numbers[4])
            if numbers.count > 5 { date.tm_sec = numbers[5] + 1 } else { date.tm_min += 1 }
        }
        guard 0..<12 ~= numbers[1] - 1, 1...31 ~= numbers[2],
            clock.isEmpty || (0..<24 ~= numbers[3] && 0..<60 ~= numbers[4])
        else { return nil }
        let end = isUniversal ? timegm(&date) : mktime(&date)
        return Timestamp(end) * 1_000_000 - 1
    }

    /// `yesterday`, `3 days ago`: so long before now.
    private static func age(_ text: String) -> Timestamp? {
        if text == "now" { return 0 }
        if text == "yesterday" { return 86_400_000_000 }
        let words = text.split(separator: " ")
        guard words.count == 3, words[2] == "ago", let count = UInt32(words[0]) else { return nil }
        let seconds: [Substring: Timestamp] = [
            "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_629_746,
            "year": 31_556_952,
        ]
        let unit = words[1].hasSuffix("s") ? words[1].dropLast() : words[1]
        return seconds[unit].map { $0 * 1_000_000 * Timestamp(count) }
    }

    /// The last event of that moment.
    ///
    /// Times are looked up by halving: where a clock once went back, the order of events counts.
    func position(in workplace: Workplace) throws -> Position {
        do {
            let head = try workplace.ledger.head()
            switch form {
            case .position(let position):
                guard position <= head else {
                    throw Complaint("there is no event @\(position); the last is @\(head)", status: .notFound)
                }
                return position
            case .time(let time): return try Self.last(until: time, head, in: workplace.ledger)
            case .age(let age): return try Self.last(until: workplace.world.now() - age, head, in: workplace.ledger)
            }
        } catch {
            throw Complaint(error)
        }
    }

    /// The moment in time; of an event, when it was recorded.
    func time(in workplace: Workplace) throws -> Timestamp {
        switch form {
        case .time(let time): return time
        case .age(let age): return workplace.world.now() - age
        case .position:
            let position = try position(in: workplace)
            do {
                // Before the first event nothing was known yet.
                guard position > 0 else { return 0 }
                return try workplace.ledger.events(after: position - 1, limit: 1).first?.time ?? 0
            } catch {
                throw Complaint(error)
            }
        }
    }

    private static func last(until time: Timestamp, _ head: Position, in ledger: Ledger) throws -> Position {
        var (low, high) = (Position(0), head)
        while low < high {
            let middle = low + (high - low + 1) / 2
            let event = try ledger.events(after: middle - 1, limit: 1).first
            if (event?.time ?? .max) <= time { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

/// `--at`, for whatever can be read as of a moment.
struct AtOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "As of an event or a time: @123, 2026-11-01, 2026-11-01T09:30, \"2 weeks ago\".", valueName: "moment"))
    var at: AsOf?

    /// Nil for now.
    func position(in workplace: Workplace) throws -> Position? { try at?.position(in: workplace) }
}
