/// A part of a text that is found and shown as a whole.
public struct Chunk: Sendable, Hashable {
    /// Its place, counted from 1.
    public let index: UInt32
    /// How many there are.
    public let count: UInt32
    public let text: String
    /// Estimated.
    public let tokens: UInt32
}

/// Tokens of a text, estimated: four bytes of UTF-8 each, rounded up.
func tokenEstimate(of text: String) -> UInt32 {
    UInt32(clamping: (text.utf8.count + 3) / 4)
}
