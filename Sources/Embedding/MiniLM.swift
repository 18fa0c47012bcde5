import CKernels
public import Wire

/// all-MiniLM-L6-v2 with weights of eight bits, on this processor alone.
///
/// Six layers of BERT (Devlin and others, 2019), the mean of the last one's tokens, at length 1: the model of Sentence
/// Transformers. The same text has the same vector, to the last bit, on every processor and in every batch.
///
/// Weights have eight bits, with a scale for each 64 inputs of an output; what they are multiplied by has sixteen,
/// with a scale a token. All sums of a scale are exact. The rest is made in single precision, in one order.
///
/// Texts for several cores: call `vectors(of:)` for a part of them on each. Nothing is shared but the weights.
public struct MiniLM: Sendable {
    /// Tokens of a text that count, with the two that enclose it; the model was made for no more.
    public static let tokensMax = 256
    /// Tokens that go through the layers together, with about 12,000 bytes of memory each.
    static let passTokensMax = 256
    /// The largest pack that is read, in bytes.
    public static let packBytesMax = 1 << 28

    /// Whose vectors they are.
    public let identity: EmbedderIdentity
    /// Who made the model, and its licence.
    public let notice: String
    let pack: ModelPack
    private let tokenizer: WordPiece
    private let level: ck_level

    /// Takes a pack as `tools/setup-embedder` makes it. It is checked against its digest, and not copied.
    public init(_ pack: SharedBytes) throws(ModelPackError) {
        try self.init(pack, level: ck_level_best())
    }

    /// - Parameter level: kernels of an older processor; the result is the same.
    init(_ bytes: SharedBytes, level: ck_level) throws(ModelPackError) {
        pack = try ModelPack(bytes)
        tokenizer = try WordPiece(pack.vocabulary)
        identity = pack.identity
        notice = pack.notice
        self.level = level
    }

    /// A vector for each text, in their order; of a text without words, that of no words.
    public func vectors(of texts: [String]) -> Embeddings {
        var tokens: [UInt32] = []
        var ends: [Int] = []
        ends.reserveCapacity(texts.count)
        for text in texts {
            tokenizer.encode(text, tokensMax: Self.tokensMax, into: &tokens)
            ends.append(tokens.count)
        }
        let dimensions = identity.dimensions
        let room = Workspace(
            pack, tokens: min(tokens.count, Self.passTokensMax), longest: min(tokens.count, Self.tokensMax))
        let values = [Float](unsafeUninitializedCapacity: texts.count * dimensions) { values, count in
            var text = 0
            while text < texts.count {
                let first = text
                let begin = first == 0 ? 0 : ends[first - 1]
                while text < texts.count, ends[text] - begin <= Self.passTokensMax { text += 1 }
                forward(tokens[begin..<ends[text - 1]], ends: ends[first..<text], room)
                for (index, end) in ends[first..<text].enumerated() {
                    let start = index == 0 ? 0 : ends[first + index - 1] - begin
                    guard let place = values.baseAddress else { break }
                    ck_pool(
                        room.states + start * dimensions, end - begin - start, dimensions,
                        place + (first + index) * dimensions)
                }
            }
            count = texts.count * dimensions
        }
        return Embeddings(
            dimensions: dimensions, values: values, tokens: UInt64(tokens.count), costMicrodollars: 0)
    }

    /// The tokens of a text, as the model reads it.
    public func tokens(of text: String) -> [UInt32] {
        var tokens: [UInt32] = []
        tokenizer.encode(text, tokensMax: Self.tokensMax, into: &tokens)
        return tokens
    }

    /// Whether it knows any word or part of a word of a text. What it knows nothing of has a vector like any other,
    /// which says nothing.
    public func knows(_ text: String) -> Bool {
        let words = String(text.map { $0.isLetter || $0.isNumber ? $0 : " " })
        return tokens(of: words).dropFirst().dropLast().contains { $0 != tokenizer.unknown }
    }

    /// All layers, for tokens of several texts that follow each other; leaves `states`.
    ///
    /// - Parameter ends: where each text ends, counted as the indices of `tokens` are.
    private func forward(_ tokens: ArraySlice<UInt32>, ends: ArraySlice<Int>, _ room: borrowing Workspace) {
        let width = identity.dimensions
        let count = tokens.count
        lookUp(tokens, ends: ends, room)
        ck_add_norm(level, room.states, room.added, pack.norm.gain, pack.norm.bias, count, width)
        for layer in pack.layers {
            ck_quantise(level, room.states, count, width, room.codes, room.scales)
            multiply(layer.projections, count, into: room.wide, room)
            var start = tokens.startIndex
            for end in ends {
                let place = start - tokens.startIndex
                ck_attention(
                    level, room.wide + place * 3 * width, end - start, pack.heads, room.attention,
                    room.added + place * width)
                start = end
            }
            ck_quantise(level, room.added, count, width, room.codes, room.scales)
            multiply(layer.output, count, into: room.added, room)
            addNorm(layer.attentionNorm, count, room)
            ck_quantise(level, room.states, count, width, room.codes, room.scales)
            multiply(layer.up, count, into: room.wide, room)
            ck_gelu(level, room.wide, count * pack.hidden)
            ck_quantise(level, room.wide, count, pack.hidden, room.codes, room.scales)
            multiply(layer.down, count, into: room.added, room)
            addNorm(layer.outputNorm, count, room)
        }
    }

    /// What the tokens mean by themselves, in `states`, and by their places, in `added`.
    private func lookUp(_ tokens: ArraySlice<UInt32>, ends: ArraySlice<Int>, _ room: borrowing Workspace) {
        let width = identity.dimensions
        var start = tokens.startIndex
        for end in ends {
            for index in start..<end {
                let row = (index - tokens.startIndex) * width
                let (word, place) = (Int(tokens[index]), index - start)
                ck_widen(
                    pack.words.codes + word * width, pack.words.scales[word], pack.segment, width, room.states + row)
                ck_widen(pack.places.codes + place * width, pack.places.scales[place], nil, width, room.added + row)
            }
            start = end
        }
    }

    private func multiply(
        _ matrix: ck_matrix, _ count: Int, into result: UnsafeMutablePointer<Float>, _ room: borrowing Workspace
    ) {
        withUnsafePointer(to: matrix) { ck_product(level, room.codes, room.scales, count, $0, result) }
    }

    private func addNorm(_ norm: ModelPack.Norm, _ count: Int, _ room: borrowing Workspace) {
        ck_add_norm(level, room.states, room.added, norm.gain, norm.bias, count, identity.dimensions)
    }
}
