import EventSourcing
import Events
import Ledger
import Wire

/// What `daybook proof` prints: the proof itself on standard output, and what to do with it beside that.
struct ProofPage {
    let signed: SignedCheckpoint
    let key: VerifierKey?
    let json: Bool

    private var size: Position { signed.checkpoint.size }
    private var keyText: String { key?.description ?? "KEY" }
    private var signer: String { key.map { "signed with the key \($0.id)" } ?? "signed; the key is not here" }

    /// The checkpoint alone.
    func show() {
        if json { return print([]) }
        Terminal.bytes(signed.bytes)
        Terminal.note("\(Format.plural(size, "event")), \(signer). Give it to somebody, or keep it elsewhere.")
        Terminal.note("Key   \(keyText)")
        Terminal.note(
            "Next: daybook verify --against FILE --key KEY    shows later whether anything was cut or changed")
    }

    func show(_ proof: EventProof) {
        let entry = proof.entry
        let name = EventCatalog.entry(of: entry.type)?.name ?? "type \(entry.type)"
        if json {
            return print([
                .init("proof", .string(proof.text)), .init("position", .number(entry.position)),
                .init("event", .string(name)), .init("entry", .string(entry.bytes.hex)),
                .init("leaf", .string(entry.leaf.description)), .init("index", .number(proof.inclusion.index)),
                .init("path", Self.hashes(proof.inclusion.path)),
            ])
        }
        show(proof.text, proof.inclusion.path, "@\(entry.position) \(name) is one of \(Format.plural(size, "event"))")
        Terminal.note("Next: daybook verify --proof FILE --key KEY    needs no ledger")
    }

    func show(_ proof: ExtensionProof) {
        if json {
            return print([
                .init("proof", .string(proof.text)), .init("from", .number(proof.consistency.old)),
                .init("path", Self.hashes(proof.consistency.path)),
            ])
        }
        show(
            proof.text, proof.consistency.path,
            "The \(Format.plural(size, "event")) grew out of the first \(Format.count(proof.consistency.old))")
        Terminal.note("Next: daybook verify --proof FILE --against OLD --key KEY    needs no ledger")
    }

    func show(_ export: Ledger.TileExport, in folder: String) {
        if json {
            return print([
                .init("directory", .string(folder)), .init("written", .number(export.written)),
                .init("kept", .number(export.kept)),
            ])
        }
        Terminal.line("\(folder)   the tree of \(Format.plural(export.checkpoint.size, "event")), \(signer)")
        Terminal.line("Files  \(Format.count(export.written)) written, \(Format.count(export.kept)) as they were")
        Terminal.line("Key    \(keyText)")
        Terminal.line("Next: put the folder on any web server; c2sp.org/tlog-tiles says how it is read")
    }

    private func show(_ text: String, _ path: [Digest], _ words: String) {
        Terminal.bytes(Array(text.utf8))
        let hashes = Format.plural(path.count, "hash", "hashes")
        Terminal.note("\(words), \(signer): \(hashes), \(Format.plural(text.utf8.count, "byte")).")
        Terminal.note("Key   \(keyText)")
    }

    private func print(_ fields: [JSON.Field]) {
        let checkpoint: [JSON.Field] = [
            .init("origin", .string(signed.checkpoint.origin)), .init("events", .number(size)),
            .init("root", .string(signed.checkpoint.root.description)),
            .init("key", key.map { .string($0.description) } ?? .null),
            .init("checkpoint", .string(String(decoding: signed.bytes, as: UTF8.self))),
        ]
        Terminal.line(JSON.object(checkpoint + fields).description)
    }

    private static func hashes(_ path: [Digest]) -> JSON { .array(path.map { .string($0.description) }) }
}
