import ArgumentParser
import EventSourcing
import Foundation
import Views
import Wire

struct ExposureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exposure", abstract: "Who was ever shown a fact or a file, and what an address was sent.",
        discussion: """
            daybook exposure pricing                 every call that saw any version of it
            daybook exposure pricing@2
            daybook exposure ana@example.org         every mail to it, sent or not
            daybook exposure sources/notes/jam.md    who read it, and who was handed it

            Who was shown, in the session of its role, an earlier answer that was made with an entry counts too.

            With --json: one object a showing with `kind` (knowledge, session, file, source, passed, instructions,
            mail), `job`, `step`, `what`, `version`, `provider`, `model`, `message` (a hash), `position`, `time`.
            """)

    @Argument(help: "An entry, a version of one, an address, or a file.")
    var target: [String]

    @OptionGroup var options: WorkspaceOptions

    /// What is asked about.
    private enum Subject {
        case entry(String, StreamVersion?)
        case address(String)
        case file(String)
    }

    func run() async throws {
        let text = target.joined(separator: " ")
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let subject = try subject(text, in: workplace)
        let search = ExposureSearch(workplace: workplace)
        let found: [Exposure]
        do {
            switch subject {
            case .entry(let entry, let version): found = try search.entry(entry, version: version)
            case .address(let address): found = try search.address(address)
            case .file(let path): found = try search.file(path)
            }
        } catch {
            throw Complaint(error)
        }
        if options.json {
            for exposure in found { Terminal.line(exposure.json.description) }
        } else {
            show(found, subject, text)
        }
    }

    private func subject(_ text: String, in workplace: Workplace) throws -> Subject {
        let book = KnowledgeBook(workplace: workplace)
        if let reference = try? Reference(text) {
            switch reference.form {
            case .version, .position:
                let version = try book.find(reference).version
                return .entry(version.entry, version.version)
            case .name(let name):
                if try !book.versions(of: name).isEmpty { return .entry(name, nil) }
            case .imported: break
            }
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !text.contains("/"), !text.contains(" ") {
            return .address(text)
        }
        return .file(try path(text, in: workplace))
    }

    /// Relative to the workspace. A file that is gone may still have been shown.
    private func path(_ text: String, in workplace: Workplace) throws -> String {
        for candidate in [options.path(text), "\(workplace.directory)/\(text)"] {
            guard let real = realpath(candidate, nil) else { continue }
            defer { free(real) }
            let full = String(cString: real)
            if full.hasPrefix("\(workplace.directory)/") {
                return String(full.dropFirst(workplace.directory.count + 1))
            }
            throw Complaint(
                "\(text) lies outside of the workspace; no step reads there",
                hint: "for an imported file, ask for its entry: daybook exposure ENTRY", status: .usage)
        }
        guard text.contains("/") || text.contains(".") else {
            throw Complaint(
                "\(text) is no entry, no address and no file", hint: "daybook knowledge list", status: .notFound)
        }
        return text
    }

    private func show(_ found: [Exposure], _ subject: Subject, _ text: String) {
        guard let first = found.first else {
            let verb = if case .address = subject { "Nothing was ever prepared for" } else { "Nobody was ever shown" }
            return Terminal.line("\(verb) \(text.printable).")
        }
        let jobs = Format.plural(Set(found.map(\.job)).count, "job")
        if case .address = subject {
            Terminal.line("\(text.printable)   \(Format.plural(found.count, "mail")) of \(jobs)")
        } else {
            Terminal.line("\(text.printable)   shown \(Format.plural(found.count, "time")) in \(jobs)")
        }
        let names = found.map { "\($0.job).\($0.step)" }
        let width = names.map(\.count).max() ?? 0
        let whatWidth = found.map(\.what.count).max() ?? 0
        for (name, exposure) in zip(names, found) {
            let who = exposure.call?.words ?? exposure.message.map { "message \($0.short)" } ?? exposure.kind.rawValue
            Terminal.line(
                "  \(name.column(width))  \(exposure.what.printable.column(whatWidth))  \(who.cut(36).column(36)) "
                    + "\(Format.moment(exposure.time).column(17)) @\(exposure.position)")
        }
        switch subject {
        case .entry(let entry, let version?) where version > 1:
            Terminal.line("Next: daybook knowledge revert \(entry) --to \(version - 1) --bad \(version) --plan")
        default: Terminal.line("Next: daybook audit \(first.job).\(first.step)")
        }
    }
}
