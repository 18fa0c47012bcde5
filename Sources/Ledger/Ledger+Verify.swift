import EventSourcing
import LMDB

extension Ledger {
    /// Hashes everything again and compares: records, threads, commits, tree, heads, commit ids, artifacts, and the
    /// signed checkpoint beside the file.
    ///
    /// LMDB trusts its pages: a damaged one can end the process. So `daybook verify` does this in a process of its own.
    public func verify() -> Verification {
        Self.verify(environment, tables, origin: origin, beside: checkpointFile)
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

    /// Verifies the ledger in a folder against a checkpoint that is kept elsewhere, instead of the one beside it.
    ///
    /// - Parameter note: the bytes of a signed checkpoint. Where the folder has the key of this ledger, it must be
    ///   signed with it; without the key whoever keeps the checkpoint vouches for it.
    /// - Throws: `LedgerError`, also for what is no signed checkpoint.
    public static func verify(
        at directory: String, against note: [UInt8], allowRemote: Bool = false
    ) throws(LedgerError) -> Verification {
        guard let signed = SignedNote(note), let checkpoint = Checkpoint(signed.text) else {
            throw .misplaced("this is no signed checkpoint")
        }
        let opened = try Opening(directory, Options(readOnly: true, allowRemote: allowRemote))
        defer { opened.environment.close() }
        if checkpoint.origin == opened.origin, let key = try CheckpointFile(in: directory).publicKey(),
            !signed.isSigned(by: key, named: checkpoint.origin)
        {
            throw .damaged("the checkpoint is not signed with the key of this ledger")
        }
        return Verifier.verify(opened.environment, opened.tables, origin: opened.origin, against: checkpoint)
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
