/// Vectors of length 1, near a thousand centers.
struct ChanceVectors {
    static let dimensions = 384
    private static let centers = 1_000

    let data: Dataset

    func rows(_ count: Int) -> [[Float]] {
        (0..<count).map { row in
            let center = Int(data.mix(UInt64(row)) % UInt64(Self.centers))
            return unit((0..<Self.dimensions).map { spread(row + Self.centers, $0) + spread(center, $0) })
        }
    }

    /// A number of chance between -1 and 1.
    private func spread(_ row: Int, _ place: Int) -> Float {
        Float(data.mix(UInt64(row) << 20 | UInt64(place)) >> 40) / Float(1 << 23) - 1
    }

    private func unit(_ vector: [Float]) -> [Float] {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / length }
    }
}
