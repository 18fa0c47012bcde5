import Crypto

// `Digest` alone is ambiguous: swift-crypto exports a protocol of that name.
extension Wire.Digest {
    /// SHA-256 of the canonical bytes of a message.
    public static func of(_ message: some WireMessage) -> Wire.Digest {
        var writer = WireWriter()
        message.write(to: &writer)
        return writer.bytes.withUnsafeBytes { of($0) }
    }

    /// SHA-256 of these bytes (FIPS 180-4).
    public static func of(_ bytes: [UInt8]) -> Wire.Digest {
        bytes.withUnsafeBytes { of($0) }
    }

    /// SHA-256 of these bytes (FIPS 180-4).
    public static func of(_ bytes: UnsafeRawBufferPointer) -> Wire.Digest {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize().withUnsafeBytes { result in
            guard let digest = Wire.Digest(RawSpan(_unsafeBytes: result)) else {
                preconditionFailure("SHA-256 has 32 bytes")
            }
            return digest
        }
    }
}
