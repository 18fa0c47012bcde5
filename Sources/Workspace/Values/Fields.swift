/// A mapping with the keys that belong into it.
struct Fields {
    /// Why a key is not taken, for keys that people bring from elsewhere.
    typealias Refusals = [String: String]

    let file: TextFile
    let position: SourcePosition
    /// What the mapping describes, for messages: `a step`.
    let what: String
    private let pairs: [String: YAMLPair]

    /// Nil, once it is reported, if this is no mapping. Every unknown key is reported.
    init?(_ node: YAMLNode, of what: String, in file: TextFile, keys: [String], refusals: Refusals = [:]) {
        guard case .mapping(let pairs) = node.content else {
            file.error(
                "\(what) is a mapping (`key: value`), and this is \(node.kindName)", at: node.position,
                hint: "known: \(keys.joined(separator: ", "))")
            return nil
        }
        self.file = file
        self.what = what
        position = node.position
        self.pairs = Dictionary(pairs.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for pair in pairs where !keys.contains(pair.key) {
            if let refusal = refusals[pair.key] {
                file.error("`\(pair.key)` is not taken", at: pair.position, hint: refusal)
            } else {
                file.error(
                    "\(what) has no key \"\(pair.key.excerpt)\"", at: pair.position,
                    hint: NearestName.hint(for: pair.key, among: keys))
            }
        }
    }

    /// The value of a key; nil if it does not stand there.
    subscript(_ key: String) -> YAMLNode? { pairs[key]?.value }

    func position(of key: String) -> SourcePosition? { pairs[key]?.position }

    /// The value of a key that must stand there; nil once its absence is reported.
    func required(_ key: String, hint: String? = nil) -> YAMLNode? {
        if let node = self[key] { return node }
        file.error("\(what) needs `\(key)`", at: position, hint: hint)
        return nil
    }

    /// Says that a key is understood, checked, and of no effect yet.
    func noteIdle(_ key: String) {
        guard let position = position(of: key) else { return }
        file.note("`\(key)` is accepted, and not acted on by this version", at: position)
    }
}
