import Coordinator
import Documents
import EventSourcing
import Events
import Views
import Wire

/// Which entry each file, or record of a file, was last taken into, as the ledger knows.
struct ImportedSources {
    /// Rows that are read at once.
    static let pageRows = 5_000

    /// One entry that a file stands behind.
    struct Source {
        let entry: String
        /// The version that was last taken in from there.
        let taken: StreamVersion
        /// The newest version.
        let current: StreamVersion
        let isRetired: Bool
        /// Whether all since the one that was taken in came from files, too.
        let isUntouched: Bool
        /// What it says now.
        let content: ContentKey
        /// Where it belonged, and what it was, when it was last taken in.
        let collection: String
        let form: EntryForm
    }

    /// The file that an entry was last taken in from.
    struct Home {
        let place: String
        /// What the entry says now, without its title.
        let body: Digest
        let isRetired: Bool
    }

    /// By place: `notes/olive-oil.md`, `contacts.csv#acme`. Where several entries came of one place, the last.
    private(set) var byPlace: [String: Source] = [:]
    /// Of every entry that came from a file, wherever that lies.
    private(set) var homes: [String: Home] = [:]

    /// - Parameter isWanted: which places are asked for.
    init(in book: KnowledgeBook, where isWanted: (String) -> Bool) throws {
        do {
            let view = try book.workplace.view(KnowledgeIndex())
            var key: String?
            var open: (entry: String, rows: [EntryVersionRow])?
            repeat {
                let page = try view.rows(startingWith: "version/", after: key, limit: Self.pageRows)
                for row in page {
                    let version = try EntryVersionRow(wireBytes: row.bytes)
                    if open?.entry != version.entry {
                        take(open?.rows ?? [], isWanted)
                        open = (version.entry, [])
                    }
                    open?.rows.append(version)
                }
                key = page.count == Self.pageRows ? page.last?.key : nil
            } while key != nil
            take(open?.rows ?? [], isWanted)
        } catch {
            throw Complaint(error)
        }
    }

    /// Whether entries say just what files said that have not changed since.
    func say(_ items: [SeenFiles.Item]) -> Bool {
        items.allSatisfy { item in
            guard let source = byPlace[item.place] else { return false }
            return source.entry == item.entry && !source.isRetired && source.content == item.content
        }
    }

    private mutating func take(_ versions: [EntryVersionRow], _ isWanted: (String) -> Bool) {
        guard let last = versions.last,
            let index = versions.lastIndex(where: { if case .file = $0.source { true } else { false } }),
            case .file(let place)? = versions[index].source
        else { return }
        homes[last.entry] = Home(place: place, body: last.content.body, isRetired: last.retired)
        guard isWanted(place) else { return }
        byPlace[place] = Source(
            entry: last.entry, taken: versions[index].version, current: last.version, isRetired: last.retired,
            isUntouched: versions[(index + 1)...].allSatisfy(\.isImported), content: ContentKey(last.content),
            collection: versions[index].content.collection, form: versions[index].content.form)
    }
}

/// Names of places inside of files.
enum SourcePlace {
    /// The file of a place: `contacts.csv` of `contacts.csv#acme`, and all of `c#-tips.md`.
    static func file(of place: String) -> String {
        var rest = place[...]
        while let mark = rest.lastIndex(of: "#") {
            rest = rest[..<mark]
            if DocumentFormat(path: String(rest))?.holdsRecords ?? false { return String(rest) }
        }
        return place
    }
}
