import LMDB

extension Opening {
    /// Makes the file of a new ledger, with its tables, format and name.
    ///
    /// LMDB writes the first pages of a file long before it flushes them, so a power cut or a full disk in that time
    /// would leave a file that nothing can open. Therefore it is made beside its place, flushed whole, and named last.
    static func makeFile(at path: String, in directory: String, _ options: Ledger.Options) throws(LedgerError) {
        try Files.withLock(on: directory) { () throws(LedgerError) in
            // Another process may have been quicker.
            guard Files.isEmpty(path) else { return }
            let new = path + ".new"
            Files.remove(new)
            try LedgerError.wrap {
                let environment = try Environment(
                    path: new,
                    options: .init(
                        noSync: true, allowRemote: options.allowRemote, locks: false,
                        mapBytes: min(options.bytesMax, 1 << 30)))
                defer { environment.close() }
                _ = try prepare(environment, options)
                try environment.sync()
            }
            try Files.move(new, to: path)
        }
    }

    /// Another account that may write here could change mapped pages under the ledger's feet, or put a link in the
    /// place of a file; and a file made here by another account would lock its owner out.
    ///
    /// - Throws: `LedgerError.unavailable` if the folder or the file belongs to somebody else, or others may write it.
    static func refuseUnsafe(_ directory: String, _ path: String) throws(LedgerError) {
        for place in [directory, path] {
            guard let access = Files.access(to: place) else { continue }
            if access.owner != access.user {
                throw .unavailable(
                    "\(place) belongs to the user \(access.owner), and this process runs as \(access.user). "
                        + "Run it as its owner, or change the owner with `chown`")
            }
            if access.isWritableByOthers {
                throw .unavailable("others may write \(place). Take that away with `chmod go-w \(place)`")
            }
        }
    }
}
