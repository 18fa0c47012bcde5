import EventSourcing
import LMDB

extension Ledger {
    /// Hashes everything again and compares: records, threads, commits, tree, heads, commit ids, artifacts, and the
    /// signed checkpoint beside the file.
    ///
    /// LMDB trusts its pages: a damaged one can end the process. So `daybook verify` does this in a process of its own.
    public func verify() -> Verification {
        try? writer?.settleReads()
        return Self.verify(environment, tables, origin: origin, beside: checkpointFile)
    }

    /// Verifies the ledger in a folder without opening it for writing. It must not be open in this process.
    ///
    /// - Throws: `LedgerError` if there is none, or if it cannot be read at all; a file that was cut off is found
    ///   before it is mapped.
    public static func verify(at directory: String, allowRemote: Bool = false) throws(LedgerError) -> Verification {
        let opened = try Opening(directory, Options(readOnly: true, allowRemote: allowRemote))
        defer { opened.environment.close() }
        return verify(opened.environment, opened.tables, origin: opened.origin, beside: CheckpointFile(in: directory))
    }

    /// Verifies the ledger in a folder against a checkpoint and a key that are kept elsewhere: a history that was cut,
    /// put back, forked or signed anew shows, whoever holds the folder.
    ///
    /// - Parameters:
    ///   - note: the bytes of a signed checkpoint; nil for the one beside the ledger.
    ///   - key: what it must be signed with; nil for the key in the folder. Without either, whoever keeps the
    ///     checkpoint vouches for it.
    /// - Throws: `LedgerError`, also for what is no checkpoint, or not signed with this key.
    public static func verify(
        at directory: String, against note: [UInt8]?, key: VerifierKey? = nil, allowRemote: Bool = false
    ) throws(LedgerError) -> Verification {
        let file = CheckpointFile(in: directory)
        let signed = try SignedCheckpoint(note, else: file)
        let opened = try Opening(directory, Options(readOnly: true, allowRemote: allowRemote))
        defer { opened.environment.close() }
        let own = try file.publicKey().map { VerifierKey(name: opened.origin, publicKey: $0) }
        if let key = key ?? own { try signed.require(key, own: own) }
        var found = Verifier.verify(
            opened.environment, opened.tables, origin: opened.origin, against: signed.checkpoint)
        if let key, let own, key != own {
            found.note(
                "this ledger signs with the key \(own.id) now, not with \(key.id): somebody may have signed its "
                    + "history anew")
        }
        return found
    }

    /// Verifies a backup: one file, which nobody writes, with its signed checkpoint beside it if there is one.
    ///
    /// - Throws: `LedgerError`
    public static func verify(backup path: String) throws(LedgerError) -> Verification {
        let opened = try Opening(backup: path)
        defer { opened.environment.close() }
        var checkpoint: Checkpoint?
        if let bytes = try Files.read(path + checkpointSuffix) {
            // The key is not kept with backups, so the signature is left to whoever holds the key.
            checkpoint = SignedNote(bytes).flatMap { Checkpoint($0.text) }
            guard checkpoint != nil else { throw .damaged("\(path + checkpointSuffix) is no signed checkpoint") }
        }
        return Verifier.verify(opened.environment, opened.tables, origin: opened.origin, against: checkpoint)
    }

    private static func verify(
        _ environment: Environment, _ tables: Tables, origin: String, beside file: CheckpointFile
    ) -> Verification {
        do throws(LedgerError) {
            let checkpoint = try file.read()
            return Verifier.verify(environment, tables, origin: origin, against: checkpoint)
        } catch {
            var found = Verifier.verify(environment, tables, origin: origin, against: nil)
            found.note("\(error)")
            return found
        }
    }
}

extension SignedCheckpoint {
    /// What somebody kept, or what stands beside the ledger.
    fileprivate init(_ note: [UInt8]?, else file: CheckpointFile) throws(LedgerError) {
        let kept = if let note { note } else { try Files.read(file.path) }
        guard let kept else { throw .misplaced("there is no checkpoint at \(file.path)") }
        guard let signed = SignedCheckpoint(kept) else { throw .misplaced("this is no signed checkpoint") }
        self = signed
    }

    /// - Parameter own: the key in the folder.
    fileprivate func require(_ key: VerifierKey, own: VerifierKey?) throws(LedgerError) {
        // That it is another log's is found, and said, by comparing the log with it.
        guard checkpoint.origin == key.name, !isSigned(by: key) else { return }
        let signers = keyIDs.isEmpty ? "no key of this log" : "the key \(keyIDs.joined(separator: ", "))"
        let whose = key == own ? "the key \(key.id) of this ledger" : "the key \(key.id) that was given"
        throw .damaged(
            "the checkpoint is not signed with \(whose), but with \(signers): the history may have been signed anew")
    }
}
