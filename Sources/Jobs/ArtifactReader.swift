public import Events
public import Sealing
public import Wire

/// Where contents are looked up by digest. What a digest names never changes, so reading it is pure.
///
/// What is personal is kept sealed. It opens as long as the keys of everybody it is about exist; once one of them is
/// destroyed it reads as if it were not kept.
public protocol ArtifactReader: Sendable {
    /// What the artifact with this SHA-256 says; nil if it is not kept (any more), or erased.
    func bytes(_ digest: Digest) -> [UInt8]?

    /// The artifact as it is kept: in the clear, or an envelope.
    func stored(_ digest: Digest) -> [UInt8]?

    /// The keys with which contents open, and are sealed.
    var keyring: any Keyring { get }
}

extension ArtifactReader {
    public func stored(_ digest: Digest) -> [UInt8]? { bytes(digest) }

    public var keyring: any Keyring { NoKeys() }

    /// Whom an artifact is about, whether it still opens or not: those whose keys it is sealed with.
    public func about(_ digest: Digest) -> Set<SubjectID> {
        Set(stored(digest).flatMap { SealedEnvelope($0) }?.subjects ?? [])
    }

    /// Whom any of these is about.
    public func about(_ digests: some Sequence<Digest>) -> Set<SubjectID> {
        digests.reduce(into: []) { $0.formUnion(about($1)) }
    }

    /// The address of a recipient; nil if it is erased.
    public func address(of recipient: Recipient) -> String? {
        [UInt8](hex: recipient.address).flatMap { keyring.open($0, as: .address) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether an artifact is kept and cannot be read: the key of somebody it is about was destroyed, or is not here.
    public func isErased(_ digest: Digest) -> Bool {
        guard let stored = stored(digest), let envelope = SealedEnvelope(stored) else { return false }
        return envelope.subjects.contains { keyring.key($0) == nil }
    }
}
