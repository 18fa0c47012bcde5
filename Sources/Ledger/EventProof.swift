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

/// What both texts have in common: lines, an empty line, a signed checkpoint.
private enum ProofText {
    static func parts(
        _ bytes: [UInt8], linesMax: Int
    ) throws(ProofFailure) -> (lines: [String], checkpoint: SignedCheckpoint) {
        guard bytes.count <= EventProof.bytesMax else {
            throw .malformed("a proof has at most \(EventProof.bytesMax) bytes")
        }
        let newline = UInt8(ascii: "\n")
        var lines: [String] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: newline), end > rest.startIndex, lines.count <= linesMax,
            let line = String(validating: rest[..<end], as: UTF8.self)
        {
            lines.append(line)
            rest = rest[(end + 1)...]
        }
        guard rest.first == newline, lines.count <= linesMax, let checkpoint = SignedCheckpoint(Array(rest.dropFirst()))
        else { throw .malformed("this is no proof: no signed checkpoint stands at its end") }
        return (lines, checkpoint)
    }

    static func hashes(_ lines: ArraySlice<String>) throws(ProofFailure) -> [Digest] {
        let hashes = lines.compactMap { Digest(base64: $0) }
        guard hashes.count == lines.count else { throw .malformed("a line of the proof is no hash") }
        return hashes
    }
}

extension String {
    /// What stands behind a name and a space.
    fileprivate func value(of name: String) -> String? {
        hasPrefix(name + " ") ? String(dropFirst(name.count + 1)) : nil
    }
}

extension Digest {
    /// RFC 4648, section 4.
    var base64: String { Data(bytes).base64EncodedString() }

    /// Nil unless this is base64 of 32 bytes, in its one spelling.
    init?(base64: String) {
        guard let data = Data(base64Encoded: base64), let digest = Digest(Array(data).span.bytes),
            digest.base64 == base64
        else { return nil }
        self = digest
    }
}
