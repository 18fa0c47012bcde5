import Events

/// Which side of a conflict a person takes.
public enum MergeSide: Sendable, Hashable {
    /// As it is now.
    case ours
    /// As the other change would have it.
    case theirs
}

/// Two changes of one entry as one statement, with what a person must decide.
///
/// Texts are merged by lines, facts by fields, everything else as a whole.
public struct StatementMerge: Equatable, Sendable {
    /// One thing that both sides changed, and not in the same way.
    public struct Conflict: Equatable, Sendable {
        /// Counted from 1, in the order in which they are shown.
        public let number: Int
        /// `title`, `field price`, `text`.
        public let place: String
        public let base: String
        public let ours: String
        public let theirs: String
        /// Nil while nobody has chosen.
        public let choice: MergeSide?
    }

    /// What stands, with our side wherever nobody has chosen.
    public private(set) var statement: Statement
    public private(set) var conflicts: [Conflict] = []
    /// The text with both sides of each open conflict between marks, as git writes them.
    public private(set) var markedText: String

    private let choices: [Int: MergeSide]
    private let rest: MergeSide?

    /// - Parameters:
    ///   - base: what both were made from.
    ///   - choices: by the number of the conflict.
    ///   - rest: for every other conflict; nil leaves them open.
    public init(
        base: Statement, ours: Statement, theirs: Statement, choices: [Int: MergeSide] = [:], rest: MergeSide? = nil
    ) {
        self.choices = choices
        self.rest = rest
        statement = ours
        markedText = ""
        statement.form = pick("form", base.form, ours.form, theirs.form) { "\($0)" }
        statement.title = pick("title", base.title, ours.title, theirs.title) { $0 }
        statement.collection = pick("collection", base.collection, ours.collection, theirs.collection) { $0 }
        statement.customer = pick("customer", base.customer, ours.customer, theirs.customer) { $0 }
        statement.validFrom = pick("valid from", base.validFrom, ours.validFrom, theirs.validFrom, Self.number)
        statement.validTo = pick("valid to", base.validTo, ours.validTo, theirs.validTo, Self.number)
        statement.confidenceMillionths = pick(
            "confidence", base.confidenceMillionths, ours.confidenceMillionths, theirs.confidenceMillionths,
            Self.number)
        let (b, o, t) = (Set(base.tags), Set(ours.tags), Set(theirs.tags))
        statement.tags = o.union(t.subtracting(b)).subtracting(b.subtracting(t)).sorted()
        if let b = base.fact, let o = ours.fact, let t = theirs.fact {
            mergeFacts(b, o, t)
        } else if base.fact == nil, ours.fact == nil, theirs.fact == nil {
            statement.body = mergeText(base.body, ours.body, theirs.body)
        } else {
            // A text became a record, or a record a text.
            let whole = pick("text", Said(base), Said(ours), Said(theirs)) { $0.body }
            statement.fact = whole.fact
            statement.body = whole.body
            markedText = whole.body
        }
    }

    /// Puts a text that a person made of both sides in the place of what was merged.
    public mutating func setText(_ text: String) {
        if let fact = statement.fact {
            statement.setFact(FactRecord(topic: fact.topic, fields: fact.fields, note: text))
        } else {
            statement.body = text
        }
        markedText = text
    }

    /// Conflicts that nobody has decided.
    public var open: [Conflict] { conflicts.filter { $0.choice == nil } }

    private struct Said: Equatable {
        let body: String
        let fact: FactRecord?

        init(_ statement: Statement) { (body, fact) = (statement.body, statement.fact) }
    }

    private static func number(_ value: (some BinaryInteger)?) -> String { value.map { "\($0)" } ?? "none" }

    private mutating func pick<Value: Equatable>(
        _ place: String, _ base: Value, _ ours: Value, _ theirs: Value, _ text: (Value) -> String
    ) -> Value {
        if let agreed = ThreeWay.agreed(base, ours, theirs) { return agreed }
        return note(place, text(base), text(ours), text(theirs)) == .theirs ? theirs : ours
    }

    private mutating func note(_ place: String, _ base: String, _ ours: String, _ theirs: String) -> MergeSide? {
        let number = conflicts.count + 1
        let choice = choices[number] ?? rest
        conflicts.append(
            Conflict(number: number, place: place, base: base, ours: ours, theirs: theirs, choice: choice))
        return choice
    }

    private mutating func mergeFacts(_ base: FactRecord, _ ours: FactRecord, _ theirs: FactRecord) {
        let topic = pick("topic", base.topic, ours.topic, theirs.topic) { $0 }
        var fields: [FactField] = []
        let names = ours.fields.map(\.name) + theirs.fields.map(\.name).filter { ours[$0] == nil }
        for name in names {
            let value = pick("field \(name)", base[name], ours[name], theirs[name]) { $0?.text ?? "none" }
            if let value { fields.append(FactField(name: name, value: value)) }
        }
        let note = mergeText(base.note, ours.note, theirs.note)
        statement.setFact(FactRecord(topic: topic, fields: fields, note: note))
        markedText = FactRecord(topic: topic, fields: fields, note: markedText).text
    }

    private mutating func mergeText(_ base: String, _ ours: String, _ theirs: String) -> String {
        if let agreed = ThreeWay.agreed(base, ours, theirs) {
            markedText = agreed
            return agreed
        }
        var lines: [String] = []
        var marked: [String] = []
        let merged = ThreeWay(
            base: LineMatches.lines(of: base), ours: LineMatches.lines(of: ours), theirs: LineMatches.lines(of: theirs))
        for piece in merged.pieces {
            switch piece {
            case .agreed(let agreed):
                lines += agreed
                marked += agreed
            case .conflict(let base, let ours, let theirs):
                let choice = note(
                    "text", base.joined(separator: "\n"), ours.joined(separator: "\n"),
                    theirs.joined(separator: "\n"))
                lines += choice == .theirs ? theirs : ours
                if let choice {
                    marked += choice == .theirs ? theirs : ours
                } else {
                    marked += ["<<<<<<< now"] + ours + ["||||||| taken back"] + base + ["======="] + theirs
                    marked.append(">>>>>>> before")
                }
            }
        }
        // A line end at the end is ours to keep.
        let end = ours.hasSuffix("\n") ? "\n" : ""
        markedText = marked.joined(separator: "\n") + end
        return lines.joined(separator: "\n") + end
    }

    /// Whether a text still holds marks of a conflict.
    public static func isMarked(_ text: String) -> Bool {
        LineMatches.lines(of: text).contains { line in
            ["<<<<<<< now", "||||||| taken back", ">>>>>>> before"].contains(line)
        }
    }
}
