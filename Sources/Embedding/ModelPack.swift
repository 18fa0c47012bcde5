import CKernels
import Wire

/// The file `minilm.pack`: weights, vocabulary and licence of a model, as `tools/pack-embedder` writes it.
///
/// Nothing is copied: the parts point into the bytes, which are kept with them.
struct ModelPack: @unchecked Sendable {
    static let version: UInt32 = 1
    static let magic: [UInt8] = Array("DBKMODEL".utf8)
    static let headBytes = 64
    /// No size of a model is larger: products of three of them fit into 64 bits.
    static let sizeMax: Int64 = 1 << 20
    static let layersMax = 64

    /// One row a token or a position.
    struct Table {
        let scales: UnsafePointer<Float>
        let codes: UnsafePointer<Int8>
    }

    struct Norm {
        let gain: UnsafePointer<Float>
        let bias: UnsafePointer<Float>
    }

    struct Layer {
        let projections: ck_matrix
        let output: ck_matrix
        let attentionNorm: Norm
        let up: ck_matrix
        let down: ck_matrix
        let outputNorm: Norm
    }

    let identity: EmbedderIdentity
    /// Of the model, as its makers want it shown.
    let notice: String
    let hidden: Int
    let heads: Int
    let positions: Int
    let vocabulary: Vocabulary
    let words: Table
    let places: Table
    let segment: UnsafePointer<Float>
    let norm: Norm
    let layers: [Layer]
    private let bytes: SharedBytes

    init(_ bytes: SharedBytes) throws(ModelPackError) {
        let description = try Self.description(of: bytes.buffer)
        let model = description.model
        guard let name = model["name"]?.text, let dimensions = model.size("dimensions"),
            let hidden = model.size("hidden"), let layers = model.size("layers"), let heads = model.size("heads"),
            let positions = model.size("positions"), let tokens = model.size("vocabulary"),
            let notice = model["notice"]?.text
        else { throw .damaged("its description lacks a member") }
        guard heads * Int(CK_HEAD) == dimensions, dimensions.isMultiple(of: Int(CK_CHUNK)),
            hidden.isMultiple(of: Int(CK_CHUNK)), positions >= MiniLM.tokensMax, layers <= Self.layersMax
        else { throw .damaged("it holds a model of another shape") }
        var sections = Sections(bytes.buffer, from: description.end)
        vocabulary = try Vocabulary(&sections, count: tokens)
        words = try sections.table(rows: tokens, count: dimensions)
        places = try sections.table(rows: positions, count: dimensions)
        segment = try sections.floats(dimensions)
        norm = try sections.norm(dimensions)
        var read: [Layer] = []
        for _ in 0..<layers {
            read.append(
                Layer(
                    projections: try sections.matrix(outputs: 3 * dimensions, inputs: dimensions),
                    output: try sections.matrix(outputs: dimensions, inputs: dimensions),
                    attentionNorm: try sections.norm(dimensions),
                    up: try sections.matrix(outputs: hidden, inputs: dimensions),
                    down: try sections.matrix(outputs: dimensions, inputs: hidden),
                    outputNorm: try sections.norm(dimensions)))
        }
        self.layers = read
        self.hidden = hidden
        self.heads = heads
        self.positions = positions
        self.notice = notice
        self.bytes = bytes
        identity = EmbedderIdentity(model: name, digest: description.digest, dimensions: dimensions)
    }

    /// Checks the head and the digest; what the pack says of itself.
    private static func description(
        of bytes: UnsafeRawBufferPointer
    ) throws(ModelPackError) -> (model: JSON, digest: Digest, end: Int) {
        guard bytes.count >= headBytes, bytes.prefix(magic.count).elementsEqual(magic) else { throw .foreign }
        let found = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian
        guard found == version else { throw .otherVersion(found) }
        let length = Int(bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self).littleEndian)
        let whole = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian
        guard whole == UInt64(bytes.count) else {
            throw .damaged("it has \(bytes.count) bytes, and says that it has \(whole)")
        }
        let digest = Digest.of(UnsafeRawBufferPointer(rebasing: bytes[headBytes...]))
        guard digest.bytes.elementsEqual(bytes[24..<56]) else { throw .damaged("its digest is not that of its bytes") }
        guard length <= bytes.count - headBytes, length <= JSON.bytesMax,
            let model = try? JSON(parsing: Array(bytes[headBytes..<headBytes + length]))
        else { throw .damaged("its description cannot be read") }
        return (model, digest, headBytes + length)
    }
}

/// Why a pack of weights cannot be used.
public enum ModelPackError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is another kind of file.
    case foreign
    /// It was packed for another version of Daybook, in this version of the format.
    case otherVersion(UInt32)
    case damaged(String)

    public var description: String {
        switch self {
        case .foreign: "it is no pack of a model"
        case .otherVersion(let found):
            "it is of version \(found) of the format, and this Daybook reads version \(ModelPack.version)"
        case .damaged(let detail): "it is damaged: \(detail)"
        }
    }
}

extension JSON {
    fileprivate func size(_ name: String) -> Int? {
        guard let value = self[name]?.integer, 1...ModelPack.sizeMax ~= value else { return nil }
        return Int(value)
    }
}
