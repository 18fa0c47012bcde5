import Coordinator
import EventSourcing
import Events
import Governance
import Keys
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

    let kind: Kind
    let name: String
    let path: String
    /// `not in the ledger yet`, `changed since version 2`.
    let words: String

    /// Compares every agent, flow and knowledge file with what the ledger knows.
    static func find(_ files: LoadedWorkspace, in workplace: Workplace) throws -> [Drift] {
        var drifts: [Drift] = []
        func compare(_ kind: Kind, _ name: String, _ digest: Digest, _ path: String) throws {
            let stream = StreamName(category: kind.rawValue, id: name)
            let state = try StreamSession(DefinitionDecider(), on: stream, in: workplace.ledger).state
            guard state.current != digest else { return }
            let words = state.current.map { "changed since \($0.short), is \(digest.short)" } ?? "not used by a job yet"
            drifts.append(Drift(kind: kind, name: name, path: path, words: words))
        }
        for agent in files.agents {
            try compare(.agent, agent.definition.name, agent.digest, agent.source.path)
        }
        for flow in files.flows { try compare(.flow, flow.definition.name, flow.digest, flow.source.path) }
        for file in files.knowledgeFiles {
            let stream = StreamName(category: "entry", id: file.id)
            let session = try StreamSession(EntryDecider(), on: stream, in: workplace.ledger)
            // Somebody who has no key is not in the ledger.
            let subjects = Set(try file.subject.map { try workplace.keys.ids(of: $0) } ?? [])
            let isKnown = file.subject == nil || !subjects.isEmpty
            let draft = KnowledgeDraft(file, about: subjects, sealedBy: workplace.artifacts)
            let body = isKnown ? draft.content.body : nil
            if session.version == 0 {
                drifts.append(Drift(kind: .knowledge, name: file.id, path: file.path, words: "not imported yet"))
            } else if session.state.current?.body != body {
                let words =
                    session.state.current == nil
                    ? "is retired in the ledger" : "differs from \(file.id) @\(session.version)"
                drifts.append(Drift(kind: .knowledge, name: file.id, path: file.path, words: words))
            }
        }
        return drifts
    }

    /// One line while files and ledger differ: nothing drifts silently.
    static func note(_ files: LoadedWorkspace, in workplace: Workplace) {
        guard let drifts = try? find(files, in: workplace).filter({ $0.kind == .knowledge }), !drifts.isEmpty else {
            return
        }
        Terminal.note(
            "Note: \(Format.plural(drifts.count, "knowledge file")) not as in the ledger; `daybook status` says which.")
    }
}
