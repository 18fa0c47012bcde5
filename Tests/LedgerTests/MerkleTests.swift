import Testing
import Wire

@testable import Ledger

@Suite struct MerkleTests {
    /// The leaves and roots of the reference implementation of Certificate Transparency (RFC 6962).
    static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test func `roots are those of the published vectors`() throws {
        var tree = MerkleFrontier()
        #expect(tree.root.description == Self.roots[0])
        for (index, leaf) in Self.leaves.enumerated() {
            tree.append(Merkle.leaf(try #require([UInt8](hex: leaf))))
            #expect(tree.root.description == Self.roots[index + 1])
        }
    }

    @Test func `a frontier is the same after it was kept and read`() throws {
        var tree = MerkleFrontier()
        for size in 0...70 as ClosedRange<UInt8> {
            let read = try #require(MerkleFrontier(reading: tree.bytes))
            #expect(read == tree && read.root == tree.root)
            tree.append(Merkle.leaf([size]))
        }
    }

    @Test func `a frontier of another length is refused`() {
        var tree = MerkleFrontier()
        for size in 0..<5 as Range<UInt8> { tree.append(Merkle.leaf([size])) }
        #expect(MerkleFrontier(reading: tree.bytes.dropLast()) == nil)
        #expect(MerkleFrontier(reading: tree.bytes + [0]) == nil)
        #expect(MerkleFrontier(reading: [1, 2]) == nil)
    }

    @Test func `the root is that of the definition, for many sizes`() {
        // RFC 6962, section 2.1, as it is written there.
        func root(_ leaves: ArraySlice<Wire.Digest>) -> Wire.Digest {
            guard leaves.count > 1 else { return leaves.first ?? Merkle.emptyRoot }
            var split = 1
            while split * 2 < leaves.count { split *= 2 }
            return Merkle.node(root(leaves.prefix(split)), root(leaves.dropFirst(split)))
        }
        var leaves: [Wire.Digest] = []
        var tree = MerkleFrontier()
        for index in 0..<130 as Range<UInt8> {
            leaves.append(Merkle.leaf([index]))
            tree.append(Merkle.leaf([index]))
            #expect(tree.root == root(leaves[...]))
        }
    }
}
