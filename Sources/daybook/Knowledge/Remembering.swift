import Coordinator
import Documents
import EventSourcing
import Events
import Jobs
import Knowledge
import Ledger
import Sealing
import Views
import Wire
import Workspace

/// Proposes as knowledge what steps with `remember:` have learnt.
///
/// A proposal's id is made from the event it comes from: however often a job is looked at, nothing is proposed twice.
struct Remembering {
    private let book: KnowledgeBook
    private var workplace: Workplace { book.workplace }

    init(_ book: KnowledgeBook) { self.book = book }

    /// Proposes what the steps of a job have learnt and was not proposed before.
    func propose(from job: String) async throws -> [ProposalBook.Outcome] {
        do {
            let session = try workplace.session(job)
            guard let flow = session.state.definitions?.flow,
                flow.steps.contains(where: { $0.agentWork?.remember != nil })
            else { return [] }
            let rules = (try? workplace.files().acceptRules) ?? []
            var outcomes: [ProposalBook.Outcome] = []
            for event in try workplace.ledger.events(of: JobSession.stream(of: job), after: 0)
            where event.kind == .decision {
                guard case .taskCompleted(let task) = try event.decode(JobDecision.self),
                    let work = flow.steps.first(where: { $0.id == task.step })?.agentWork,
                    let remember = work.remember,
                    let output = workplace.artifacts.bytes(task.output).flatMap({ try? JSON(parsing: $0) })
                else { continue }
                let rule = rules.first { $0.agent == work.agent && $0.into == remember.into }
                let source = JobSource(job: job, version: event.version)
                let lessons = Lesson.all(in: output, remember).prefix(ProposalBook.perStepMax)
                for (index, lesson) in lessons.enumerated() {
                    let id = "\(job).\(event.version)" + (index == 0 ? "" : ".\(index + 1)")
                    let customer = session.state.customer ?? ""
                    let own = "\(job).\(task.step)" + (index == 0 ? "" : ".\(index + 1)")
                    let name = try lesson.entry.flatMap { try place(of: $0, about: customer) } ?? own
                    var statement = lesson.statement
                    statement.customer = customer
                    let draft = try draft(statement, name, from: source, about: session.about)
                    let outcome = try await ProposalBook(book).propose(
                        draft, id: id, because: EntryReasons(), accepting: rule?.words, actor: "driver")
                    if outcome.position != nil { outcomes.append(outcome) }
                }
            }
            return outcomes
        } catch {
            throw Complaint(error)
        }
    }

    /// The entry that a lesson about a client becomes a version of: never one of somebody else's, nor of everybody's.
    /// Nil if there is no such name.
    private func place(of entry: String, about customer: String) throws -> String? {
        if let last = try book.versions(of: entry).last, last.content.customer == customer { return entry }
        let own = customer.isEmpty ? entry : "\(customer).\(entry)"
        guard StreamName.isValid(id: own) else { return nil }
        let last = try book.versions(of: own).last
        return last.map { $0.content.customer == customer } ?? true ? own : nil
    }

    private func draft(
        _ statement: Statement, _ name: String, from source: JobSource, about people: Set<SubjectID>
    ) throws -> KnowledgeDraft {
        let shelf = workplace.artifacts
        var subjects = people
        if let last = try book.versions(of: name).last { subjects.formUnion(shelf.about(last.content.body)) }
        return KnowledgeDraft(id: name, statement, source: .job(source), about: subjects, sealedBy: shelf)
    }
}

/// One thing that a step has learnt.
private struct Lesson {
    /// The entry it is for; nil if the output does not say.
    let entry: String?
    let statement: Statement

    private static let titleMax = 80

    static func all(in output: JSON, _ remember: Remember) -> [Lesson] {
        guard !remember.each.isEmpty else { return Lesson(output, remember).map { [$0] } ?? [] }
        return (output[remember.each]?.elements ?? []).compactMap { Lesson($0, remember) }
    }

    /// From a text, or an object with `entry`, `title` (or `subject`) and `body` (or `text`); of a fact every other
    /// member is a field. Nil if it says nothing.
    private init?(_ learnt: JSON, _ remember: Remember) {
        let body = learnt.text ?? learnt["body"]?.text ?? learnt["text"]?.text ?? learnt["note"]?.text ?? ""
        let first = body.split(separator: "\n").first.map(String.init) ?? ""
        let title = learnt["title"]?.text ?? learnt["subject"]?.text ?? learnt["topic"]?.text ?? first
        let named = learnt["entry"]?.text ?? EntryName.suggestion(for: title)
        entry = EntryName.isValid(named) ? named : nil
        var statement = Statement(
            form: remember.form, title: title.cut(Self.titleMax), collection: remember.into, body: body)
        let fields = remember.form == .fact ? Self.fields(of: learnt) : []
        if !fields.isEmpty {
            statement.setFact(FactRecord(topic: learnt["topic"]?.text ?? "", fields: fields, note: body))
        }
        guard !statement.body.isEmpty else { return nil }
        self.statement = statement
    }

    private static let spoken: Set<String> = ["entry", "title", "subject", "topic", "body", "text", "note"]

    private static func fields(of learnt: JSON) -> [FactField] {
        let fields = (learnt.members ?? []).compactMap { member -> FactField? in
            guard !spoken.contains(member.name), EntryName.isValid(member.name) else { return nil }
            let value: FieldValue? =
                switch member.value {
                case .string(let text): FieldValue(written: text)
                case .number(let digits): FieldValue(digits, type: "number")
                case .bool(let truth): .truth(truth)
                case .null, .array, .object: nil
                }
            return value.map { FactField(name: member.name, value: $0) }
        }
        return Array(fields.prefix(FactRecord.fieldsMax))
    }
}

extension ProposalBook.Outcome {
    /// One line for a person.
    func show() {
        switch verdict {
        case nil: Terminal.line("Learnt: \(entry), waits for you: daybook knowledge accept \(id)")
        case .accepted: Terminal.line("Learnt: \(entry)@\(version), by the rule \(rule)")
        case .rejected: Terminal.line("Not learnt: \(entry), \(rule)")
        }
    }
}
