/// A server that turns texts into vectors instead of the model on this machine.
public struct EmbedderSettings: Hashable, Sendable {
    /// Texts that one change of the knowledge sends by itself, at most.
    public static let textsOnWriteMax = 256
    /// How long one request may take, in milliseconds.
    public static let timeoutMs: UInt64 = 60_000

    /// Up to and without `/embeddings`.
    public let url: String
    public let model: String
    /// The name of the environment variable that holds the key; empty for none. Never the key.
    public let keyVariable: String
    /// Numbers of a vector.
    public let dimensions: UInt32
    /// What a million tokens cost.
    public let inputMicrodollars: UInt64
    /// Whether what is written is sent at once.
    public let isOnWrite: Bool
}

/// Who makes vectors, where daybook.yaml says so.
public enum EmbedderChoice: Hashable, Sendable {
    case server(EmbedderSettings)
    /// The model on this machine, whose weights lie at this path: a whole one.
    case weights(path: String)
}

extension LoadedWorkspace {
    /// What daybook.yaml says of the embedder, without reading anything else. Nil for the model on this machine in its
    /// usual place, and for a file that cannot be read: `load` says why.
    public static func embedder(at directory: String) -> EmbedderChoice? {
        guard let folder = try? WorkspaceFolder(at: directory) else { return nil }
        return BusinessFile(in: folder, DiagnosticCollector()).embedder
    }
}

extension BusinessFile {
    private static let serverKeys = ["url", "model", "key", "dimensions", "price", "on_write"]

    /// `embedder: {path: models/minilm.pack}`, or
    /// `embedder: {url: https://api.example.com/v1, model: small, key: KEY, dimensions: 1536, price: $0.02}`
    mutating func readEmbedder(_ fields: Fields, _ folder: WorkspaceFolder) {
        let file = fields.file
        guard let node = fields["embedder"],
            let embedder = Fields(node, of: "`embedder`", in: file, keys: ["path"] + Self.serverKeys)
        else { return }
        guard let path = embedder["path"] else { return readServer(embedder) }
        for key in Self.serverKeys where embedder[key] != nil {
            return file.error(
                "`path` names weights on this machine, and `\(key)` belongs to a server",
                at: embedder.position(of: key), hint: "keep one of the two")
        }
        guard let text = file.line(path, "path") else { return }
        guard !text.hasPrefix("~") else {
            return file.error(
                "`path` begins with `~`, which only a shell understands", at: path.position,
                hint: "write the whole path, or one relative to this folder")
        }
        let whole = text.hasPrefix("/") ? text : "\(folder.root)/\(text)"
        if WorkspaceFolder.realPath(whole) == nil {
            file.note(
                "there is no file \(text.excerpt): words alone count", at: path.position,
                hint: "DAYBOOK_EMBEDDER=\(whole) tools/setup-embedder    puts the model there")
        }
        self.embedder = .weights(path: whole)
    }

    private mutating func readServer(_ embedder: Fields) {
        let file = embedder.file
        let url = embedder.required("url", hint: "for example http://127.0.0.1:8080/v1").flatMap {
            Self.webAddress($0, file)
        }
        let model = embedder.required("model", hint: "the name that the server gives it").flatMap {
            file.line($0, "model")
        }
        let dimensions = embedder.required("dimensions", hint: "how many numbers its vectors have").flatMap {
            file.integer($0, "dimensions", in: 1...4_096)
        }
        let key = embedder["key"].map { file.secret($0, "key") }
        let price = embedder["price"].map { file.money($0, "price") }
        let onWrite = embedder["on_write"].map { file.word($0, "on_write", of: ["yes": true, "no": false]) }
        guard let url, let model, let dimensions, let key = settled(key, or: ""), let price = settled(price, or: 0),
            let onWrite = settled(onWrite, or: false)
        else { return }
        guard key.isEmpty || url.address.scheme != "http" || url.address.isLoopback else {
            return file.error(
                "the key would cross the network in the clear", at: embedder.position(of: "key"),
                hint: "use an https URL")
        }
        self.embedder = .server(
            EmbedderSettings(
                url: url.text, model: model, keyVariable: key, dimensions: dimensions, inputMicrodollars: price,
                isOnWrite: onWrite))
    }
}
