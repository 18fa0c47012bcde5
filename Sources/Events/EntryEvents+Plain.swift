public import Wire

// Most versions of entries say little beside their text. These leave out what such a version does not have.

extension EntryContent {
    /// For everybody's jobs, without fields, tags or an end.
    public init(form: EntryForm, title: String, collection: String, body: Digest) {
        self.init(form: form, title: title, collection: collection, body: body, tags: [], customer: "")
    }
}

extension EntryAdded {
    /// Written down directly, without evidence.
    public init(content: EntryContent, source: EntrySource) {
        self.init(content: content, source: source, evidence: [], proposal: "")
    }
}

extension EntryRevised {
    /// Written down directly, without evidence.
    public init(base: UInt32, content: EntryContent, source: EntrySource) {
        self.init(base: base, content: content, source: source, evidence: [], proposal: "")
    }
}

extension EntryReverted {
    /// Takes the base back, whole.
    public init(base: UInt32, to: UInt32, reason: Digest? = nil) {
        self.init(base: base, to: to, reason: reason, bad: 0)
    }
}

extension EntryRetired {
    /// Merged into nothing.
    public init(base: UInt32, reason: Digest? = nil) {
        self.init(base: base, reason: reason, into: "")
    }
}
