import Crypto
import FoundationEssentials
import Wire

/// The Ed25519 key (RFC 8032) that signs checkpoints, in a file that only its owner can read.
struct SigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// Reads the key; nil if there is none.
    init?(readFrom path: String) throws(LedgerError) {
        guard let bytes = try Files.read(path) else { return nil }
        guard let seed = [UInt8](hex: String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else { throw .damaged("\(path) holds no signing key. Restore it from where you keep your keys") }
        self.key = key
    }

    /// Makes a new key, and keeps it before it is used.
    init(makeAt path: String, in folder: String) throws(LedgerError) {
        key = Curve25519.Signing.PrivateKey()
        try Files.makeFolder(folder)
        try Files.replace(path, with: Array((key.rawRepresentation.hex + "\n").utf8), mode: 0o600)
    }

    var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    func sign(_ bytes: [UInt8]) throws(LedgerError) -> [UInt8] {
        do {
            return Array(try key.signature(for: bytes))
        } catch {
            throw .unavailable("cannot sign the checkpoint: \(error)")
        }
    }
}
