import CKernels

/// Exact search among vectors of length 1: the nearest by their dot product, which is then the cosine.
///
/// Every visible vector is compared with the query, in eight bits a number; the best of these, `candidatesPerHit` for
/// each one asked for, are compared again in single precision, summed in double. The same query finds the same, in the
/// same order, on every processor and on any number of them: sums of eight bits are exact, and those of floats are
/// made in one order. Equal scores come in the order of documents.
///
/// With 384 dimensions a vector takes 1,924 bytes, of which a search reads 388; the rest is read for candidates alone,
/// and may stay in a file.
public struct VectorIndex: @unchecked Sendable {
    /// How many candidates are compared in single precision for each hit.
    public static let candidatesPerHit = 4
    /// The most hits of one search.
    public static let hitsMax = 1_000
    public static let dimensionsMax = 4_096

    public let dimensions: Int
    /// How many documents there are, with a vector or without one.
    public let count: Int
    /// Rows of eight bits a number, each filled up with zeros to a multiple of 64 bytes.
    let codes: UnsafePointer<Int8>
    /// What a row of codes is multiplied by; 0 where there is no vector.
    let scales: UnsafePointer<Float>
    /// Rows of `dimensions` numbers.
    let vectors: UnsafePointer<Float>
    /// Whose memory that is.
    private let owner: any AnyObject & Sendable

    /// - Parameter owner: as long as it lives, the three columns lie where they lie, and nobody changes them.
    init(
        dimensions: Int, count: Int, codes: UnsafePointer<Int8>, scales: UnsafePointer<Float>,
        vectors: UnsafePointer<Float>, owner: any AnyObject & Sendable
    ) {
        self.dimensions = dimensions
        self.count = count
        self.codes = codes
        self.scales = scales
        self.vectors = vectors
        self.owner = owner
    }

    /// Bytes of a row of codes.
    static func stride(of dimensions: Int) -> Int {
        (dimensions + Int(CK_STRIDE) - 1) / Int(CK_STRIDE) * Int(CK_STRIDE)
    }

    /// The hits for one vector, the best first.
    ///
    /// - Parameters:
    ///   - query: of length 1, with as many numbers as there are dimensions.
    ///   - k: at most so many, and never more than `hitsMax`.
    ///   - visible: a bit a document, the lowest bit of a word first; the others are not looked at. Nil for all.
    public func search(_ query: [Float], k: Int, visible: [UInt64]? = nil) -> [VectorHit] {
        let query = VectorQuery([query], k: k)
        return hits(of: query, among: [scan(query, visible: visible)]).first ?? []
    }

    /// Compares the documents of a range with one query or several, in eight bits.
    ///
    /// A caller with several cores gives each of them a range, and all results to `hits(of:among:)`.
    ///
    /// - Parameter documents: begins at a multiple of 64; nil for all.
    public func scan(
        _ query: VectorQuery, documents: Range<Int>? = nil, visible: [UInt64]? = nil
    ) -> VectorCandidates {
        let documents = documents ?? 0..<count
        precondition(query.dimensions == dimensions || query.count == 0, "a query has the index's dimensions")
        precondition(documents.upperBound <= count, "the index has fewer documents")
        precondition(documents.lowerBound.isMultiple(of: Int(CK_GROUP)), "a range begins at a multiple of 64")
        precondition(visible.map { $0.count * 64 >= documents.upperBound } ?? true, "every document has a bit")
        let keep = min(query.k * Self.candidatesPerHit, documents.count)
        var counts = [Int](repeating: 0, count: query.count)
        let found = [ck_candidate](unsafeUninitializedCapacity: query.count * keep) { found, count in
            count = query.count * keep
            guard let found = found.baseAddress else { return }
            found.initialize(repeating: ck_candidate(), count: count)
            func scan(_ visible: UnsafePointer<UInt64>?) {
                ck_scan(
                    query.level, codes, scales, Self.stride(of: dimensions), documents.lowerBound,
                    documents.upperBound, visible,
                    query.codes, query.wide, query.count, keep, found, &counts)
            }
            if let visible { visible.withUnsafeBufferPointer { scan($0.baseAddress) } } else { scan(nil) }
        }
        return VectorCandidates(
            found: counts.enumerated().map { index, count in found[index * keep..<index * keep + count] })
    }

    /// The hits among candidates of disjoint ranges, for each vector of the query.
    public func hits(of query: VectorQuery, among parts: [VectorCandidates]) -> [[VectorHit]] {
        query.vectors.enumerated().map { index, vector in
            let candidates = parts.flatMap { $0.found[index] }
                .sorted { ($1.score, $0.row) < ($0.score, $1.row) }
                .prefix(query.k * Self.candidatesPerHit)
            let hits = candidates.compactMap { candidate in
                score(of: Int(candidate.row), vector)
                    .map { VectorHit(document: candidate.row, scoreMillionths: $0) }
            }
            return Array(hits.sorted().prefix(query.k))
        }
    }

    /// The cosine of a document to a vector, in millionths; nil if it has none.
    func score(of document: Int, _ vector: [Float]) -> Int64? {
        precondition(vector.count == dimensions, "a vector has the index's dimensions")
        guard 0..<count ~= document, scales[document] > 0 else { return nil }
        let score = ck_dot(vector, vectors + document * dimensions, dimensions) * 1_000_000
        // What is no number is no cosine either.
        return abs(score) < 1e15 ? Int64(score.rounded()) : nil
    }

    /// The vector of a document; nil if it has none.
    public func vector(of document: Int) -> [Float]? {
        guard 0..<count ~= document, scales[document] > 0 else { return nil }
        return Array(UnsafeBufferPointer(start: vectors + document * dimensions, count: dimensions))
    }
}

/// A document that was found by its vector.
public struct VectorHit: Hashable, Sendable, Comparable {
    public let document: UInt32
    /// The cosine, in millionths.
    public let scoreMillionths: Int64

    public init(document: UInt32, scoreMillionths: Int64) {
        self.document = document
        self.scoreMillionths = scoreMillionths
    }

    /// The better one comes first; of equal ones, the lower document.
    public static func < (a: VectorHit, b: VectorHit) -> Bool {
        (b.scoreMillionths, a.document) < (a.scoreMillionths, b.document)
    }
}

/// Vectors to look for, in the forms in which they are compared.
public struct VectorQuery: Sendable {
    public let k: Int
    let vectors: [[Float]]
    let dimensions: Int
    let codes: [Int8]
    let wide: [Int16]
    let level: ck_level

    /// - Parameters:
    ///   - vectors: of length 1, all with the same number of numbers.
    ///   - k: hits for each; at most `VectorIndex.hitsMax`.
    public init(_ vectors: [[Float]], k: Int) {
        self.init(vectors, k: k, level: ck_level_best())
    }

    /// - Parameter level: kernels of an older processor; the result is the same.
    init(_ vectors: [[Float]], k: Int, level: ck_level) {
        let dimensions = vectors.first?.count ?? 0
        let stride = VectorIndex.stride(of: dimensions)
        var codes = [Int8](repeating: 0, count: stride * vectors.count)
        codes.withUnsafeMutableBufferPointer { codes in
            guard let codes = codes.baseAddress else { return }
            for (index, vector) in vectors.enumerated() {
                precondition(vector.count == dimensions, "vectors of a query have the same dimensions")
                if vector.allSatisfy(\.isFinite) { _ = ck_codes(vector, dimensions, codes + index * stride) }
            }
        }
        self.dimensions = dimensions
        self.k = max(0, min(k, VectorIndex.hitsMax))
        self.vectors = vectors
        self.codes = codes
        wide = codes.map(Int16.init)
        self.level = level
    }

    var count: Int { vectors.count }
}

/// The best of a range by eight bits, for each vector of a query.
public struct VectorCandidates: Sendable {
    let found: [ArraySlice<ck_candidate>]
}
