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

extension LoadedWorkspace {
    /// What daybook.yaml says of the embedder, without reading anything else. Nil for the model on this machine, and
    /// for a file that cannot be read: `load` says why.
    public static func embedder(at directory: String) -> EmbedderSettings? {
        guard let folder = try? WorkspaceFolder(at: directory) else { return nil }
        return BusinessFile(in: folder, DiagnosticCollector()).embedder
    }
}

extension BusinessFile {
    /// `embedder: {url: https://api.example.com/v1, model: small, key: KEY, dimensions: 1536, price: $0.02}`
    mutating func readEmbedder(_ fields: Fields) {
        let file = fields.file
        let keys = ["url", "model", "key", "dimensions", "price", "on_write"]
        guard let node = fields["embedder"], let embedder = Fields(node, of: "`embedder`", in: file, keys: keys) else {
            return
        }
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
        self.embedder = EmbedderSettings(
            url: url.text, model: model, keyVariable: key, dimensions: dimensions, inputMicrodollars: price,
            isOnWrite: onWrite)
    }
}
