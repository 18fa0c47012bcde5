public import Events

extension FieldValue {
    /// The longest value, in bytes.
    public static let bytesMax = 1_000

    /// As people write it: `39.00 USD`, `12`, `2026-11-01`, `yes`, `@pricing`, or the text itself.
    public var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): number
        case .date(let date): date
        case .money(let money): "\(money.amount) \(money.currency)"
        case .truth(let truth): truth ? "yes" : "no"
        case .entry(let entry): "@\(entry)"
        }
    }

    /// The name of its type: `text`, `number`, `date`, `money`, `truth`, `entry`.
    public var typeName: String {
        switch self {
        case .text: "text"
        case .number: "number"
        case .date: "date"
        case .money: "money"
        case .truth: "truth"
        case .entry: "entry"
        }
    }

    /// The names of all types, as they can stand before a value.
    public static let typeNames = ["text", "number", "date", "money", "truth", "entry"]

    /// From what a person writes: `money:39.00 USD`, or without a type's name what the value looks like.
    ///
    /// Nil if it says a type that the value is not of, or is too long.
    public init?(written: String) {
        guard written.utf8.count <= Self.bytesMax else { return nil }
        if let colon = written.firstIndex(of: ":") {
            let type = String(written[..<colon])
            if Self.typeNames.contains(type) {
                self.init(String(written[written.index(after: colon)...]).stripped, type: type)
                return
            }
        }
        let text = written.stripped
        for type in ["date", "number", "money", "truth", "entry"] {
            if type == "entry", !text.hasPrefix("@") { continue }
            guard let value = FieldValue(text, type: type) else { continue }
            self = value
            return
        }
        self = .text(text)
    }

    /// Nil if the text is no value of this type.
    public init?(_ text: String, type: String) {
        switch type {
        case "text": self = .text(text)
        case "number":
            guard let decimal = Decimal(text) else { return nil }
            self = .number(decimal.shortest)
        case "date":
            guard CalendarDate(text) != nil else { return nil }
            self = .date(text)
        case "money":
            let words = text.split(separator: " ")
            guard words.count == 2, let amount = Decimal(String(words[0])), words[1].utf8.count == 3,
                words[1].utf8.allSatisfy({ UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 })
            else { return nil }
            self = .money(Money(amount: amount.written, currency: String(words[1])))
        case "truth":
            guard let truth = ["yes": true, "true": true, "no": false, "false": false][text.lowercased()] else {
                return nil
            }
            self = .truth(truth)
        case "entry":
            let id = text.hasPrefix("@") ? String(text.dropFirst()) : text
            guard Self.isEntry(id) else { return nil }
            self = .entry(id)
        default: return nil
        }
    }

    private static func isEntry(_ id: String) -> Bool {
        guard let first = id.utf8.first, id.utf8.count <= 64, first != UInt8(ascii: "."), first != UInt8(ascii: "-"),
            first != UInt8(ascii: "_")
        else { return false }
        return id.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }

    /// The same for values that are the same: `39` and `39.00`, `Yes` and `yes`.
    public var normal: String {
        switch self {
        case .text(let text): Words.normal(text)
        case .number(let number): Decimal(number)?.shortest ?? number
        case .money(let money): "\(Decimal(money.amount)?.shortest ?? money.amount) \(money.currency)"
        case .date, .truth, .entry: self.text
        }
    }
}

/// A decimal number as text; no binary fraction ever stands in between.
struct Decimal: Equatable {
    static let digitsMax = 40

    /// Without needless zeros before the point.
    let written: String
    /// Without needless zeros on either side.
    let shortest: String

    /// `-12.50`, `+3`; nil for anything else.
    init?(_ text: String) {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, rest.utf8.count <= Self.digitsMax,
            parts.allSatisfy({ part in !part.isEmpty && part.utf8.allSatisfy { 0x30...0x39 ~= $0 } })
        else { return nil }
        let trimmed = whole.drop { $0 == "0" }
        let head = trimmed.isEmpty ? "0" : String(trimmed)
        var fraction = parts.count == 2 ? String(parts[1]) : ""
        let isZero = trimmed.isEmpty && fraction.allSatisfy { $0 == "0" }
        let sign = isNegative && !isZero ? "-" : ""
        written = sign + head + (fraction.isEmpty ? "" : ".\(fraction)")
        while fraction.last == "0" { fraction.removeLast() }
        shortest = sign + head + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}

/// A day of the Gregorian calendar, `2026-11-01` (RFC 3339 `full-date`).
struct CalendarDate: Equatable {
    /// Nil for anything but a day that there is.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ 0x30...0x39 ~= $0 || $0 == 0x2d }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), 1...12 ~= month
        else { return nil }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard 1...days[month - 1] ~= day else { return nil }
    }
}

extension String {
    /// Without white space around it.
    var stripped: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop(while: \.isWhitespace))
    }
}
