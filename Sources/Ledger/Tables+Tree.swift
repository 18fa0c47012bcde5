import EventSourcing
import LMDB
import Wire

// Any hash of the tree, from the nodes that are kept and, below them, the records: at most 256 rows of each level.
extension Tables {
    /// The root of the complete subtree of 2^height leaves at a place among those of its height, from 0.
    ///
    /// - Throws: `LedgerError.damaged` if a row that it needs is missing; the subtree must be complete.
    func subtree(
        height: Int, at index: UInt64, in transaction: borrowing some Readable & ~Copyable
    ) throws -> Wire.Digest {
        if height == 0 { return try leaf(at: index + 1, in: transaction) }
        if height.isMultiple(of: MerkleNode.heightsPerLevel) {
            let level = height / MerkleNode.heightsPerLevel
            guard let hash = try node(MerkleNode.key(level: level, index: index), in: transaction) else {
                throw LedgerError.damaged("the tree's node \(level)/\(index) is missing")
            }
            return hash
        }
        return Merkle.node(
            try subtree(height: height - 1, at: 2 * index, in: transaction),
            try subtree(height: height - 1, at: 2 * index + 1, in: transaction))
    }

    /// A node that is kept; nil if there is none, or not of 32 bytes.
    func node(_ key: UInt64, in transaction: borrowing some Readable & ~Copyable) throws -> Wire.Digest? {
        guard let row = try transaction.value(for: key, in: nodes) else { return nil }
        return Wire.Digest(row)
    }

    /// The leaf of an event, computed from its record.
    func leaf(at position: Position, in transaction: borrowing some Readable & ~Copyable) throws -> Wire.Digest {
        guard let bytes = try transaction.value(for: position, in: events), let record = Record(bytes) else {
            throw LedgerError.damaged("the record at @\(position) is missing or damaged")
        }
        return record.leaf
    }

    /// The tree as it was when the log had so many events.
    func frontier(
        at size: Position, in transaction: borrowing some Readable & ~Copyable
    ) throws -> MerkleFrontier {
        var subtrees: [Wire.Digest] = []
        var covered: Position = 0
        for height in (0..<64).reversed() where size >> UInt64(height) & 1 == 1 {
            subtrees.append(try subtree(height: height, at: covered >> UInt64(height), in: transaction))
            covered += 1 << UInt64(height)
        }
        return MerkleFrontier(size: size, subtrees: subtrees)
    }
}
