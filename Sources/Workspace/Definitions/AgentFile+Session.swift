import Events

/// `session: {ttl: 2h, turns: 6, tokens: 800}`: what a role is shown of its last exchanges.
extension AgentFile {
    /// Two hours, where the file does not say; a second to thirty days, which is how long the view keeps anything.
    static let sessionTTLDefault: UInt64 = 2 * 3_600_000
    static let sessionTTLs: ClosedRange<UInt64> = 1_000...30 * 86_400_000
    /// Exchanges, where the file does not say. The view keeps twenty.
    static let sessionTurnsDefault: UInt32 = 6
    static let sessionTurns: ClosedRange<UInt32> = 1...20
    /// Tokens of all exchanges together, where the file does not say.
    static let sessionTokensDefault: UInt32 = 800
    static let sessionTokens: ClosedRange<UInt32> = 100...10_000

    /// Nil once its problem is reported.
    static func sessionPolicy(_ node: YAMLNode, in file: TextFile) -> SessionPolicy? {
        guard let fields = Fields(node, of: "`session`", in: file, keys: ["ttl", "turns", "tokens"]),
            let ttl = settled(fields["ttl"].map { sessionTTL($0, in: file) }, or: sessionTTLDefault),
            let turns = settled(
                fields["turns"].map { file.integer($0, "turns", in: sessionTurns) }, or: sessionTurnsDefault),
            let tokens = settled(
                fields["tokens"].map { file.integer($0, "tokens", in: sessionTokens) }, or: sessionTokensDefault)
        else { return nil }
        return SessionPolicy(ttlMs: ttl, turns: turns, tokens: tokens)
    }

    private static func sessionTTL(_ node: YAMLNode, in file: TextFile) -> UInt64? {
        guard let ttl = file.duration(node, "ttl") else { return nil }
        guard sessionTTLs.contains(ttl) else {
            file.error(
                "`ttl` of a session is 1s to 30d", at: node.position, hint: "what must last belongs in knowledge/")
            return nil
        }
        return ttl
    }
}
