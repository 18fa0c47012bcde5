/// That a log grew out of what an older checkpoint says, for somebody who kept that checkpoint.
///
/// As text it is what a witness is sent (<https://c2sp.org/tlog-witness>, `add-checkpoint`): `old` and the size, the
/// hashes, an empty line, the newer checkpoint.
public struct ExtensionProof: Sendable, Hashable {
    public let consistency: ConsistencyProof
    public let checkpoint: SignedCheckpoint

    /// - Parameter old: what the verifier kept.
    /// - Throws: `ProofFailure` unless the log of this key has signed a tree that holds the old one unchanged.
    public func verify(from old: SignedCheckpoint, with key: VerifierKey) throws(ProofFailure) {
        try old.require(key)
        try checkpoint.require(key)
        guard old.checkpoint.size == consistency.old else {
            throw .refuted(
                "the proof begins at \(consistency.old) events, and the checkpoint is of \(old.checkpoint.size)")
        }
        guard consistency.connects(old.checkpoint.root, to: checkpoint.checkpoint.root) else {
            throw .refuted(
                "the log of \(checkpoint.checkpoint.size) events did not grow out of the \(old.checkpoint.size) "
                    + "that were signed before")
        }
    }
}

extension ExtensionProof {
    public var text: String {
        let lines = ["old \(consistency.old)"] + consistency.path.map(\.base64)
        return lines.map { $0 + "\n" }.joined() + "\n" + String(decoding: checkpoint.bytes, as: UTF8.self)
    }

    /// Whether a text begins as such a proof does.
    public static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "old ".utf8) }

    /// - Throws: `ProofFailure.malformed`.
    public init(_ bytes: [UInt8]) throws(ProofFailure) {
        let (lines, checkpoint) = try ProofText.parts(bytes, linesMax: 1 + EventProof.hashesMax)
        guard let first = lines.first, let old = first.value(of: "old").flatMap({ UInt64($0) }), first == "old \(old)"
        else { throw .malformed("this is no proof that a log grew: it does not say from where") }
        self.checkpoint = checkpoint
        consistency = ConsistencyProof(
            old: old, new: checkpoint.checkpoint.size, path: try ProofText.hashes(lines.dropFirst()))
    }
}
