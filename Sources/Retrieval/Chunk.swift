/// A part of a text that is found and shown as a whole: one contiguous range of it.
public struct Chunk: Sendable, Hashable {
    /// Its place, counted from 1.
    public let index: UInt32
    /// How many there are.
    public let count: UInt32
    /// Exactly what stands in `bytes` of the text.
    public let text: String
    /// Estimated.
    public let tokens: UInt32
    /// Where it stands in the text's UTF-8.
    public let bytes: Range<Int>
    /// Where it stands in the text, in lines counted from 1.
    public let lines: ClosedRange<Int>
    /// The headings that it stands below, the outermost first; none that is part of its own text.
    public let headings: [String]
}

/// Tokens of a text, estimated: four bytes of UTF-8 each, rounded up.
func tokenEstimate(ofBytes count: Int) -> UInt32 {
    UInt32(clamping: (count + 3) / 4)
}
