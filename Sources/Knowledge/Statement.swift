public import EventSourcing
public import Events

/// What one version of an entry says, in the clear.
public struct Statement: Equatable, Sendable {
    public static let tagsMax = 16

    public var form: EntryForm
    public var title: String
    public var collection: String
    /// Markdown; of a fact with fields, what is written of its record.
    public var body: String
    /// Nil for a text without typed fields.
    public var fact: FactRecord?
    /// Sorted, each once.
    public var tags: [String]
    /// The client whose jobs may see it; empty for everybody's.
    public var customer: String
    public var validFrom: Timestamp?
    /// The first microsecond at which it does not hold any more.
    public var validTo: Timestamp?
    public var confidenceMillionths: UInt32?

    public init(
        form: EntryForm, title: String, collection: String, body: String, fact: FactRecord? = nil, tags: [String] = [],
        customer: String = "", validFrom: Timestamp? = nil, validTo: Timestamp? = nil,
        confidenceMillionths: UInt32? = nil
    ) {
        self.form = form
        self.title = title
        self.collection = collection
        self.body = fact?.text ?? body
        self.fact = fact
        self.tags = Set(tags).sorted()
        self.customer = customer
        self.validFrom = validFrom
        self.validTo = validTo
        self.confidenceMillionths = confidenceMillionths
    }

    /// A record together with the text that is written of it.
    public mutating func setFact(_ record: FactRecord) {
        fact = record
        body = record.text
    }
}

extension FactRecord {
    public static let fieldsMax = 64

    /// As people and models read it: one line a field, then the note.
    public var text: String {
        let about = topic.isEmpty ? [] : ["- about: \(topic)"]
        let lines = about + fields.map { "- \($0.name): \($0.value.text)" }
        return (lines.isEmpty ? [] : [lines.joined(separator: "\n")]).joined()
            + (note.isEmpty ? "" : (lines.isEmpty ? "" : "\n\n") + note)
    }

    /// The value of a field; nil if there is none of this name.
    public subscript(name: String) -> FieldValue? { fields.first { $0.name == name }?.value }

    /// With another value for one field, in its place; nil takes it out.
    public func setting(_ name: String, to value: FieldValue?) -> FactRecord {
        var fields = fields
        let index = fields.firstIndex { $0.name == name }
        switch (index, value) {
        case (let index?, let value?): fields[index] = FactField(name: name, value: value)
        case (let index?, nil): fields.remove(at: index)
        case (nil, let value?): fields.append(FactField(name: name, value: value))
        case (nil, nil): break
        }
        return FactRecord(topic: topic, fields: fields, note: note)
    }
}
