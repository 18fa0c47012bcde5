import FoundationEssentials
import Wire

/// What both texts have in common: lines, an empty line, a signed checkpoint.
enum ProofText {
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
        guard rest.first == newline, lines.count <= linesMax,
            let checkpoint = SignedCheckpoint(Array(rest.dropFirst()))
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
    func value(of name: String) -> String? {
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
