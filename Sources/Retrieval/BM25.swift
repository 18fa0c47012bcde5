import Glibc

/// Okapi BM25: what one term adds to the score of one document.
///
/// `idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean length))` with
/// `idf = ln(1 + (N − n + 0.5) / (n + 0.5))`, where `tf` counts the term in the document, `n` the documents with the
/// term, and `N` all documents (Robertson and Zaragoza 2009; the idf that is never negative, as in Lucene). N, n and
/// the mean length are those of the documents that may be seen.
///
/// What a term adds is rounded to 10⁻¹², so that sums are whole numbers, the same in whatever order they are made.
public enum BM25 {
    /// How soon a repeated term stops counting.
    public static let k1 = 1.2
    /// How much a long document counts less.
    public static let b = 0.75

    /// Units of a sum in one point of score.
    static let unitsPerPoint = 1e12
    /// Units of a sum in a millionth of a point.
    static let unitsPerMillionth: Int64 = 1_000_000
    /// A bound on what a block can add is rounded up by so much, because divisions round.
    static let slack: Int64 = 4

    static func idf(documents: Int, with term: Int) -> Double {
        log(1 + (Double(documents - term) + 0.5) / (Double(term) + 0.5))
    }

    /// `k1 · (1 − b + b · length / mean)` for every length up to the greatest.
    static func norms(lengthMax: Int, mean: Double) -> [Double] {
        (0...lengthMax).map { k1 * (1 - b + b * Double($0) / mean) }
    }

    @inline(__always)
    static func units(weight: Double, count: UInt16, norm: Double) -> Int64 {
        let tf = Double(count)
        // Cut off behind a half: rounding would be a call on older processors.
        return Int64(weight * tf / (tf + norm) * unitsPerPoint + 0.5)
    }

    /// A sum in millionths of a point, which is what documents are compared by.
    @inline(__always)
    static func millionths(_ units: Int64) -> Int64 { (units + unitsPerMillionth / 2) / unitsPerMillionth }

    /// The least sum that gives so many millionths.
    @inline(__always)
    static func leastUnits(for millionths: Int64) -> Int64 {
        millionths * unitsPerMillionth - unitsPerMillionth / 2
    }
}
