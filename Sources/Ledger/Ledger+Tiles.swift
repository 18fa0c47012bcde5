import EventSourcing
import Glibc
import LMDB
import Wire

extension Ledger {
    /// What an export of tiles came to.
    public struct TileExport: Sendable, Hashable {
        public let checkpoint: Checkpoint
        /// Files that were written.
        public internal(set) var written = 0
        /// Full tiles that were there already; they never change.
        public internal(set) var kept = 0
    }

    /// Writes the tree as static files that anybody can check and nobody needs this program for
    /// (<https://c2sp.org/tlog-tiles>): `checkpoint`, `tile/LEVEL/…`, and `tile/entries/…` if asked for.
    ///
    /// Tiles are hashes alone. Entries are what the leaves are hashes of: the records without their payloads, with the
    /// payloads' digests. A folder that holds an older export of this log is brought up to date. The checkpoint is
    /// written last, once all else is on the disk.
    /// - Throws: `LedgerError`, also if the folder holds the tiles of another log, or of another history.
    public func exportTiles(to folder: String, entries: Bool = false) throws(LedgerError) -> TileExport {
        let signed = try signedCheckpoint()
        try require(signed)
        let old = try Files.read(folder + "/checkpoint")
        var done: UInt64 = 0
        if let old {
            guard let signed = SignedCheckpoint(old) else { throw .misplaced("\(folder)/checkpoint is no checkpoint") }
            try require(signed)
            done = signed.checkpoint.size
        }
        var export = TileExport(checkpoint: signed.checkpoint)
        try Files.makeFolder(folder, mode: 0o755)
        let tiles = Tile.all(of: signed.checkpoint.size)
        for tile in tiles {
            try write(tile, to: folder, "\(tile.level)", isOld: tile.isFull(in: done), &export) { tables, transaction in
                try tables.hashes(of: tile, in: transaction)
            }
            guard entries, tile.level == 0 else { continue }
            try write(tile, to: folder, "entries", isOld: tile.isFull(in: done), &export) { tables, transaction in
                try tables.entries(of: tile, in: transaction)
            }
        }
        sync()
        if old != signed.bytes { try Files.replace(folder + "/checkpoint", with: signed.bytes, mode: 0o644) }
        return export
    }

    /// One file, read in a transaction of its own: an export of any length holds up nobody.
    private func write(
        _ tile: Tile, to folder: String, _ kind: String, isOld: Bool, _ export: inout TileExport,
        _ bytes: (Tables, borrowing ReadTransaction) throws -> [UInt8]
    ) throws(LedgerError) {
        let path = "\(folder)/tile/\(kind)/\(tile.path)"
        if isOld, Files.exists(path) {
            export.kept += 1
            return
        }
        let content = try LedgerError.wrap { try read { try bytes(tables, $0) } }
        if let slash = path.lastIndex(of: "/") { try Files.makeFolder(String(path[..<slash]), mode: 0o755) }
        try Files.replace(path, with: content, mode: 0o644, durably: false)
        export.written += 1
    }
}

extension Tables {
    /// The content of a tile: its hashes, one behind the other.
    func hashes(of tile: Tile, in transaction: borrowing some Readable & ~Copyable) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32 * Int(tile.width))
        let height = tile.level * MerkleNode.heightsPerLevel
        for index in tile.range { bytes.append(try subtree(height: height, at: index, in: transaction)) }
        return bytes
    }

    /// The content of a bundle of entries: of each its length (2 bytes, big endian), then its bytes.
    func entries(of tile: Tile, in transaction: borrowing some Readable & ~Copyable) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for index in tile.range {
            guard let row = try transaction.value(for: index + 1, in: events), let record = Record(row) else {
                throw LedgerError.damaged("the record at @\(index + 1) is missing or damaged")
            }
            let entry = LeafEntry(record).bytes
            bytes += [UInt8(entry.count >> 8), UInt8(entry.count & 0xff)] + entry
        }
        return bytes
    }
}
