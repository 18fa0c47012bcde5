import EventSourcing
import Events
import Jobs
import Views

extension RevertStudy {
    /// The plan as people read it, without its first line.
    ///
    /// - Parameter corrected: a file that was found to say it, and says what is right since.
    func show(corrected: String? = nil) {
        showVersions()
        if !kept.isEmpty {
            let names = kept.map { "@\($0.version)" }.joined(separator: ", ")
            Terminal.line("Kept: what \(names) changed since.")
        }
        if calls.isEmpty {
            Terminal.line("Nobody was shown @\(bad.version).")
        } else {
            let count = Format.plural(calls.count, "call")
            let verb = calls.count == 1 ? "was" : "were"
            Terminal.line("\(count) in \(Format.plural(jobs.count, "job")) \(verb) shown @\(bad.version):")
        }
        for kind in [AffectedClass.notUsed, .recompute, .compensable, .irreversible] { show(kind) }
        showRest(corrected)
    }

    private func showVersions() {
        let texts = [(bad, change.bad), (good, change.good)].map { row, line in
            (row, row.retired ? "retired" : quote(line, row))
        }
        let width = texts.map(\.1.count).max() ?? 0
        for (row, text) in texts {
            Terminal.line(
                "  \("@\(row.version)".column(4)) \(text.column(width))   \(row.origin.printable), "
                    + "\(Format.moment(row.timeUs))  @\(row.position)")
        }
    }

    private func quote(_ line: String?, _ row: EntryVersionRow) -> String {
        if let line { return "\"\(line.printable.cut(60))\"" }
        if change.bad == nil, change.good == nil { return "titled \"\(row.content.title.printable.cut(50))\"" }
        return "(no such line)"
    }

    private func show(_ kind: AffectedClass) {
        let calls = calls.filter { $0.step.consequence == kind }
        guard !calls.isEmpty else { return }
        let indent = String(repeating: " ", count: 19)
        let width = calls.map { name($0.step).count }.max() ?? 0
        for (index, call) in calls.enumerated() {
            let head = index == 0 ? "  \(kind.word.column(13)) \("\(calls.count)".column(2)) " : indent
            Terminal.line(head + name(call.step).column(width) + "   " + words(call).joined(separator: ", "))
            let isLast = !calls[(index + 1)...].contains { $0.step.job == call.step.job }
            guard isLast, kind == .compensable || kind == .irreversible else { continue }
            for sent in sent where sent.effect.job == call.step.job { Terminal.line(indent + "-> " + words(sent)) }
        }
        guard kind == .recompute, calls.contains(where: { !$0.isRedone }) else { return }
        let cost = plan.steps.filter { $0.consequence == kind }.reduce(0) { $0 + $1.costMicrodollars }
        Terminal.line(indent + (cost > 0 ? "about \(Format.money(cost)) to make again" : "free to make again"))
    }

    private func name(_ step: AffectedStep) -> String {
        "\(step.job).\(step.step)" + (step.item.isEmpty ? "" : "[\(step.item.printable)]")
    }

    private func words(_ call: ShownCall) -> [String] {
        var words = [call.call?.words ?? "not asked yet"]
        if let mention = call.mention {
            words.append(mention.words.printable)
        } else if call.step.output != nil, let mark = change.mark {
            words.append("does not say \"\(mark.printable.cut(30))\"")
        }
        let approvals = plan.approvals.filter { $0.job == call.step.job }
        switch call.step.consequence {
        case .notUsed: if call.step.completed > 0 { words.append("not used yet") }
        case .recompute where call.isRedone: words.append("made again since")
        case .recompute: if approvals.contains(where: { $0.state == .open }) { words.append("not sent yet") }
        case .compensable, .irreversible:
            words += approvals.filter { $0.closedPosition >= call.step.completedPosition }.compactMap(\.fate).suffix(1)
        }
        return words
    }

    private func words(_ sent: SentEffect) -> String {
        let effect = sent.effect
        var text =
            sent.risk == .none
            ? "\(Format.plural(effect.succeeded, "mail")) written by \(effect.connector), which reaches nobody"
            : "mail to \(Format.plural(effect.succeeded, "person", "people"))"
        if effect.succeeded > 0 {
            text += ", \(Format.moment(effect.firstSuccessUs))  @\(effect.firstSuccessPosition)"
            if effect.lastSuccessPosition > effect.firstSuccessPosition { text += "..@\(effect.lastSuccessPosition)" }
        }
        if effect.unknown > 0 { text += ", \(effect.unknown) of which nobody knows" }
        if let mention = sent.mention {
            text += ", \(mention.words.printable)"
        } else if change.mark != nil {
            text += ", does not say so"
        }
        return text
    }

    private func showRest(_ corrected: String?) {
        let later = plan.steps.filter { !$0.shown }.map(name)
        if !later.isEmpty { Terminal.line("Made from these: \(later.joined(separator: ", "))") }
        if !plan.knowledge.isEmpty {
            let names = plan.knowledge.map { "\($0.entry)@\($0.version)" }.joined(separator: ", ")
            Terminal.line("Knowledge that came of them: \(names)")
        }
        for (version, count) in repeated {
            Terminal.line(
                "@\(version.version) says it too, and \(Format.plural(count, "call")) saw it: "
                    + "daybook knowledge revert \(entry)@\(version.version) --to \(good.version) --plan")
        }
        for file in files where file != corrected {
            let line = change.bad.map { " \"\($0.printable.cut(40))\"" } ?? " so"
            Terminal.line(
                "\(file) still says\(line): --write-back corrects it; `knowledge import --force` would bring it back.")
        }
    }
}

extension AffectedApproval {
    /// What a person did with it; nil for what no person did.
    fileprivate var fate: String? {
        let who = closedBy == "owner" ? "you" : closedBy
        switch state {
        case .approved: return "\(who) approved it"
        case .edited: return "\(who) edited and approved it"
        case .rejected: return "\(who) rejected it"
        case .takenOver: return "\(who) wrote it anew"
        case .open, .responded, .expired, .withdrawn: return nil
        }
    }
}
