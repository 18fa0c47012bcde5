import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Jobs
import Knowledge
import Views
import Wire
import Workspace

/// What can be said of a version beside its text.
struct EntryOptions: ParsableArguments {
    static let evidenceMax = 16

    @Option(
        help: ArgumentHelp(
            "A typed field of a fact: price=\"39.00 USD\", seats=5, since=2026-11-01, trial=no, plan=@pricing; "
                + "`text:`, `number:`, `date:`, `money:`, `truth:` or `entry:` before the value says the type; "
                + "nothing behind `=` takes the field out.", valueName: "name=value"))
    var field: [String] = []

    @Option(help: "What a fact is about, if not its title: one topic has one value of each field.")
    var topic: String?

    @Option(help: "A word to find it by.")
    var tag: [String] = []

    @Option(help: ArgumentHelp("Only jobs about this client may see it.", valueName: "id"))
    var customer: String?

    @Option(help: ArgumentHelp("It holds from this day on (UTC).", valueName: "day"))
    var validFrom: String?

    @Option(help: ArgumentHelp("It holds until this day, which is not in it any more (UTC).", valueName: "day"))
    var validTo: String?

    @Option(help: "How sure you are, from 0 to 1.")
    var confidence: Double?

    @Option(
        help: ArgumentHelp(
            "What it rests on: newsletter-8@17, pricing@2, or words such as an address.", valueName: "source"))
    var evidence: [String] = []

    @Option(help: "Why.")
    var reason: String?

    func validate() throws {
        if let confidence, !(0...1 ~= confidence) { throw ValidationError("--confidence is from 0 to 1") }
        if evidence.count > Self.evidenceMax { throw ValidationError("at most \(Self.evidenceMax) pieces of evidence") }
        for name in tag + (customer.map { [$0] } ?? []) where !name.isEmpty && !StreamName.isValid(id: name) {
            throw ValidationError("\"\(name)\": 1 to 64 of a-z, 0-9, `-`, `_`, `.`, a letter or digit first")
        }
        for day in [validFrom, validTo].compactMap(\.self) where !day.isEmpty && Self.day(day) == nil {
            throw ValidationError("\"\(day)\" is no day such as 2026-11-01")
        }
        for field in field { _ = try Self.parse(field) }
    }

    private static func day(_ text: String) -> Timestamp? {
        guard FieldValue(text, type: "date") != nil else { return nil }
        return Format.time(iso: "\(text)T00:00:00.000000Z")
    }

    private static func parse(_ field: String) throws -> (name: String, value: FieldValue?) {
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, StreamName.isValid(id: parts[0]) else {
            throw ValidationError("\"\(field)\" is no field: name=value, the name of a-z, 0-9, `-`, `_`, `.`")
        }
        guard !parts[1].isEmpty else { return (String(parts[0]), nil) }
        guard let value = FieldValue(written: String(parts[1])) else {
            throw ValidationError("\"\(parts[1])\" is not of the type that it says, or longer than 1,000 bytes")
        }
        return (String(parts[0]), value)
    }
}

extension EntryOptions {
    var hasFields: Bool { !field.isEmpty || topic != nil }

    /// Whether they change what an entry says.
    var saysSomething: Bool {
        hasFields || !tag.isEmpty || customer != nil || validFrom != nil || validTo != nil || confidence != nil
    }

    /// The statement with what these options say of it. An empty value takes something back.
    func apply(to statement: Statement) throws -> Statement {
        var statement = statement
        if hasFields || statement.fact != nil {
            var record =
                statement.fact ?? FactRecord(topic: "", fields: [], note: statement.body)
            for field in field {
                let (name, value) = try Self.parse(field)
                record = record.setting(name, to: value)
            }
            if let topic { record = FactRecord(topic: topic, fields: record.fields, note: record.note) }
            guard record.fields.count <= FactRecord.fieldsMax else {
                throw Complaint("a fact has at most \(FactRecord.fieldsMax) fields", status: .usage)
            }
            statement.setFact(record)
        }
        if !tag.isEmpty { statement.tags = Set(tag).subtracting([""]).sorted() }
        guard statement.tags.count <= Statement.tagsMax else {
            throw Complaint("an entry has at most \(Statement.tagsMax) tags", status: .usage)
        }
        if let customer { statement.customer = customer }
        if let validFrom { statement.validFrom = Self.day(validFrom) }
        if let validTo { statement.validTo = Self.day(validTo) }
        if let from = statement.validFrom, let to = statement.validTo, from >= to {
            throw Complaint("it would end before it begins to hold", status: .usage)
        }
        if let confidence { statement.confidenceMillionths = UInt32((confidence * 1_000_000).rounded()) }
        return statement
    }

    /// The reason and the evidence, sealed as the entry is.
    func reasons(for entry: String, in book: KnowledgeBook) throws -> EntryReasons {
        var reasons = EntryReasons()
        reasons.reason = try reason.map { try book.content($0, of: entry) }
        for source in evidence {
            if let known = try Self.reference(source, in: book.workplace) {
                reasons.evidence.append(known)
            } else {
                let content = try book.content(source, of: entry)
                reasons.evidence.append(.artifact(content.digest))
                reasons.evidenceStored.append(content.stored)
            }
        }
        return reasons
    }

    /// An event of a job, or a version of an entry; nil for other words.
    private static func reference(_ text: String, in workplace: Workplace) throws -> Evidence? {
        guard let reference = try? Reference(text), case .version(let name, let version) = reference.form else {
            return nil
        }
        switch try reference.target(in: workplace.ledger) {
        case .jobEvent: return .job(JobSource(job: name, version: version))
        case .entryVersion: return .entry(EntryRef(entry: name, version: version))
        default: return nil
        }
    }
}

extension Evidence {
    /// `newsletter-8@17`, `pricing@2`, or the words.
    func words(in book: KnowledgeBook) -> String {
        switch self {
        case .job(let job): "\(job.job)@\(job.version)"
        case .entry(let entry): entry.name
        case .artifact(let digest): book.note(digest) ?? "(erased)"
        }
    }
}
