import EventSourcing
import Events
import Jobs
import Wire

extension JobReplay {
    /// What was built again, a line each, in the order in which it happened.
    var lines: [String] {
        let built = requests.map { ($0.position, line($0)) } + mails.map { ($0.position, line($0)) }
        return built.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private func line(_ request: Request) -> String {
        let head = "\(request.step.column(10)) request rebuilt  \(request.recorded.short)"
        if request.isErased { return "\(head)  not checkable (erased)" }
        guard let rebuilt = request.rebuilt else { return "\(head)  \(Style.red("cannot be built"))" }
        guard request.isSame else { return "\(head)  \(Style.red("today \(rebuilt.short)"))  @\(request.position)" }
        return "\(head)  same" + (request.read.map { "     \($0) read from the ledger" } ?? "")
    }

    private func line(_ mail: Mail) -> String {
        let head = "\(mail.step.column(10)) mail rebuilt     \(mail.digest.short)"
        if mail.isErased { return "\(head)  not checkable (erased)" }
        guard let differing = mail.differing else { return "\(head)  \(Style.red("cannot be made"))" }
        let many = mail.messages == 1 ? "" : "     \(Format.plural(mail.messages, "message"))"
        guard differing > 0 else { return "\(head)  same\(many)" }
        return "\(head)  \(Style.red("\(differing) of \(mail.messages) differ"))  @\(mail.position)"
    }

    /// The first thing that does not come out the same.
    var firstDifference: Position? {
        let built =
            requests.filter { !$0.isSame && !$0.isErased }.map(\.position)
            + mails.filter { !$0.isSame && !$0.isErased }.map(\.position)
        return (divergences.map(\.position) + built).min()
    }

    /// `@147 newsletter-8.draft  CallRequested: today TaskFailed`, and the fields that differ.
    func words(_ divergence: Replay<JobDecider>.Divergence) -> [String] {
        let item = history.item(divergence.version)
        let place = item?.step.map { "\(job).\($0)" } ?? job
        let head = "@\(divergence.position) \(place)  "
        switch divergence.what {
        case .rejected(let why): return [head + "\(item?.name ?? "it") would not be taken today: \(why)"]
        case .extra(let recorded): return [head + "\(recorded) was recorded; today it does not follow"]
        case .missing(let today): return [head + "today \(today) follows as well"]
        case .other(let recorded, let today):
            let what = recorded == today ? "\(recorded) differs" : "\(recorded) was recorded; today it is \(today)"
            return [head + what] + fields(divergence).map { "    \($0)" }
        }
    }

    /// Fields of a decision that are printed.
    private static let fieldsMax = 8

    private func fields(_ divergence: Replay<JobDecider>.Divergence) -> [String] {
        guard let recorded = divergence.recorded, let today = divergence.today, recorded.type == today.type else {
            return []
        }
        return RowText.differences(recorded.displayJSON, today.displayJSON).prefix(Self.fieldsMax).map {
            field, old, new in
            let name = field.split(separator: ".").dropFirst().joined(separator: ".")
            return "\(name): \(RowText.value(field, old)) -> \(RowText.value(field, new))"
        }
    }
}

// MARK: - JSON
extension JobReplay {
    var json: JSON {
        let reason: JSON = if case .notCheckable(let why) = verdict { .string(why) } else { .null }
        return .fields(
            ("job", .string(job)), ("verdict", .string(verdict.name)), ("reason", reason),
            ("observations", .number(observations)), ("decisions", .number(decisions)), ("same", .number(same)),
            (
                "requests",
                .array(
                    requests.map {
                        .fields(
                            ("step", .string($0.step)), ("position", .number($0.position)),
                            ("recorded", .string($0.recorded.description)),
                            ("rebuilt", $0.rebuilt.map { .string($0.description) } ?? .null), ("same", .bool($0.isSame))
                        )
                    })
            ),
            (
                "mails",
                .array(
                    mails.map {
                        .fields(
                            ("step", .string($0.step)), ("position", .number($0.position)),
                            ("digest", .string($0.digest.description)), ("messages", .number($0.messages)),
                            ("same", .bool($0.isSame)))
                    })
            ),
            ("unchecked", .array(unchecked.map { .number($0) })), ("divergences", .array(divergences.map(json))))
    }

    private func json(_ divergence: Replay<JobDecider>.Divergence) -> JSON {
        .fields(
            ("position", .number(divergence.position)), ("version", .number(divergence.version)),
            ("step", history.item(divergence.version)?.step.map { .string($0) } ?? .null),
            ("words", .string(words(divergence).first ?? "")),
            ("recorded", divergence.recorded?.displayJSON ?? .null), ("today", divergence.today?.displayJSON ?? .null))
    }
}
