import ArgumentParser
import EventSourcing
import Ledger
import Views

/// The name of an entry on the command line: `pricing`.
struct EntryArgument: ParsableArguments {
    @Argument(help: "An entry, such as pricing.")
    var entry: String

    /// All its versions, the oldest first; complains if there is no such entry.
    func versions(in book: KnowledgeBook) throws -> [EntryVersionRow] { try book.requireVersions(of: entry) }
}

/// A version of an entry on the command line: `2`, `@2`, `pricing@2`.
struct VersionArgument: ExpressibleByArgument {
    let version: StreamVersion

    init?(argument: String) {
        let digits = argument.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard let version = StreamVersion(digits), version > 0, digits.first != "+" else { return nil }
        self.version = version
    }
}

extension [EntryVersionRow] {
    /// Complains if there is no such version.
    func require(_ version: StreamVersion) throws -> EntryVersionRow {
        guard let row = first(where: { $0.version == version }) else {
            let entry = last?.entry ?? ""
            throw Complaint(
                "\(entry) has no version \(version); the last is \(entry)@\(last?.version ?? 0)",
                hint: "daybook knowledge history \(entry)", status: .notFound)
        }
        return row
    }
}

extension KnowledgeBook {
    /// All versions of an entry, the oldest first; complains if there is no such entry.
    func requireVersions(of entry: String) throws -> [EntryVersionRow] {
        let versions = try versions(of: entry)
        guard !versions.isEmpty else {
            throw Complaint("there is no entry \(entry)", hint: "daybook knowledge list", status: .notFound)
        }
        return versions
    }

    /// What a person names: an entry, one version of it, or the event that made that version.
    func find(_ reference: Reference) throws -> (versions: [EntryVersionRow], version: EntryVersionRow) {
        let name: String
        var wanted: StreamVersion?
        switch reference.form {
        case .name(let entry): name = entry
        case .version(let entry, let version): (name, wanted) = (entry, version)
        case .imported: throw reference.missing
        case .position(let position):
            let event: RecordedEvent?
            do {
                event = try workplace.ledger.events(after: position - 1, limit: 1).first
            } catch {
                throw Complaint(error)
            }
            guard let event, event.stream.category == Self.category else {
                throw Complaint(
                    "@\(position) is no version of an entry", hint: "daybook show @\(position)", status: .notFound)
            }
            (name, wanted) = (String(event.stream.id), event.version)
        }
        let versions = try requireVersions(of: name)
        guard let last = versions.last else { throw reference.missing }
        return (versions, try wanted.map { try versions.require($0) } ?? last)
    }
}
