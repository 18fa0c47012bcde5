import Crypto
import FoundationEssentials
import Wire

/// A text with signatures below it (<https://c2sp.org/signed-note>), with Ed25519 keys only.
struct SignedNote: Hashable {
    /// Ends with a newline.
    let text: String
    let signatures: [Signature]

    struct Signature: Hashable {
        let keyName: String
        /// The key's id (4 bytes), then the signature.
        let bytes: [UInt8]
    }

    init(_ text: String, signedBy key: SigningKey, named name: String) throws(LedgerError) {
        self.text = text
        let id = Self.keyID(name: name, publicKey: key.publicKey)
        signatures = [Signature(keyName: name, bytes: id + (try key.sign(Array(text.utf8))))]
    }

    /// Nil if these bytes are no signed note.
    init?(_ bytes: [UInt8]) {
        guard let note = String(validating: bytes, as: UTF8.self) else { return nil }
        // The last blank line parts text and signatures; every line ends with a newline.
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.last == "", let blank = lines.dropLast().lastIndex(of: "") else { return nil }
        text = lines[..<blank].map { $0 + "\n" }.joined()
        var signatures: [Signature] = []
        for line in lines[(blank + 1)...].dropLast() {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "\u{2014}", let signature = Data(base64Encoded: String(parts[2])),
                signature.count > 4
            else { return nil }
            signatures.append(Signature(keyName: String(parts[1]), bytes: Array(signature)))
        }
        guard !signatures.isEmpty else { return nil }
        self.signatures = signatures
    }

    var bytes: [UInt8] {
        let lines = signatures.map { "\u{2014} \($0.keyName) \(Data($0.bytes).base64EncodedString())\n" }
        return Array((text + "\n" + lines.joined()).utf8)
    }

    /// Whether a key of this name has signed the text.
    func isSigned(by publicKey: [UInt8], named name: String) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        let id = Self.keyID(name: name, publicKey: publicKey)
        return signatures.contains { signature in
            signature.keyName == name && Array(signature.bytes.prefix(4)) == id
                && key.isValidSignature(signature.bytes.dropFirst(4), for: Array(text.utf8))
        }
    }

    /// The first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key), where 0x01 stands for Ed25519.
    static func keyID(name: String, publicKey: [UInt8]) -> [UInt8] {
        Array(Wire.Digest.of(Array("\(name)\n".utf8) + [1] + publicKey).bytes.prefix(4))
    }
}
