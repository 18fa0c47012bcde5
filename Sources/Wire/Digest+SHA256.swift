import COpenSSL

extension Digest {
    /// SHA-256 of the canonical bytes of a message.
    public static func of(_ message: some WireMessage) -> Digest {
        var writer = WireWriter()
        message.write(to: &writer)
        return writer.bytes.withUnsafeBytes { of($0) }
    }

    /// SHA-256 of these bytes (FIPS 180-4).
    public static func of(_ bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { of($0) }
    }

    /// SHA-256 of these bytes (FIPS 180-4).
    ///
    /// From OpenSSL: every event is hashed three times, and swift-crypto allocates an object for each hash.
    public static func of(_ bytes: UnsafeRawBufferPointer) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { room in
            daybook_sha256(bytes.baseAddress, bytes.count, room.baseAddress)
            return Digest(
                a: room.load(as: UInt64.self), b: room.load(fromByteOffset: 8, as: UInt64.self),
                c: room.load(fromByteOffset: 16, as: UInt64.self), d: room.load(fromByteOffset: 24, as: UInt64.self))
        }
    }
}
