/// The keys at hand, and what is known of secrets and people in content from outside.
///
/// A key that it does not have was destroyed, or never was here: both read the same.
public protocol Keyring: Sendable {
    func key(_ id: SubjectID) -> SubjectKey?

    /// Whom content from outside names: those of the known people whose e-mail address stands in it.
    func named(in clear: [UInt8]) -> Set<SubjectID>

    /// Takes secrets out of content from outside.
    var redaction: Redaction { get }
}

extension Keyring {
    /// Knows nobody by name.
    public func named(in clear: [UInt8]) -> Set<SubjectID> { [] }

    /// Knows no secret by its value.
    public var redaction: Redaction { .looksAlone }
}

/// Has no key: everything that is sealed stays so.
public struct NoKeys: Keyring {
    public init() {}
    public func key(_ id: SubjectID) -> SubjectKey? { nil }
}

extension Keyring {
    /// What an artifact says: its bytes if they are in the clear, else what is sealed in them.
    ///
    /// - Returns: nil if a key is gone, or if the envelope is damaged or was sealed for another purpose.
    public func open(_ stored: [UInt8], as purpose: SealedEnvelope.Purpose = .content) -> [UInt8]? {
        guard let envelope = SealedEnvelope(stored) else { return stored }
        let keys = envelope.subjects.compactMap { key($0) }
        guard envelope.purpose == purpose, keys.count == envelope.subjects.count else { return nil }
        return envelope.open(with: keys)
    }

    /// What is kept of some content: itself if it is about nobody, else an envelope.
    ///
    /// Without a key there is nothing to seal with. Then only the names of the keys are kept, and the content is
    /// not: it is erased before it is written.
    public func seal(
        _ clear: [UInt8], about subjects: Set<SubjectID>, as purpose: SealedEnvelope.Purpose = .content
    ) -> [UInt8] {
        guard !subjects.isEmpty else { return clear }
        let keys = subjects.compactMap { key($0) }
        guard keys.count == subjects.count, keys.count <= SealedEnvelope.subjectsMax else {
            return SealedEnvelope.erased(about: subjects, as: purpose).bytes
        }
        return SealedEnvelope(sealing: clear, as: purpose, with: keys).bytes
    }
}
