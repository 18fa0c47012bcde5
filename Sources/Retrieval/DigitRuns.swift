/// Numbers that are written in groups, as one: `+49 711 258802`, `0711/258802` and `(0711) 25 88 02` all hold
/// `711258802`; `1.299` and `1 299` are `1299` too. Pure; the same for texts and for queries.
///
/// What begins and what ends a number is not known, so every run of neighbouring groups is one. Zeros in front say
/// nothing: where a country's code stands, the zero is left out.
enum DigitRuns {
    /// Shorter numbers in groups are dates, times and sizes, unless groups of thousands are parted.
    static let digitsMin = 7
    /// Longer ones are no number that somebody looks for. An IBAN has at most 32 digits.
    static let digitsMax = 32
    /// More groups than these are rows of a table.
    static let groupsMax = 8

    /// Calls the body with each number, and where its groups stand.
    static func forEach(
        in text: UnsafeBufferPointer<UInt8>,
        _ body: (_ digits: UnsafeBufferPointer<UInt8>, _ place: Range<Int>) -> Void
    ) {
        var groups: [Range<Int>] = []
        var place = 0
        while place < text.count {
            guard isDigit(text[place]) else {
                place += 1
                continue
            }
            let start = place
            while place < text.count, isDigit(text[place]) { place += 1 }
            groups.append(start..<place)
            let next = place + separator(text, place)
            if next > place, next < text.count, isDigit(text[next]) {
                place = next
            } else {
                emit(groups, text, body)
                groups.removeAll(keepingCapacity: true)
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

    /// The bytes of what parts two groups; 0 if something else stands there.
    private static func separator(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
        guard place < text.count else { return 0 }
        switch text[place] {
        case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."): return 1
        case UInt8(ascii: ")"): return place + 1 < text.count && text[place + 1] == UInt8(ascii: " ") ? 2 : 1
        // Spaces that do not break a line: U+00A0, U+202F.
        case 0xC2 where place + 1 < text.count && text[place + 1] == 0xA0: return 2
        case 0xE2 where place + 2 < text.count && text[place + 1] == 0x80 && text[place + 2] == 0xAF: return 3
        default: return 0
        }
    }

    private static func emit(
        _ groups: [Range<Int>], _ text: UnsafeBufferPointer<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>, Range<Int>) -> Void
    ) {
        guard groups.count > 1 || text[groups[0].lowerBound] == UInt8(ascii: "0"), groups.count <= groupsMax else {
            return
        }
        for first in groups.indices {
            var digits: [UInt8] = []
            for last in first..<groups.count {
                digits += text[groups[last]]
                // One group alone is a word; only without its zeros is it anything new.
                guard last > first || groups.count == 1 else { continue }
                let isWhole = first == 0 && last == groups.count - 1
                guard digits.count >= digitsMin || isWhole && isThousands(groups, text), digits.count <= digitsMax
                else { continue }
                let number = digits.drop { $0 == UInt8(ascii: "0") }
                guard !number.isEmpty else { continue }
                number.withUnsafeBufferPointer { body($0, groups[first].lowerBound..<groups[last].upperBound) }
            }
        }
    }

    /// Whether one to three digits stand before groups of three.
    private static func isThousands(_ groups: [Range<Int>], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        groups.count > 1 && groups[0].count <= 3 && text[groups[0].lowerBound] != UInt8(ascii: "0")
            && groups.dropFirst().allSatisfy { $0.count == 3 }
    }
}
