import EventSourcing
import Events
import Views
import Wire

extension EntryVersionRow {
    /// `pricing@2`, as it is pasted.
    var name: String { "\(entry)@\(version)" }

    /// What happened, in one word: `added`, `revised`, `reverted`, `retired`.
    var happened: String {
        switch event {
        case "EntryAdded": "added"
        case "EntryRevised": "revised"
        case "EntryReverted": "reverted"
        case "EntryMerged": "merged"
        default: "retired"
        }
    }

    /// Where it came from: `import knowledge/pricing.md`, `newsletter-8@17`, `owner`, `owner, back to @1`.
    var origin: String {
        if retired { return into.isEmpty ? "\(actor), retired" : "\(actor), merged into \(into)" }
        if contentOf != version { return "\(actor), back to @\(contentOf)" }
        if let takesBack { return "\(actor), without what @\(takesBack) changed" }
        if !merged.isEmpty { return "\(actor), of \(merged.map(\.name).joined(separator: " and "))" }
        switch source {
        case .file(let path): return "import \(path)"
        case .job(let job): return "\(job.job)@\(job.version)"
        case .person, nil: return actor
        }
    }

    /// The fields that every command prints with `--json`.
    var fields: [JSON.Field] {
        [
            JSON.Field("entry", .string(entry)), JSON.Field("version", .number(version)),
            JSON.Field("happened", .string(happened)), JSON.Field("title", .string(content.title)),
            JSON.Field("collection", .string(content.collection)), JSON.Field("form", .string(content.form.word)),
            JSON.Field("body", .string(content.body.description)), JSON.Field("content_of", .number(contentOf)),
            JSON.Field("retired", .bool(retired)), JSON.Field("source", .string(origin)),
            JSON.Field("actor", .string(actor)), JSON.Field("position", .number(position)),
            JSON.Field("time", .string(Format.iso(timeUs))),
            JSON.Field("tags", .array(content.tags.map { .string($0) })),
            JSON.Field("customer", content.customer.isEmpty ? .null : .string(content.customer)),
            JSON.Field("valid_from", content.validFromUs.map { .string(Format.iso($0)) } ?? .null),
            JSON.Field("valid_to", content.validToUs.map { .string(Format.iso($0)) } ?? .null),
            JSON.Field(
                "confidence",
                content.confidenceMillionths.map { .number(WorkspaceContext.decimal(Int64($0))) } ?? .null),
            JSON.Field("proposal", proposal.isEmpty ? .null : .string(proposal)),
            JSON.Field("into", into.isEmpty ? .null : .string(into)),
            JSON.Field("merged", .array(merged.map { .string($0.name) })),
        ]
    }
}

extension EntryForm {
    /// As files and options name it.
    var word: String {
        switch self {
        case .fact: "fact"
        case .document: "document"
        case .pastOutput: "past_output"
        case .template: "template"
        case .customer: "customer"
        }
    }
}
