extension ContextItem {
    /// The versions of entries that whoever saw this item has seen: the one that it is, and all that it was made of.
    public var knowledge: [KnowledgeSource] {
        guard case .knowledge(let source) = source else { return [] }
        let others = (derived?.sources ?? []).filter { $0.entry != source.entry || $0.version != source.version }
        return [source]
            + others.map { KnowledgeSource(entry: $0.entry, version: $0.version, chunk: 0, chunks: 0) }
    }
}
