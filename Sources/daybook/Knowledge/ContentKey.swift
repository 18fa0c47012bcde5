import Events
import Wire

/// Which content of an entry: all that its events say of it, in 16 bytes of its SHA-256.
struct ContentKey: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    init(_ content: EntryContent) {
        self = Digest.of(content).withBytes { bytes in
            ContentKey(high: bytes.load(as: UInt64.self), low: bytes.load(fromByteOffset: 8, as: UInt64.self))
        }
    }
}
