import Foundation
import Workspace

/// A small sound workspace in a folder of its own, and ways to break it.
final class Fixture {
    let directory: String

    init(_ files: [String: String] = Fixture.files) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "workspace-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (path, text) in files { try write(path, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let full = URL(filePath: "\(directory)/\(path)")
        try FileManager.default.createDirectory(at: full.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: full)
    }

    func load() throws(WorkspaceProblems) -> LoadedWorkspace { try LoadedWorkspace.load(at: directory) }

    /// What a person would read; empty for a sound workspace.
    var diagnostics: [String] {
        do throws(WorkspaceProblems) {
            return try load().notes.map(\.description)
        } catch {
            return error.diagnostics.map(\.description)
        }
    }

    /// What a person would read after a text of one file is replaced.
    static func diagnostics(replacing old: String, with new: String, in path: String) throws -> [String] {
        guard let text = files[path], text.contains(old) else { throw CocoaError(.fileReadNoSuchFile) }
        return try diagnostics(path, text.replacing(old, with: new, maxReplacements: 1))
    }

    static func diagnostics(_ path: String, _ text: String) throws -> [String] {
        try Fixture(files.merging([path: text]) { $1 }).diagnostics
    }

    static let files = [
        "daybook.yaml": daybook, "agents/planner.md": planner, "agents/writer.md": writer, "flows/letter.yaml": letter,
        "knowledge/pricing.md": pricing, "lists/weekly.csv": "email\nana@example.com\n",
        "sources/feed.xml": "<rss/>\n",
    ]

    static let daybook = """
        business: {name: Small Levers, country: NO, version: 1.10, opens: 12:30}
        models:
          writing: heuristic
          local: {url: "http://127.0.0.1:11434/v1", model: "llama3.2:3b"}
          coder: {command: [cat], pass_env: [HOME]}
        connectors:
          mail:
            kind: maildir
            path: outbox
            from: "The Lever <lever@example.com>"
        budget: {day: $2.00, month: $25.00}

        """

    static let planner = """
        ---
        name: planner
        description: Plans
        model: writing
        knowledge: {read: [product]}
        output: {topic: text(80), questions: [text]}
        ---
        You plan for {{business.name}}.

        """

    static let writer = """
        ---
        name: writer
        description: Writes
        model: local
        output: {subject: text(60), body: markdown, claims?: [{text: text, source: url}]}
        ---
        You write.

        """

    static let letter = """
        name: letter
        on: {manual: {inputs: {topic: {type: text}}}}
        steps:
          - id: plan
            agent: planner
            with: {topic: "${{ inputs.topic }}"}
          - id: read
            read: [{feed: sources/feed.xml}]
          - id: draft
            agent: writer
            with:
              plan: "${{ steps.plan }}"
              notes: "Notes: ${{ steps.read }}"
          - id: edit
            review: draft
            shows: publish
          - id: publish
            effect: mail.send
            with: {to: "list:weekly", mail: "${{ steps.edit }}"}

        """

    static let pricing = """
        ---
        title: What Pro costs
        collection: product
        form: fact
        ---
        Pro costs $39 a month.

        """
}
