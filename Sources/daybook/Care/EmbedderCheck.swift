import Agents
import Embedding
import Foundation
import Workspace

/// Who makes the vectors by which knowledge is found, and whether that works.
struct EmbedderCheck {
    static let name = "embedder"

    let directory: String
    /// Whether to open a connection to a server.
    let probes: Bool

    var finding: Finding {
        let choice = LoadedWorkspace.embedder(at: directory)
        if case .server(let settings) = choice { return server(settings) }
        return local(choice)
    }

    private func server(_ settings: EmbedderSettings) -> Finding {
        let words = "\(settings.model), \(settings.url)"
        let key = settings.keyVariable
        if !key.isEmpty, (ProcessInfo.processInfo.environment[key] ?? "").isEmpty {
            return .wrong(Self.name, "\(words), needs \(key)", next: "export \(key)=...")
        }
        return .reached(Self.name, settings.url, words, probes: probes)
    }

    private func local(_ choice: EmbedderChoice?) -> Finding {
        let path = Workplace.weightsPath(of: choice)
        do throws(LocalEmbedderError) {
            let model = try LocalEmbedder.open(at: path)
            return .ok(Self.name, "on this machine: \(model.identity), \(path ?? "")")
        } catch {
            let words = "none, so words alone count: \(error.what)"
            let fetch = path.map { "DAYBOOK_EMBEDDER=\($0) tools/setup-embedder" } ?? "tools/setup-embedder"
            let isUsual = path == Workplace.weightsPath(of: nil)
            let next = isUsual ? "tools/setup-embedder" : fetch
            // Whoever asked for none has none.
            let isMissed = error.kind != .missing || choice != nil && !isUsual
            return isMissed ? .wrong(Self.name, words, next: next) : .note(Self.name, words, next: next)
        }
    }
}

extension Finding {
    /// Whether a server can be reached.
    static func reached(_ name: String, _ url: String, _ words: String, probes: Bool) -> Finding {
        guard probes else {
            return .note(name, "\(words); not asked", next: "daybook doctor --probe opens a connection")
        }
        guard let place = NetworkPlace(url) else { return .wrong(name, "\(words) is no address") }
        if let problem = place.problem() {
            return .wrong(
                name, "\(words): \(problem)", next: "is it running, and is the address in daybook.yaml right?")
        }
        return .ok(name, "\(words): answers")
    }
}
