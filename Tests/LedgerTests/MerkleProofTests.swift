import Testing
import Wire

@testable import Ledger

@Suite struct MerkleProofTests {
    /// A tree whose hashes can be asked for.
    struct Tree {
        /// The roots of complete subtrees, by height: first the leaves, then the roots of two, of four, and so on.
        private let heights: [[Wire.Digest]]

        var leaves: [Wire.Digest] { heights[0] }

        init(_ leaves: [Wire.Digest]) {
            var heights = [leaves]
            while let below = heights.last, below.count > 1 {
                heights.append(stride(from: 1, to: below.count, by: 2).map { Merkle.node(below[$0 - 1], below[$0]) })
            }
            self.heights = heights
        }

        /// A tree of so many leaves, each one byte.
        init(_ count: Int) { self.init((0..<count).map { Merkle.leaf([UInt8(truncatingIfNeeded: $0 * 7)]) }) }

        func hash(of node: Range<UInt64>) -> Wire.Digest {
            Merkle.hash(of: node) { height, index in heights[height][Int(index)] }
        }

        func root(_ size: UInt64) -> Wire.Digest { hash(of: 0..<size) }

        func inclusion(_ index: UInt64, _ size: UInt64) -> InclusionProof {
            InclusionProof(
                index: index, size: size, path: Merkle.path(to: index, size: size).map { hash(of: $0) })
        }

        func consistency(_ old: UInt64, _ new: UInt64) -> ConsistencyProof {
            ConsistencyProof(
                old: old, new: new, path: Merkle.consistency(from: old, to: new).map { hash(of: $0) })
        }

        func many(_ indexes: [UInt64], _ size: UInt64) -> MultiProof {
            MultiProof(
                indexes: indexes, size: size,
                hashes: Merkle.complement(of: indexes[...], in: 0..<size).map { hash(of: $0) })
        }
    }

    /// The tree of the published vectors.
    static func published() throws -> Tree {
        Tree(try MerkleTests.leaves.map { Merkle.leaf(try #require([UInt8](hex: $0))) })
    }

    // The vectors of the reference implementation of RFC 6962 (certificate-transparency, merkle_tree_test.cc); there
    // the leaves are counted from 1.
    static let paths: [(leaf: UInt64, size: UInt64, path: [String])] = [
        (1, 1, []),
        (
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        ),
        (
            6, 8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
        (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            2, 5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        ),
    ]
    static let proofs: [(old: UInt64, new: UInt64, path: [String])] = [
        (1, 1, []),
        (
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        ),
        (
            6, 8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
        (
            2, 5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        ),
    ]

    @Test func `paths and proofs are those of the published vectors`() throws {
        let tree = try Self.published()
        for (leaf, size, path) in Self.paths {
            let proof = tree.inclusion(leaf - 1, size)
            #expect(proof.path.map(\.description) == path)
            #expect(proof.root(from: tree.leaves[Int(leaf) - 1])?.description == MerkleTests.roots[Int(size)])
        }
        for (old, new, path) in Self.proofs {
            let proof = tree.consistency(old, new)
            #expect(proof.path.map(\.description) == path)
            #expect(proof.connects(tree.root(old), to: tree.root(new)))
        }
    }

    @Test(arguments: 1...64 as ClosedRange<UInt64>)
    func `every inclusion proof holds, and none with a changed byte`(_ size: UInt64) {
        let tree = Tree(Int(size))
        let root = tree.root(size)
        var accepted = 0
        for index in 0..<size {
            let proof = tree.inclusion(index, size)
            let leaf = tree.leaves[Int(index)]
            #expect(proof.root(from: leaf) == root)
            for path in changes(of: proof.path) {
                let changed = InclusionProof(index: index, size: size, path: path)
                if changed.root(from: leaf) == root { accepted += 1 }
            }
            // Another leaf, another place, and another length of the path.
            if proof.root(from: leaf.changed(at: 0, by: 1)) == root { accepted += 1 }
            for other in 0..<size where other != index {
                if InclusionProof(index: other, size: size, path: proof.path).root(from: leaf) == root { accepted += 1 }
            }
            for path in [proof.path + [root], Array(proof.path.dropLast())] where path != proof.path {
                if InclusionProof(index: index, size: size, path: path).root(from: leaf) == root { accepted += 1 }
            }
        }
        #expect(accepted == 0)
        #expect(InclusionProof(index: size, size: size, path: []).root(from: root) == nil)
    }

    @Test(arguments: 1...64 as ClosedRange<UInt64>)
    func `every consistency proof holds, and none with a changed byte`(_ size: UInt64) {
        let tree = Tree(Int(size))
        let root = tree.root(size)
        var accepted = 0
        for old in 0...size {
            let oldRoot = tree.root(old)
            let proof = tree.consistency(old, size)
            #expect(proof.connects(oldRoot, to: root))
            for path in changes(of: proof.path) {
                let changed = ConsistencyProof(old: old, new: size, path: path)
                if changed.connects(oldRoot, to: root) { accepted += 1 }
            }
            for byte in 0..<32 {
                if proof.connects(oldRoot.changed(at: byte, by: 0x80), to: root) { accepted += 1 }
                // Every tree grew out of the empty one.
                if old > 0, proof.connects(oldRoot, to: root.changed(at: byte, by: 1)) { accepted += 1 }
            }
            for path in [proof.path + [root], Array(proof.path.dropLast())] where path != proof.path {
                if ConsistencyProof(old: old, new: size, path: path).connects(oldRoot, to: root) { accepted += 1 }
            }
            if old < size {
                let backwards = ConsistencyProof(old: size, new: old, path: proof.path)
                if backwards.connects(root, to: oldRoot) { accepted += 1 }
            }
        }
        #expect(accepted == 0)
    }

    @Test func `every bit of a proof over three levels counts`() throws {
        let size: UInt64 = 70_000
        let tree = Tree(Int(size))
        let root = tree.root(size)
        var whole = MerkleFrontier()
        for leaf in tree.leaves { whole.append(leaf) }
        #expect(root == whole.root)
        let proof = tree.inclusion(65_535, size)
        #expect(proof.root(from: tree.leaves[65_535]) == root)
        let grown = tree.consistency(65_537, size)
        #expect(grown.connects(tree.root(65_537), to: root))
        var accepted = 0
        for (place, hash) in proof.path.enumerated() {
            for bit in 0..<256 {
                var path = proof.path
                path[place] = hash.changed(at: bit / 8, by: 1 << UInt8(bit % 8))
                let changed = InclusionProof(index: proof.index, size: size, path: path)
                if changed.root(from: tree.leaves[65_535]) == root { accepted += 1 }
            }
        }
        for (place, hash) in grown.path.enumerated() {
            for bit in 0..<256 {
                var path = grown.path
                path[place] = hash.changed(at: bit / 8, by: 1 << UInt8(bit % 8))
                let changed = ConsistencyProof(old: grown.old, new: size, path: path)
                if changed.connects(tree.root(65_537), to: root) { accepted += 1 }
            }
        }
        #expect(accepted == 0)
    }

    @Test func `one proof for many leaves holds, and none with a changed byte`() {
        var random = Seeded(seed: 7)
        var accepted = 0
        for _ in 0..<200 {
            let size = UInt64.random(in: 1...300, using: &random)
            let tree = Tree(Int(size))
            let count = Int.random(in: 1...Int(min(size, 20)), using: &random)
            let indexes = Array(Set((0..<count).map { _ in UInt64.random(in: 0..<size, using: &random) })).sorted()
            let leaves = indexes.map { tree.leaves[Int($0)] }
            let proof = tree.many(indexes, size)
            #expect(proof.root(from: leaves) == tree.root(size))
            #expect(proof.hashes.count <= indexes.count * Merkle.path(to: 0, size: size).count)
            for _ in 0..<20 where !proof.hashes.isEmpty {
                var hashes = proof.hashes
                let place = hashes.indices.randomElement(using: &random) ?? 0
                hashes[place] = hashes[place].changed(
                    at: Int.random(in: 0..<32, using: &random), by: UInt8.random(in: 1...255, using: &random))
                let changed = MultiProof(indexes: indexes, size: size, hashes: hashes)
                if changed.root(from: leaves) == tree.root(size) { accepted += 1 }
            }
            for hashes in [proof.hashes + [leaves[0]], Array(proof.hashes.dropLast())] where hashes != proof.hashes {
                #expect(MultiProof(indexes: indexes, size: size, hashes: hashes).root(from: leaves) == nil)
            }
            #expect(MultiProof(indexes: indexes.reversed() + indexes, size: size, hashes: []).root(from: leaves) == nil)
        }
        #expect(accepted == 0)
    }

    @Test func `a claimed size of any number neither traps nor holds`() {
        let leaf = Merkle.leaf([1])
        for size in [0, 1, 2, UInt64.max - 1, .max] {
            for index in [0, 1, UInt64.max - 1, .max] {
                for count in [0, 1, 63, 64, 65] {
                    let hashes = [Wire.Digest](repeating: leaf, count: count)
                    let proof = InclusionProof(index: index, size: size, path: hashes)
                    #expect((proof.root(from: leaf) == leaf) == (size == 1 && index == 0 && count == 0))
                    #expect(!ConsistencyProof(old: index, new: size, path: hashes).connects(leaf, to: .zero))
                    #expect(MultiProof(indexes: [index], size: size, hashes: hashes).root(from: [leaf]) != .zero)
                }
            }
        }
    }

    /// A path with one byte changed, for each of its bytes.
    private func changes(of path: [Wire.Digest]) -> [[Wire.Digest]] {
        path.indices.flatMap { place in
            (0..<32).map { byte in
                var changed = path
                changed[place] = path[place].changed(at: byte, by: UInt8(byte) + 1)
                return changed
            }
        }
    }
}

extension Wire.Digest {
    /// With one byte changed.
    func changed(at byte: Int, by mask: UInt8) -> Wire.Digest {
        var bytes = bytes
        bytes[byte] ^= mask
        return Wire.Digest(bytes.span.bytes) ?? self
    }
}

/// Chance that comes out the same each time (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
