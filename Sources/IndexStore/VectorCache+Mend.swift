import Glibc
public import Wire

extension VectorCache {
    /// Reads every record, and the table of their digests.
    ///
    /// - Returns: how many are whole, and how many are damaged. What an end that was cut off holds counts as nothing.
    public func check() throws(IndexFailure) -> (whole: Int, damaged: Int) {
        var counts = (whole: 0, damaged: 0)
        try forEachRecord { record throws(IndexFailure) in
            if isWhole(record) { counts.whole += 1 } else { counts.damaged += 1 }
        }
        if let names = VectorNames(namesPath), !names.isWhole { counts.damaged += 1 }
        return counts
    }

    /// Writes the file anew with what is whole. Other processes, and this one, see it when they open it next.
    ///
    /// - Parameter texts: no others are kept; nil for all.
    public func mend(keeping texts: Set<Digest>? = nil) throws(IndexFailure) {
        try IndexFiles.withLock(on: descriptor, path) { () throws(IndexFailure) in
            let draft = IndexFiles.draft(of: path)
            let new = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard new >= 0 else { throw IndexFiles.failure("write", draft) }
            defer { close(new) }
            do throws(IndexFailure) {
                var part = [UInt8](repeating: 0, count: Self.headerBytes)
                guard pread(descriptor, &part, part.count, 0) == part.count else {
                    throw IndexFiles.failure("read", path)
                }
                func write() throws(IndexFailure) {
                    guard Glibc.write(new, part, part.count) == part.count else {
                        throw IndexFiles.failure("write", draft)
                    }
                    part.removeAll(keepingCapacity: true)
                }
                var kept: Set<Digest> = []
                try forEachRecord { record throws(IndexFailure) in
                    guard isWhole(record), let key = Digest(record.prefix(Self.keyBytes)),
                        texts?.contains(key) ?? true, kept.insert(key).inserted
                    else { return }
                    part += record
                    if part.count >= Self.blockBytes { try write() }
                }
                try write()
                guard fdatasync(new) == 0, rename(draft, path) == 0 else { throw IndexFiles.failure("write", path) }
                IndexFiles.remove(namesPath)
            } catch {
                IndexFiles.remove(draft)
                throw error
            }
        }
    }

    /// Removes the vectors of other models, and drafts that nobody finished: all of it can be made again.
    public func removeOthers() {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        for name in IndexFiles.names(in: folder) {
            let other = "\(folder)/\(name)"
            let isOurs = other == path || other == namesPath
            let isFile = [Self.suffix, Self.namesSuffix, IndexFiles.draftSuffix].contains(where: name.hasSuffix)
            if isFile, !isOurs { IndexFiles.remove(other) }
        }
    }
}
