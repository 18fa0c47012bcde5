public import EventSourcing
import LMDB
import Wire

extension Ledger {
    /// What a stranger checks signatures of this log with; nil before the first checkpoint.
    public func verifierKey() throws(LedgerError) -> VerifierKey? {
        try checkpointFile.publicKey().map { VerifierKey(name: origin, publicKey: $0) }
    }

    /// How far the log has come, signed; also written to the file beside it, unless that is there already.
    ///
    /// Where nothing can be written it is the last one that was signed.
    /// - Throws: `LedgerError`, also if nothing was ever signed.
    public func signedCheckpoint() throws(LedgerError) -> SignedCheckpoint {
        if !isReadOnly { try checkpoint() }
        guard let bytes = try Files.read(checkpointFile.path) else {
            throw .misplaced("there is no signed checkpoint at \(checkpointFile.path): nothing can be proved yet")
        }
        guard let signed = SignedCheckpoint(bytes) else {
            throw .damaged("\(checkpointFile.path) is no signed checkpoint")
        }
        return signed
    }

    /// That an event is in the log.
    ///
    /// It reads 256 rows of each of the tree's levels at most, whatever the size of the log.
    /// - Parameter signed: the checkpoint to lead to; the event must lie before it.
    /// - Throws: `LedgerError`, also if the log contradicts the checkpoint.
    public func proof(of position: Position, in signed: SignedCheckpoint) throws(LedgerError) -> EventProof {
        let size = signed.checkpoint.size
        try require(signed)
        guard position > 0, position <= size else {
            throw .misplaced("@\(position) is not among the \(size) events of this checkpoint")
        }
        let nodes = Merkle.path(to: position - 1, size: size)
        let (entry, path) = try LedgerError.wrap {
            try read { transaction in
                guard let bytes = try transaction.value(for: position, in: tables.events),
                    let record = Record(bytes)
                else { throw LedgerError.damaged("the record at @\(position) is missing or damaged") }
                return (LeafEntry(record), try tables.hashes(of: nodes, in: transaction))
            }
        }
        let inclusion = InclusionProof(index: position - 1, size: size, path: path)
        guard inclusion.root(from: entry.leaf) == signed.checkpoint.root else {
            throw .damaged("the tree over the first \(size) events is not the one that was signed")
        }
        return EventProof(entry: entry, inclusion: inclusion, checkpoint: signed)
    }

    /// That the log grew out of what an older checkpoint says.
    ///
    /// - Throws: `LedgerError`, also if it did not: then the words say how they differ.
    public func proof(
        from old: SignedCheckpoint, to new: SignedCheckpoint
    ) throws(LedgerError) -> ExtensionProof {
        try require(old)
        try require(new)
        let (from, to) = (old.checkpoint.size, new.checkpoint.size)
        guard from <= to else {
            throw .misplaced("the checkpoint to begin from has \(from) events, and the other only \(to)")
        }
        let nodes = Merkle.consistency(from: from, to: to)
        let path = try LedgerError.wrap { try read { try tables.hashes(of: nodes, in: $0) } }
        let consistency = ConsistencyProof(old: from, new: to, path: path)
        guard consistency.connects(old.checkpoint.root, to: new.checkpoint.root) else {
            throw .damaged("the tree over the first \(to) events did not grow out of that over \(from)")
        }
        return ExtensionProof(consistency: consistency, checkpoint: new)
    }

    /// - Throws: `LedgerError.damaged` if the log contradicts a checkpoint.
    func require(_ signed: SignedCheckpoint) throws(LedgerError) {
        let checkpoint = signed.checkpoint
        let words = try LedgerError.wrap {
            try read { transaction in
                let head = try tables.lastPosition(in: transaction)
                let root = head < checkpoint.size ? nil : try tables.frontier(at: checkpoint.size, in: transaction).root
                return checkpoint.difference(origin: origin, head: head, root: root)
            }
        }
        if let words { throw .damaged(words) }
    }
}

extension Tables {
    /// The hashes of nodes of the tree.
    func hashes(
        of nodes: [Range<UInt64>], in transaction: borrowing some Readable & ~Copyable
    ) throws -> [Wire.Digest] {
        var hashes: [Wire.Digest] = []
        for node in nodes {
            hashes.append(
                try Merkle.hash(of: node) { height, index in
                    try subtree(height: height, at: index, in: transaction)
                })
        }
        return hashes
    }
}
