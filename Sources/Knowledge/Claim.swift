import EventSourcing
public import Events

/// One value that an entry gives for one field of one thing, at one time, for one client.
public struct Claim: Equatable, Sendable {
    /// Figures in one text that are looked at.
    public static let figuresMax = 256
    /// Claims of one entry.
    static let claimsMax = max(figuresMax, FactRecord.fieldsMax)

    /// What a value can be compared with.
    enum Kind: Equatable, Sendable {
        /// A typed field: any other value contradicts it.
        case field
        /// A figure behind a label in a text: only another number of the same unit contradicts it.
        case figure(unit: String)
    }

    public let entry: EntryRef
    public let topic: String
    /// As it is called there; compared by its words.
    public let field: String
    /// As it is written there.
    public let value: String
    let kind: Kind
    let normalField: String
    let normalValue: String
    let customer: String
    let validFrom: Timestamp?
    let validTo: Timestamp?

    private init(
        _ statement: Statement, _ entry: EntryRef, field: String, value: String, normal: String, _ kind: Kind
    ) {
        let topic = statement.fact?.topic ?? ""
        self.entry = entry
        self.topic = Words.normal(topic.isEmpty ? statement.title : topic)
        self.field = field
        self.value = value
        self.kind = kind
        normalField = Words.normal(field)
        normalValue = normal
        customer = statement.customer
        validFrom = statement.validFrom
        validTo = statement.validTo
    }

    /// What a statement claims: the fields of a fact; the figures behind labels in a document or a customer's record.
    /// Templates claim nothing, and past outputs are past.
    public static func all(in statement: Statement, of entry: EntryRef) -> [Claim] {
        if let fact = statement.fact {
            return fact.fields.map { field in
                Claim(
                    statement, entry, field: field.name, value: field.value.text, normal: field.value.normal, .field)
            }
        }
        guard statement.form != .template, statement.form != .pastOutput else { return [] }
        var claims: [Claim] = []
        for line in statement.body.utf8.split(separator: UInt8(ascii: "\n")) where LabelledFigure.mayStand(in: line) {
            guard let figure = LabelledFigure(String(Substring(line))) else { continue }
            claims.append(
                Claim(
                    statement, entry, field: figure.label, value: figure.value, normal: figure.number,
                    .figure(unit: figure.unit)))
            if claims.count == figuresMax { break }
        }
        return claims
    }

    /// Whether this and another entry's claim cannot both be right.
    ///
    /// A client's own terms do not contradict what holds for everybody.
    public func contradicts(_ other: Claim) -> Bool {
        guard entry.entry != other.entry.entry, key == other.key, !topic.isEmpty else { return false }
        guard kind == other.kind, normalValue != other.normalValue else { return false }
        return (validFrom ?? .min) < (other.validTo ?? .max) && (other.validFrom ?? .min) < (validTo ?? .max)
    }

    /// Claims that can contradict each other have one key.
    public var key: String { "\(topic)\n\(normalField)\n\(customer)" }
}

/// A line that says `Label: 39 a month`, or a row of a table with a label and a figure.
struct LabelledFigure {
    static let wordsMax = 6

    let label: String
    let value: String
    let number: String
    /// The words around the number.
    let unit: String

    init?(_ line: String) {
        let parts: [String]
        if line.drop(while: \.isWhitespace).hasPrefix("|") {
            parts = line.split(separator: "|").map { String($0).stripped }.filter { !$0.isEmpty }
        } else {
            parts = line.split(separator: ":", maxSplits: 1).map(String.init)
        }
        guard parts.count == 2 else { return nil }
        let words = Words.all(in: parts[1])
        let numbers = words.filter { $0.first?.isNumber ?? false }
        let labels = Words.all(in: parts[0])
        guard 1...Self.wordsMax ~= labels.count, words.count <= Self.wordsMax, numbers.count == 1,
            let decimal = Decimal(Self.plain(numbers[0])), labels.contains(where: { $0.contains(where: \.isLetter) })
        else { return nil }
        label = parts[0].drop { !$0.isLetter && !$0.isNumber }.reversed().drop { !$0.isLetter && !$0.isNumber }
            .reversed().map(String.init).joined()
        value = parts[1].stripped
        number = (parts[1].contains("-\(numbers[0])") ? "-" : "") + decimal.shortest
        unit = words.filter { $0 != numbers[0] }.joined(separator: " ")
    }

    /// Whether it has a mark behind which a figure could stand, and something that could be one: most lines have not.
    static func mayStand(in line: some Sequence<UInt8>) -> Bool {
        var hasMark = false
        var hasFigure = false
        for byte in line {
            hasMark = hasMark || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "|")
            hasFigure = hasFigure || 0x30...0x39 ~= byte || byte >= 0x80
        }
        return hasMark && hasFigure
    }

    /// `1,000` reads 1000.
    private static func plain(_ number: String) -> String {
        let groups = number.split(separator: ",", omittingEmptySubsequences: false)
        let isGrouped = groups.count > 1 && groups.dropFirst().allSatisfy { $0.prefix { $0 != "." }.utf8.count == 3 }
        return isGrouped ? groups.joined() : number
    }
}
