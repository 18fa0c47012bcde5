import EventSourcing
import Events
import Knowledge
import Views

/// What is taken back, and what it goes back to.
struct RevertChoice {
    /// The version that was right; nil for the one before the bad one.
    var to: StreamVersion?
    /// The version that was wrong.
    var bad: StreamVersion?
    /// Exactly what that version said: edits since go too.
    var isExact = false
    var merge = MergeOptions()
    /// The text that a person made of both sides.
    var text: String?
}

/// The versions that a revert is about.
struct RevertVersions {
    let versions: [EntryVersionRow]
    let current: EntryVersionRow
    let bad: EntryVersionRow
    let good: EntryVersionRow

    init(_ entry: String, _ choice: RevertChoice, in versions: [EntryVersionRow]) throws {
        guard let current = versions.last else { throw Complaint("there is no entry \(entry)", status: .notFound) }
        let history = "daybook knowledge history \(entry)"
        let good: EntryVersionRow
        if let target = choice.to {
            good = try versions.require(target)
        } else {
            let bad = try versions.require(choice.bad ?? current.version)
            guard let before = versions.last(where: { $0.version < bad.version }) else {
                throw Complaint(
                    "\(bad.name) is the first version; there is nothing before it",
                    hint: "daybook knowledge retire \(entry)    shows it to nobody any more", status: .usage)
            }
            good = before
        }
        guard !good.retired else {
            throw Complaint(
                "\(entry) was retired at @\(good.version); there is nothing to go back to", hint: history,
                status: .notFound)
        }
        let isDone = !current.retired && current.content.isSame(as: good.content)
        let standard =
            isDone && current.happened == "reverted"
            ? current.takesBack ?? current.base
            : choice.isExact ? current.version : Self.bad(after: good, in: versions).version
        let bad = try versions.require(choice.bad ?? standard)
        guard choice.bad != nil || standard != good.version else {
            throw Complaint(
                "\(good.name) is the newest version; there is nothing to take back", hint: history, status: .usage)
        }
        guard bad.version != good.version else {
            throw Complaint(
                "\(good.name) cannot be both the bad version and the good one", hint: history, status: .usage)
        }
        (self.versions, self.current, self.bad, self.good) = (versions, current, bad, good)
    }

    /// The newest version; but where people edited what a file or an agent had said, that: their edits are kept.
    private static func bad(after good: EntryVersionRow, in versions: [EntryVersionRow]) -> EntryVersionRow {
        let since = versions.filter { $0.version > good.version }
        guard let newest = since.last, !newest.retired, newest.isByPerson,
            let other = since.last(where: { !$0.isByPerson && !$0.retired })
        else { return since.last ?? good }
        return other
    }

    /// Whether edits since the bad version are kept.
    func keepsEdits(_ choice: RevertChoice) -> Bool {
        !choice.isExact && bad.version < current.version && !bad.retired && !current.retired
    }

    /// The versions since the bad one, which are kept.
    var since: [EntryVersionRow] { versions.filter { $0.version > bad.version } }
}

extension EntryVersionRow {
    /// The version that it takes back; nil if it is no revert.
    var takesBack: StreamVersion? { happened == "reverted" ? (bad == 0 ? base : bad) : nil }

    /// Whether a person said so, rather than a file or an agent.
    var isByPerson: Bool {
        switch source {
        case .person, nil: true
        case .file, .job: false
        }
    }
}
