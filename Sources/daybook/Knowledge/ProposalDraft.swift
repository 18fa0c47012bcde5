import Coordinator
import EventSourcing
import Events
import Jobs
import Knowledge
import Ledger
import Sealing
import Views
import Wire
import Workspace

/// What `knowledge propose` was given, ready to be written.
struct ProposalDraft {
    private let book: KnowledgeBook
    private let draft: KnowledgeDraft
    private let why: EntryReasons
    private let id: String

    init(_ command: KnowledgeProposeCommand, in workplace: Workplace) throws {
        let book = KnowledgeBook(workplace: workplace)
        let entry = command.entry
        guard StreamName.isValid(id: entry) else {
            throw Complaint("\"\(entry)\" is no name for an entry", hint: "a-z, 0-9, `-`, `_`, `.`", status: .usage)
        }
        if let collection = command.collection { try MarkdownNote.requireCollection(collection) }
        let source = try Self.source(command.from, in: workplace)
        let last = try book.versions(of: entry).last
        let before = try last.map { try book.statement($0.content) }
        var statement =
            before ?? Statement(form: .document, title: entry, collection: MarkdownNote.collectionDefault, body: "")
        if command.more.hasFields, before == nil { statement.form = .fact }
        let path = command.file ?? command.input ?? (command.more.hasFields ? nil : "-")
        if let path {
            let bytes =
                try path == "-"
                ? UserFile.standardInput() : UserFile.read(command.options.path(path), called: path)
            let note = try MarkdownNote.parse(bytes, named: entry, path: path)
            if let title = note.title { statement.title = title }
            if let fact = statement.fact {
                statement.setFact(FactRecord(topic: fact.topic, fields: fact.fields, note: note.body))
            } else {
                statement.body = note.body
            }
        }
        if let title = command.title { statement.title = title }
        if let collection = command.collection { statement.collection = collection }
        let session = try workplace.session(source.job)
        // What a job about a client has learnt is this client's, unless the owner says otherwise.
        if before == nil { statement.customer = session.state.customer ?? "" }
        statement = try command.more.apply(to: statement)
        let shelf = workplace.artifacts
        var subjects = session.about
        if let last { subjects.formUnion(shelf.about(last.content.body)) }
        draft = KnowledgeDraft(id: entry, statement, source: .job(source), about: subjects, sealedBy: shelf)
        why = try command.more.reasons(for: entry, in: book)
        self.book = book
        id = try Self.free("\(source.job).\(source.version)", for: draft, in: book)
    }

    func write() async throws -> ProposalBook.Outcome {
        try await ProposalBook(book).propose(draft, id: id, because: why, accepting: nil, actor: "owner")
    }

    /// The event in which a step completed.
    private static func source(_ text: String, in workplace: Workplace) throws -> JobSource {
        let target = try Reference(text).target(in: workplace.ledger)
        switch target {
        case .jobEvent(let job, let version): return JobSource(job: job, version: version)
        case .step(let job, let step):
            let work = try workplace.view(Lineage()).rows(startingWith: "work/\(job)/", as: WorkRow.self)
                .last { $0.step == step && $0.completed > 0 }
            guard let work else {
                throw Complaint(
                    "\(job).\(step) has made nothing yet", hint: "daybook job show \(job)", status: .notFound)
            }
            return JobSource(job: job, version: work.completed)
        default:
            throw Complaint(
                "\(text) is no step of a job", hint: "--from support-7.answer, or --from support-7@12", status: .usage)
        }
    }

    /// An id that no other proposal of this event has.
    private static func free(_ id: String, for draft: KnowledgeDraft, in book: KnowledgeBook) throws -> String {
        for number in 1...ProposalBook.perStepMax {
            let name = number == 1 ? id : "\(id).\(number)"
            let session = try StreamSession(
                ProposalDecider(), on: ProposalBook.stream(name), in: book.workplace.ledger)
            guard let known = session.state.proposed else { return name }
            // The same again is the same proposal.
            if known.entry == draft.id, known.content.isSame(as: draft.content) { return name }
        }
        throw Complaint("\(id) has proposed \(ProposalBook.perStepMax) things already", status: .usage)
    }
}
