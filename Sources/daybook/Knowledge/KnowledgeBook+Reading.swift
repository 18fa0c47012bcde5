import Coordinator
import EventSourcing
import Events
import Knowledge
import Ledger
import Views
import Wire

/// An entry as somebody finds it who asks for it by name.
struct FoundEntry {
    /// What was asked for; another name if it was merged since.
    let asked: String
    /// Up to the moment that was asked for, the oldest first; never empty.
    let versions: [EntryVersionRow]
    /// The version that was asked for, or the last of these.
    let row: EntryVersionRow

    var entry: String { row.entry }
    var isFollowed: Bool { asked != entry }
}

// MARK: - As of a moment
extension KnowledgeBook {
    /// Merges that are followed one after the other.
    private static let followMax = 16

    /// All versions of an entry up to a moment, the oldest first; complains if there is none.
    func requireVersions(of entry: String, at position: Position?) throws -> [EntryVersionRow] {
        let versions = try requireVersions(of: entry)
        guard let position else { return versions }
        let known = versions.filter { $0.position <= position }
        guard !known.isEmpty else {
            throw Complaint(
                "\(entry) was not known yet at @\(position); it was added @\(versions[0].position)",
                hint: "daybook knowledge history \(entry)", status: .notFound)
        }
        return known
    }

    /// What a person names, as of a moment. An entry that was merged into another is read there, unless a version of
    /// it is asked for.
    func find(_ reference: Reference, at position: Position?) throws -> FoundEntry {
        guard case .name(let name) = reference.form else {
            let (versions, row) = try find(reference)
            guard let position else { return FoundEntry(asked: row.entry, versions: versions, row: row) }
            guard row.position <= position else {
                throw Complaint(
                    "\(row.name) came later than @\(position): @\(row.position)",
                    hint: "daybook knowledge history \(row.entry)", status: .notFound)
            }
            return FoundEntry(asked: row.entry, versions: versions.filter { $0.position <= position }, row: row)
        }
        var entry = name
        for _ in 0..<Self.followMax {
            let versions = try requireVersions(of: entry, at: position)
            guard let last = versions.last else { break }
            guard last.retired, !last.into.isEmpty else {
                return FoundEntry(asked: name, versions: versions, row: last)
            }
            entry = last.into
        }
        throw Complaint(
            "\(name) was merged from entry to entry in a circle", hint: "daybook knowledge history \(name)",
            status: .failed)
    }

    /// The version of every entry that was current at a moment, by name.
    func entries(at position: Position) throws -> [EntryVersionRow] {
        do {
            return try KnowledgeIndex.versions(asOf: position, in: workplace.view(KnowledgeIndex()))
        } catch {
            throw Complaint(error)
        }
    }
}

// MARK: - In the clear
extension KnowledgeBook {
    /// What a version says.
    ///
    /// - Throws: `Complaint` if it was erased, or is not kept any more.
    func statement(_ content: EntryContent) throws -> Statement {
        var body = try text(content)
        // Of an entry about a person the title is the first line of the sealed text.
        if content.title.isEmpty, body.hasPrefix("# "), let end = body.firstRange(of: "\n\n") {
            body = String(body[end.upperBound...])
        }
        var statement = Statement(
            form: content.form, title: title(content), collection: content.collection, body: body, tags: content.tags,
            customer: content.customer, validFrom: content.validFromUs, validTo: content.validToUs,
            confidenceMillionths: content.confidenceMillionths)
        if let fields = content.fields {
            guard let bytes = workplace.artifacts.bytes(fields) else {
                throw workplace.gone("the fields \(fields.short)", fields)
            }
            do throws(WireError) {
                statement.fact = try FactRecord(wireBytes: bytes)
            } catch {
                throw Complaint(error)
            }
        }
        return statement
    }

    /// Everything that a version says, line by line: what stands about it, then its text.
    func lines(_ row: EntryVersionRow) throws -> [String] {
        guard !row.retired else { return [] }
        let statement = try statement(row.content)
        return statement.head + [""] + LineMatches.lines(of: statement.body)
    }

    /// A reason, or what else is kept as an artifact; nil if it is gone.
    func note(_ digest: Digest?) -> String? {
        digest.flatMap { workplace.artifacts.bytes($0) }.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension Statement {
    /// What is known about it beside its text.
    var head: [String] {
        var lines = ["title: \(title)", "collection: \(collection)"]
        if !customer.isEmpty { lines.append("customer: \(customer)") }
        if !tags.isEmpty { lines.append("tags: \(tags.joined(separator: ", "))") }
        if let validFrom { lines.append("valid from: \(Format.instant(validFrom))") }
        if let validTo { lines.append("valid to: \(Format.instant(validTo))") }
        if let confidenceMillionths { lines.append("confidence: \(Format.hundredths(confidenceMillionths))") }
        return lines
    }
}

// MARK: - Blame
extension KnowledgeBook {
    /// Who said each line of the last of these versions.
    func blame(_ versions: [EntryVersionRow], depth: Int = 0) throws -> Blame {
        var blame = Blame()
        var past: [StreamVersion: Blame] = [:]
        for row in versions where !row.retired {
            var others: [Blame] = []
            if let before = past[row.to] { others.append(before) }
            if depth < Self.followMax {
                for source in row.merged {
                    let known = try self.versions(of: source.entry).filter { $0.version <= source.version }
                    others.append(try self.blame(known, depth: depth + 1))
                }
            }
            blame.take(try lines(row), from: EntryRef(entry: row.entry, version: row.version), others: others)
            past[row.version] = blame
        }
        return blame
    }
}
