import CKernels

/// The columns of a segment that hold the vectors of one model. A search reads the first two, candidates the third.
///
/// Documents without a vector have zeros in all of them, as those of a segment have that was merged with an older one.
public struct VectorColumns: Sendable, Hashable {
    /// Whose vectors they are, with their weights: vectors of another model lie in other columns.
    public let model: String
    public let dimensions: Int

    /// - Parameters:
    ///   - model: what tells it from every other.
    ///   - dimensions: at most `VectorIndex.dimensionsMax`.
    public init(model: String, dimensions: Int) {
        precondition(1...VectorIndex.dimensionsMax ~= dimensions, "dimensions are few thousands at most")
        self.model = model
        self.dimensions = dimensions
    }

    var codes: String { "vector codes \(model)" }
    var scales: String { "vector scales \(model)" }
    var vectors: String { "vectors \(model)" }
}

extension SegmentImage {
    /// Adds the vectors of its documents.
    ///
    /// - Parameter vectors: of each document: of length 1; nil for a document without one.
    public mutating func add(_ columns: VectorColumns, _ vectors: [ArraySlice<Float>?]) {
        let dimensions = columns.dimensions
        let stride = VectorIndex.stride(of: dimensions)
        add(column: columns.codes, stride: stride) { room in
            for (document, vector) in vectors.enumerated() {
                guard let vector, let start = room.baseAddress else { continue }
                let row = (start + document * stride).assumingMemoryBound(to: Int8.self)
                _ = VectorIndex.quantise(vector, dimensions, into: row)
            }
        }
        add(column: columns.scales, stride: MemoryLayout<Float>.stride) { room in
            var codes = [Int8](repeating: 0, count: stride)
            for (document, vector) in vectors.enumerated() {
                let scale = vector.map { VectorIndex.quantise($0, dimensions, into: &codes) } ?? 0
                room.storeBytes(of: scale, toByteOffset: document * MemoryLayout<Float>.stride, as: Float.self)
            }
        }
        add(column: columns.vectors, stride: dimensions * MemoryLayout<Float>.stride) { room in
            for (document, vector) in vectors.enumerated() {
                let row = document * dimensions * MemoryLayout<Float>.stride
                for (place, number) in (vector ?? []).enumerated() {
                    room.storeBytes(of: number, toByteOffset: row + place * MemoryLayout<Float>.stride, as: Float.self)
                }
            }
        }
    }
}

extension VectorIndex {
    /// The vectors of a segment; nil if it has none of this model. Nothing is copied.
    init?(_ segment: Segment, _ columns: VectorColumns) {
        let dimensions = columns.dimensions
        guard let codes = segment.column(columns.codes), codes.stride == Self.stride(of: dimensions),
            let scales = segment.column(columns.scales), scales.stride == MemoryLayout<Float>.stride,
            let vectors = segment.column(columns.vectors), vectors.stride == dimensions * MemoryLayout<Float>.stride,
            let codesStart = codes.bytes.baseAddress, let scalesStart = Self.floats(scales.bytes),
            let vectorsStart = Self.floats(vectors.bytes)
        else { return nil }
        self.init(
            dimensions: dimensions, count: segment.documents,
            codes: codesStart.assumingMemoryBound(to: Int8.self), scales: scalesStart, vectors: vectorsStart,
            owner: segment)
    }

    private static func floats(_ bytes: UnsafeRawBufferPointer) -> UnsafePointer<Float>? {
        guard let start = bytes.baseAddress,
            UInt(bitPattern: start).isMultiple(of: UInt(MemoryLayout<Float>.alignment))
        else { return nil }
        return start.assumingMemoryBound(to: Float.self)
    }
}
