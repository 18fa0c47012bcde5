import Wire

/// The digests that bytes may name: those of a payload, of a manifest, of a batch of mails.
///
/// In the canonical wire format a digest is a field of 32 bytes behind its length, so whatever follows the byte 0x20
/// is a candidate; in text it is 64 hexadecimal digits. Too many are given rather than too few: whoever asks looks
/// which of them are kept.
enum NamedDigests {
    static func candidates(in bytes: [UInt8]) -> Set<Digest> {
        String(validating: bytes, as: UTF8.self) == nil || bytes.count < 64 ? inWire(bytes) : inText(bytes)
    }

    static func inWire(_ bytes: [UInt8]) -> Set<Digest> {
        var found: Set<Digest> = []
        let span = bytes.span.bytes
        for start in bytes.indices where bytes[start] == 0x20 && start + 32 < bytes.count {
            if let digest = Digest(span.extracting(start + 1..<start + 33)) { found.insert(digest) }
        }
        return found
    }

    private static func inText(_ bytes: [UInt8]) -> Set<Digest> {
        var found: Set<Digest> = []
        var start = 0
        for end in 0...bytes.count {
            if end < bytes.count, Character(UnicodeScalar(bytes[end])).isHexDigit { continue }
            if end - start == 64, let digest = Digest(hex: String(decoding: bytes[start..<end], as: UTF8.self)) {
                found.insert(digest)
            }
            start = end + 1
        }
        return found
    }
}
