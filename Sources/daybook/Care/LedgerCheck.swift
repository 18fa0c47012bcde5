import EventSourcing
import Foundation
import Ledger
import ViewStore
import Views
import Wire

/// Everything that `daybook verify` finds, as one JSON object: the process that looks hands it to the one that prints.
struct LedgerCheck {
    let json: JSON

    /// Hashes a ledger again, and compares every view with a rebuild.
    ///
    /// - Parameters:
    ///   - checkpoint: bytes of a checkpoint that somebody keeps elsewhere; nil for the one beside the ledger.
    ///   - key: what it must be signed with; nil for the ledger's own key.
    /// - Throws: `LedgerError` if it cannot be read at all.
    init(of directory: String, against checkpoint: [UInt8]?, key: VerifierKey?) throws {
        let folder = "\(directory)/\(Workplace.ledgerFolder)"
        let found =
            if checkpoint != nil || key != nil {
                try Ledger.verify(at: folder, against: checkpoint, key: key)
            } else {
                try Ledger.verify(at: folder)
            }
        // What is folded from a damaged log says nothing about the views.
        json = Self.object(
            found, views: found.isOK ? try ViewCheck.all(in: directory) : [],
            search: found.isOK ? SearchCheck(of: directory) : nil)
    }

    /// Hashes a backup again.
    init(ofBackup path: String) throws {
        json = Self.object(try Ledger.verify(backup: path), views: [], search: nil)
    }

    /// What the other process printed; nil if it printed none.
    init?(printed bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes) else { return nil }
        self.json = json
    }

    private static func object(
        _ found: Ledger.Verification, views: [ViewCheck], search: SearchCheck?
    ) -> JSON {
        let checkpoint = found.checkpoint.map { checkpoint -> JSON in
            .fields(
                ("origin", .string(checkpoint.origin)), ("events", .number(checkpoint.size)),
                ("root", .string(checkpoint.root.description)))
        }
        return .fields(
            ("ok", .bool(found.isOK)), ("events", .number(found.events)), ("commits", .number(found.commits)),
            ("streams", .number(found.streams)), ("artifacts", .number(found.artifacts)),
            ("artifact_bytes", .number(found.artifactBytes)), ("root", .string(found.root.description)),
            ("checkpoint", checkpoint ?? .null),
            ("problems", .array(found.problems.map { .string($0.description) })),
            ("problems_omitted", .number(found.problemsOmitted)), ("views", .array(views.map(\.json))),
            ("search", search?.json ?? .null))
    }

    var isOK: Bool { json["ok"] == true }

    /// Views that differ from a rebuild, or could not be read.
    var differingViews: [String] {
        (json["views"]?.elements ?? []).filter { $0["identical"] != true }.compactMap { $0["view"]?.text }
    }
}

extension LedgerCheck {
    /// What is damaged of the index and its vectors.
    var searchProblems: [String] { (json["search"]?["problems"]?.elements ?? []).compactMap(\.text) }
}

/// A view compared with a rebuild in a folder of its own.
struct ViewCheck {
    let name: String
    let rows: Int
    let differing: Int
    /// Why it could not be compared.
    var problem: String?

    /// None where nothing can be written.
    ///
    /// - Throws: `LedgerError` if the ledger cannot be opened.
    static func all(in directory: String) throws -> [ViewCheck] {
        let folder = "\(directory)/\(Workplace.ledgerFolder)"
        // A rebuild needs a place; what is folded from a sound ledger can be made again anyway.
        guard access(folder, W_OK) == 0 else { return [] }
        let ledger = try Ledger(at: folder, Ledger.Options(readOnly: true))
        defer { ledger.close() }
        let place = rebuildFolder(of: getpid(), in: directory)
        defer { try? FileManager.default.removeItem(atPath: place) }
        return StandardView.allCases.map { check($0.projection, ledger, live: "\(folder)/views", rebuilt: place) }
    }

    /// Where a process puts the views that it compares with; whoever started it tidies up if it dies.
    static func rebuildFolder(of process: Int32, in directory: String) -> String {
        "\(directory)/\(Workplace.ledgerFolder)/verify-\(process)"
    }

    private static func check<P: Projection>(
        _ projection: P, _ ledger: Ledger, live: String, rebuilt: String
    ) -> ViewCheck {
        do {
            let old = try ViewStore(directory: live).catchUp(projection, from: ledger)
            let new = try ViewStore(directory: rebuilt).catchUp(projection, from: ledger)
            let diff = try ViewDiff(live: old, shadow: new)
            return ViewCheck(name: P.name, rows: diff.shadowRows, differing: diff.added + diff.removed + diff.changed)
        } catch {
            return ViewCheck(name: P.name, rows: 0, differing: 0, problem: "\(error)")
        }
    }

    var json: JSON {
        .fields(
            ("view", .string(name)), ("identical", .bool(problem == nil && differing == 0)), ("rows", .number(rows)),
            ("differing", .number(differing)), ("problem", problem.map { .string($0) } ?? .null))
    }
}
