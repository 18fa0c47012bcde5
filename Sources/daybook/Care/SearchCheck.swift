import Agents
import Embedding
import Foundation
import IndexStore
import Wire
import Workspace

/// What is searched, read byte by byte: the files of the index, and the vectors that were made once.
struct SearchCheck {
    /// Makes all of it again.
    static let mending = "daybook knowledge index --rebuild"

    private(set) var index = IndexStore.Check()
    /// Vectors of the model on this machine that are whole; nil if there is none.
    private(set) var vectors: Int?

    /// - Parameter directory: of the workspace.
    init(of directory: String) {
        let folder = "\(directory)/\(Workplace.ledgerFolder)"
        let indexes = "\(folder)/views/search"
        for name in ((try? FileManager.default.contentsOfDirectory(atPath: indexes)) ?? []).sorted() {
            let found = IndexStore.check("\(indexes)/\(name)")
            index.segments += found.segments
            index.documents = max(index.documents, found.documents)
            index.bytes += found.bytes
            index.problems += found.problems
        }
        let path = Workplace.weightsPath(of: LoadedWorkspace.embedder(at: directory))
        guard let model = try? LocalEmbedder.open(at: path),
            access("\(folder)/vectors", W_OK) == 0
        else { return }
        do throws(IndexFailure) {
            let counts = try PlainVectors.cache("\(folder)/vectors", model.identity).check()
            vectors = counts.whole
            guard counts.damaged > 0 else { return }
            index.problems.append(
                "\(folder)/vectors: \(Format.plural(counts.damaged, "vector")) of \(model.identity) damaged")
        } catch {
            index.problems.append("\(error)")
        }
    }

    /// `12,034 chunks in 3 files, and 11,800 vectors`
    var words: String {
        guard index.segments > 0 else { return "no index yet" }
        let chunks = "\(Format.plural(index.documents, "chunk")) in \(Format.plural(index.segments, "file"))"
        return chunks + (vectors.map { ", and \(Format.plural($0, "vector"))" } ?? "")
    }

    var finding: Finding {
        guard let first = index.problems.first else { return .ok("search", words) }
        let more = index.problems.count > 1 ? ", and \(index.problems.count - 1) more" : ""
        return .wrong("search", "the index is damaged: \(first)\(more)", next: Self.mending)
    }

    var json: JSON {
        .fields(
            ("words", .string(words)), ("chunks", .number(index.documents)), ("segments", .number(index.segments)),
            ("vectors", vectors.map { .number($0) } ?? .null),
            ("problems", .array(index.problems.map { .string($0) })))
    }
}
