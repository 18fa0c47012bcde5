import EventSourcing
import Sealing
import Wire

/// What forgetting a person means, for people and for machines.
struct ErasurePage {
    /// Files that are listed; the others are counted.
    private static let filesShownMax = 20

    private let study: ErasureStudy
    private let files: OwnFiles

    init(_ study: ErasureStudy, _ files: OwnFiles) {
        self.study = study
        self.files = files
    }

    /// Whether the name stands nowhere.
    var isEmpty: Bool { study.clear.isEmpty && study.events.isEmpty && files.places.isEmpty }

    var unreadable: String { Format.plural(study.sealed.count, "artifact") }

    /// - Parameter erased: where it was written down; 0 for before, nil if it was not done.
    func show(json: Bool, erased: Position?) {
        if json { return Terminal.line(object(erased).description) }
        let keys = study.subjects.map { String($0.description.prefix(8)) }.joined(separator: " ")
        Terminal.line("\(Style.bold(study.person.printable))   \(keys.isEmpty ? "no key" : "key \(keys)")")
        let size = Format.bytes(UInt64(study.sealedBytes))
        let jobs = study.jobs.isEmpty ? "" : ", named by \(list(study.jobs))"
        row("Erased", study.isKnown ? "\(unreadable) (\(size))\(jobs)" : "nothing: no content is sealed for them")
        if study.mails > 0 {
            row("Mails", "\(Format.plural(study.mails, "mail")): when they were made stays, to whom does not")
        }
        if !study.entries.isEmpty { row("Knows", "\(list(study.entries.map(\.entry))) retired, shown to nobody") }
        if !study.stopped.isEmpty { row("Stops", "\(list(study.stopped)) cannot go on") }
        if !study.spared.isEmpty { row("Spares", "\(list(study.spared)) will not write to them") }
        if !study.clear.isEmpty {
            let shown = list(study.clear.map(\.short))
            row("Stays", "in the clear, and for ever: \(Format.plural(study.clear.count, "artifact")) \(shown)")
        }
        if !study.events.isEmpty {
            row("Stays", "in the clear, and for ever: \(list(study.events.map { "@\($0)" }))")
        }
        for (index, place) in files.places.prefix(Self.filesShownMax).enumerated() {
            row(index == 0 ? "Yours" : "", place.printable)
        }
        if files.places.count > Self.filesShownMax {
            row("", "and \(Format.plural(files.places.count - Self.filesShownMax, "file")) more")
        }
        if files.skipped > 0 { row("", "\(Format.plural(files.skipped, "file")) too large to look at") }
    }

    /// What is left to the owner.
    func showNext() {
        guard let first = files.places.first else {
            return Terminal.line("Next: remove them from copies of .daybook/keys, if you keep any")
        }
        let more = files.places.count > 1 ? " and \(Format.plural(files.places.count - 1, "file")) more" : ""
        Terminal.line("Next: take them out of \(first.printable)\(more), or the next job meets them as somebody new")
    }

    private func row(_ name: String, _ words: String) { Terminal.line("  \(name.column(8)) \(words)") }

    private func list(_ names: [String]) -> String {
        let shown = names.prefix(6).joined(separator: ", ")
        return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
    }

    private func object(_ erased: Position?) -> JSON {
        func texts(_ words: [String]) -> JSON { .array(words.map { .string($0) }) }
        return .fields(
            ("person", .string(study.person)), ("known", .bool(study.isKnown)), ("erased", .bool(erased != nil)),
            ("position", erased.map { .number($0) } ?? .null), ("artifacts", .number(study.sealed.count)),
            ("bytes", .number(study.sealedBytes)), ("jobs", texts(study.jobs)), ("mails", .number(study.mails)),
            ("entries", texts(study.entries.map(\.entry))), ("stopped", texts(study.stopped)),
            ("spared", texts(study.spared)), ("clear_artifacts", texts(study.clear.map(\.description))),
            ("clear_events", .array(study.events.map { .number($0) })), ("files", texts(files.places)),
            ("skipped", .number(files.skipped)))
    }
}
