import EventSourcing
import Events
import Ledger
import Wire

/// `daybook verify --proof`: one file and a key, without a ledger.
enum ProofCheck {
    case event(EventProof)
    case growth(ExtensionProof, from: SignedCheckpoint)

    /// - Parameter old: the checkpoint that was kept; a proof that the log grew needs it.
    /// - Throws: `ProofFailure` if it is no proof, or does not hold.
    init(_ bytes: [UInt8], _ key: VerifierKey, from old: SignedCheckpoint?) throws {
        guard ExtensionProof.begins(bytes) else {
            let proof = try EventProof(bytes)
            try proof.verify(with: key)
            self = .event(proof)
            return
        }
        let proof = try ExtensionProof(bytes)
        guard let old else {
            throw Complaint(
                "this proves that a ledger grew out of an older checkpoint, which you must have kept",
                hint: "daybook verify --proof FILE --against OLD --key KEY", status: .usage)
        }
        try proof.verify(from: old, with: key)
        self = .growth(proof, from: old)
    }

    func show(_ key: VerifierKey, json: Bool) {
        if json { return Terminal.line(self.json(key).description) }
        switch self {
        case .event(let proof):
            let entry = proof.entry
            Terminal.line("\(Style.green("OK.")) The event @\(entry.position) is in the log as it was signed.")
            show(proof.checkpoint, key)
            let stream =
                entry.streamName.map { "the first of \($0.description.printable)" }
                ?? "version \(entry.version) of the stream that began at @\(entry.stream)"
            Terminal.line("Event   \(Self.name(entry)), \(stream)")
            Terminal.line("Time    \(Format.iso(entry.time)), by \(entry.actor.printable)")
            Terminal.line("Says    \(Format.plural(entry.payloadLength, "byte")) with the SHA-256 \(entry.payload)")
        case .growth(let proof, let old):
            Terminal.line(
                "\(Style.green("OK.")) The first \(Format.plural(old.checkpoint.size, "event")) are in the log "
                    + "unchanged.")
            show(proof.checkpoint, key)
        }
    }

    private func show(_ signed: SignedCheckpoint, _ key: VerifierKey) {
        let checkpoint = signed.checkpoint
        Terminal.line(
            "Signed  \(checkpoint.origin.printable), \(Format.plural(checkpoint.size, "event")), key \(key.id)")
    }

    private static func name(_ entry: LeafEntry) -> String {
        EventCatalog.entry(of: entry.type)?.name ?? "type \(entry.type)"
    }

    private func json(_ key: VerifierKey) -> JSON {
        let head: [JSON.Field] = [.init("ok", .bool(true)), .init("key", .string(key.description))]
        switch self {
        case .event(let proof):
            let entry = proof.entry
            return .object(
                head + [
                    .init("position", .number(entry.position)), .init("event", .string(Self.name(entry))),
                    .init("stream", entry.streamName.map { .string($0.description) } ?? .null),
                    .init("stream_position", .number(entry.stream)), .init("version", .number(entry.version)),
                    .init("time", .string(Format.iso(entry.time))), .init("actor", .string(entry.actor)),
                    .init("payload_bytes", .number(entry.payloadLength)),
                    .init("payload_digest", .string(entry.payload.description)),
                    .init("leaf", .string(entry.leaf.description)),
                    .init("checkpoint", proof.checkpoint.checkpoint.json),
                ])
        case .growth(let proof, let old):
            return .object(
                head + [
                    .init("from", old.checkpoint.json), .init("checkpoint", proof.checkpoint.checkpoint.json),
                ])
        }
    }
}

extension Ledger.Checkpoint {
    var json: JSON {
        .fields(("origin", .string(origin)), ("events", .number(size)), ("root", .string(root.description)))
    }
}
