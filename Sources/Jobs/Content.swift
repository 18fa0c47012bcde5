public import Sealing
public import Wire

/// Content on its way into the log: what it says, and what is kept of it.
public struct Content: Sendable, Equatable {
    public let clear: [UInt8]
    /// Itself if it is about nobody, else an envelope.
    public let stored: [UInt8]
    /// By which events name it: SHA-256 of what is kept.
    public let digest: Digest

    public init(_ clear: [UInt8], about subjects: Set<SubjectID> = [], with keyring: any Keyring) {
        self.clear = clear
        stored = keyring.seal(clear, about: subjects)
        digest = Digest.of(stored)
    }
}
