/// Up to 256 hashes side by side on one level of the tree.
struct Tile: Equatable {
    let level: Int
    let index: UInt64
    /// 256, or less at the right edge.
    let width: UInt64

    /// Every tile of a tree, level by level.
    static func all(of size: UInt64) -> [Tile] {
        (0..<8).flatMap { level in
            let count = size >> UInt64(level * MerkleNode.heightsPerLevel)
            return stride(from: 0, to: count, by: UInt64.Stride(MerkleNode.fanOut)).map { first in
                Tile(
                    level: level, index: first / MerkleNode.fanOut, width: min(MerkleNode.fanOut, count - first))
            }
        }
    }

    /// The hashes in it, counted on its level.
    var range: Range<UInt64> { index * MerkleNode.fanOut..<index * MerkleNode.fanOut + width }

    /// Whether it is full in a tree of this size.
    func isFull(in size: UInt64) -> Bool {
        width == MerkleNode.fanOut
            && range.upperBound <= size >> UInt64(level * MerkleNode.heightsPerLevel)
    }

    /// `x001/x234/067`, and `.p/WIDTH` unless it is full.
    var path: String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1_000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1_000
        } while rest > 0
        let name = groups.enumerated().reversed().map { $0.offset > 0 ? "x" + $0.element : $0.element }
        return name.joined(separator: "/") + (width == MerkleNode.fanOut ? "" : ".p/\(width)")
    }
}
