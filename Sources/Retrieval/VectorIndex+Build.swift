import CKernels
import Wire

extension VectorIndex {
    /// An index in memory of its own.
    ///
    /// - Parameters:
    ///   - count: of documents.
    ///   - vector: of each document, called in their order: of length 1; nil for a document without one.
    public init(
        dimensions: Int, count: Int, vector: (Int) throws -> ArraySlice<Float>?
    ) rethrows {
        precondition(1...Self.dimensionsMax ~= dimensions, "dimensions are few thousands at most")
        precondition(count >= 0, "there are documents, or none")
        let codes = 0
        let scales = codes + count * Self.stride(of: dimensions)
        let vectors = scales + count * MemoryLayout<Float>.stride
        let length = vectors + count * dimensions * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(length, 1), alignment: SharedBytes.alignment)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: length)
        let owner = SharedBytes(UnsafeRawBufferPointer(start: memory, count: length)) { $0.deallocate() }
        let columns = (
            codes: (memory + codes).assumingMemoryBound(to: Int8.self),
            scales: (memory + scales).assumingMemoryBound(to: Float.self),
            vectors: (memory + vectors).assumingMemoryBound(to: Float.self)
        )
        for document in 0..<count {
            guard let vector = try vector(document) else { continue }
            columns.scales[document] = Self.quantise(
                vector, dimensions, into: columns.codes + document * Self.stride(of: dimensions))
            vector.withUnsafeBufferPointer { vector in
                guard let start = vector.baseAddress else { return }
                (columns.vectors + document * dimensions).update(from: start, count: dimensions)
            }
        }
        self.init(
            dimensions: dimensions, count: count, codes: columns.codes, scales: columns.scales,
            vectors: columns.vectors, owner: owner)
    }

    /// Writes a row of codes, and returns its scale: 0 for what has no direction.
    static func quantise(
        _ vector: ArraySlice<Float>, _ dimensions: Int, into codes: UnsafeMutablePointer<Int8>
    ) -> Float {
        precondition(vector.count == dimensions, "a vector has the index's dimensions")
        guard vector.allSatisfy(\.isFinite) else { return 0 }
        return vector.withUnsafeBufferPointer { vector in
            vector.baseAddress.map { ck_codes($0, dimensions, codes) } ?? 0
        }
    }
}
