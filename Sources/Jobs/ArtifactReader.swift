public import Wire

/// Where contents are looked up by digest. What a digest names never changes, so reading it is pure.
public protocol ArtifactReader: Sendable {
    /// The bytes with this SHA-256; nil if they are not kept (any more).
    func bytes(_ digest: Digest) -> [UInt8]?
}
