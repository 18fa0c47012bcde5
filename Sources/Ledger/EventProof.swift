import FoundationEssentials
import Wire

/// That an event is in a log, for somebody who has nothing but the log's key.
///
/// As text it is a C2SP proof (<https://c2sp.org/tlog-proof>) whose `extra` is the leaf's entry. The entry is not
/// trusted: it counts only because the path leads from its hash to the root that was signed.
public struct EventProof: Sendable, Hashable {
    /// The most bytes of a proof as text.
    public static let bytesMax = 65_536
    /// The most hashes: a tree of 2^63 leaves has no longer path.
    static let hashesMax = 63
    private static let head = "c2sp.org/tlog-proof@v1"

    public let entry: LeafEntry
    public let inclusion: InclusionProof
    public let checkpoint: SignedCheckpoint

    /// - Throws: `ProofFailure` unless the log of this key has signed a tree with this event at its place.
    public func verify(with key: VerifierKey) throws(ProofFailure) {
        try checkpoint.require(key)
        guard inclusion.index == entry.position - 1 else {
            throw .refuted("the proof is for the place \(inclusion.index), and the event says it is @\(entry.position)")
        }
        guard inclusion.root(from: entry.leaf) == checkpoint.checkpoint.root else {
            throw .refuted("the path does not lead from this event to the root that was signed")
        }
    }
}

extension EventProof {
    public var text: String {
        let lines = [Self.head, "extra \(Data(entry.bytes).base64EncodedString())", "index \(inclusion.index)"]
        let hashes = inclusion.path.map(\.base64)
        return (lines + hashes).map { $0 + "\n" }.joined() + "\n" + String(decoding: checkpoint.bytes, as: UTF8.self)
    }

    /// Whether a text begins as a proof of an event does.
    public static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "\(head)\n".utf8) }

    /// - Throws: `ProofFailure.malformed`.
    public init(_ bytes: [UInt8]) throws(ProofFailure) {
        let (lines, checkpoint) = try ProofText.parts(bytes, linesMax: 3 + Self.hashesMax)
        guard lines.count >= 3, lines[0] == Self.head, let extra = lines[1].value(of: "extra"),
            let data = Data(base64Encoded: extra), data.base64EncodedString() == extra,
            let entry = LeafEntry(Array(data))
        else { throw .malformed("this is no proof of an event: it does not carry the event's entry") }
        guard let index = lines[2].value(of: "index").flatMap({ UInt64($0) }), lines[2] == "index \(index)" else {
            throw .malformed("this is no proof of an event: it does not say the event's place")
        }
        self.entry = entry
        self.checkpoint = checkpoint
        inclusion = InclusionProof(
            index: index, size: checkpoint.checkpoint.size, path: try ProofText.hashes(lines.dropFirst(3)))
    }
}
