import CLMDB

/// A read transaction, of any process: the pages that were in use when it began cannot be used again while it lasts.
public struct OpenReader: Sendable, Hashable {
    public let process: Int32
    /// The number of the commit that it sees.
    public let transaction: Int
}

extension Environment {
    /// The read transactions that are open right now, over all processes; dead ones too, until they are cleared.
    public func openReaders() throws(LMDBError) -> [OpenReader] {
        try enter()
        defer { leave() }
        var text = ""
        let code = withUnsafeMutablePointer(to: &text) { text in
            // LMDB tells its table of readers as lines of text: process, thread, transaction or a dash.
            mdb_reader_list(
                env,
                { line, context in
                    guard let line, let context else { return 0 }
                    context.assumingMemoryBound(to: String.self).pointee += String(cString: line)
                    return 0
                }, text)
        }
        guard code >= 0 else { throw LMDBError(code: code, "read", path) }
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, let process = Int32(words[0]), let transaction = Int(words[2]) else { return nil }
            return OpenReader(process: process, transaction: transaction)
        }
    }

    /// The reader that sees the oldest commit, and how many commits have followed it; nil if nobody reads.
    ///
    /// What a reader that hangs costs: the file grows by all that is written meanwhile.
    public func oldestReader() throws(LMDBError) -> (reader: OpenReader, commitsBehind: Int)? {
        guard let oldest = try openReaders().min(by: { $0.transaction < $1.transaction }) else { return nil }
        return (oldest, try info().lastTransaction - oldest.transaction)
    }
}
