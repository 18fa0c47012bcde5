import Coordinator
import EventSourcing
import Events
import Governance
import Knowledge
import Wire
import Workspace

/// Where the files of a workspace and its ledger have parted.
struct Drift {
    enum Kind: String {
        case agent
        case flow
        case knowledge
    }

    /// Which of the two has something that the other lacks.
    enum Side: String {
        /// The file was changed since it was taken in, or never was taken in.
        case file
        /// The entry was changed since.
        case ledger
        case both
        /// The file is not there any more.
        case missing
        /// A person said that the file is not to be taken in again, and it still differs.
        case retired
    }

    let kind: Kind
    let name: String
    let path: String
    /// `not in the ledger yet`, `changed since version 2`.
    let words: String
    let side: Side

    /// The first folder of its path; the file itself where it lies in none.
    var folder: String {
        guard let slash = path.firstIndex(of: "/") else { return SourcePlace.file(of: path) }
        return String(path[..<slash])
    }

    /// Compares every agent and flow, and every file of `knowledge/`, with what the ledger knows.
    static func find(_ files: LoadedWorkspace, in workplace: Workplace) async throws -> [Drift] {
        var drifts: [Drift] = []
        func compare(_ kind: Kind, _ name: String, _ digest: Digest, _ path: String) throws {
            let stream = StreamName(category: kind.rawValue, id: name)
            let state = try StreamSession(DefinitionDecider(), on: stream, in: workplace.ledger).state
            guard state.current != digest else { return }
            let words = state.current.map { "changed since \($0.short), is \(digest.short)" } ?? "not used by a job yet"
            drifts.append(Drift(kind: kind, name: name, path: path, words: words, side: .file))
        }
        for agent in files.agents {
            try compare(.agent, agent.definition.name, agent.digest, agent.source.path)
        }
        for flow in files.flows { try compare(.flow, flow.definition.name, flow.digest, flow.source.path) }
        return drifts + (try await KnowledgeDrift(files, in: workplace).ours())
    }

    /// One line while files and ledger differ: nothing drifts silently.
    static func note(_ files: LoadedWorkspace, in workplace: Workplace) async {
        let drifts = try? await KnowledgeDrift(files, in: workplace).ours().filter { $0.side != .retired }
        guard let drifts, !drifts.isEmpty else { return }
        Terminal.note(
            "Note: \(Format.plural(drifts.count, "knowledge file")) not as in the ledger; `daybook status` says which.")
    }
}
