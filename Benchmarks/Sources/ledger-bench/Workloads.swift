import Ledger

/// Our side of every workload: one open store at a time, and what answers each request.
final class Workloads {
    let data: Dataset
    let folder: SharedFolder
    private var ledger: Ledger?
    /// The appenders of the store, between two shares.
    var lanes: [Appender?] = []
    /// What is searched, of K1 and K2.
    var knowledge = Knowledge()
    private let lexicon: Lexicon
    private let mixture: Mixture

    init(_ directory: String, seed: UInt64) {
        folder = SharedFolder(path: directory)
        data = Dataset(seed: seed)
        lexicon = Lexicon(folder)
        mixture = Mixture(folder, ChanceVectors(data: data))
    }

    /// Nil for a verb that is not among ours.
    func answer(_ request: Request) async throws -> Answer? {
        switch request.verb {
        case "settings": return settings()
        case "open": try open(request)
        case "close": close()
        case "forget": try forget(request)
        case "append": return try await append(request)
        case "import": return try await importEvents(request)
        case "rehydrate": return try rehydrate(request)
        case "first-read": return try firstRead(request)
        case "verify": return try verify(request)
        case "proof": return try proof(request)
        case "fill": return try await fill(request)
        case "rebuild": return try await rebuild(request)
        case "documents": return try lexicon.documents(request)
        case "search": return lexicon.search(request)
        case "vectors": return try vectors(request)
        case "nearest": return try await nearest(request)
        case "mixture": return try mixture.fill(request)
        case "find": return try mixture.find(request)
        case "texts": return try texts(request)
        case "embed": return try embed(request)
        default: return nil
        }
        return Answer()
    }

    func path(_ request: Request) -> String { folder.file("\(request.text("store")).ledger") }

    func open(_ request: Request) throws {
        lanes = []
        ledger = try Ledger(at: path(request))
    }

    func opened() throws -> Ledger {
        guard let ledger else { throw Misuse("no store is open") }
        return ledger
    }

    func close() {
        ledger?.close()
        ledger = nil
    }

    private func settings() -> Answer {
        var answer = Answer()
        answer.note(
            "settings",
            """
            as a program opens it: Ledger(at:) with its standard options. Nothing is acknowledged before a flush: one \
            of the journal a batch while nobody reads between commits, and LMDB's own two for each transaction
            """)
        return answer
    }
}

/// A request that cannot be served, in words.
struct Misuse: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
