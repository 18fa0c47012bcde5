import Coordinator
import EventSourcing
import Events
import Jobs
import Knowledge
import Ledger
import Views
import Wire

// MARK: - Contradictions
extension KnowledgeBook {
    /// Contradictions of one commit, when everything is compared.
    private static let notesPerCommitMax = 1_000

    /// Compares everything that is known, and notes what was not noted yet.
    func noteContradictions(actor: String) async throws {
        try workplace.requireWritable()
        do {
            var rest = try await ContradictionWatch(all: self).appends[...]
            while !rest.isEmpty {
                let part = Array(rest.prefix(Self.notesPerCommitMax))
                rest = rest.dropFirst(part.count)
                _ = try await workplace.ledger.append(
                    NewCommit(
                        id: workplace.world.commitID(), time: workplace.world.now(), actor: actor, appends: part))
            }
        } catch {
            throw Complaint(error)
        }
    }

    /// The open contradiction whose id begins so.
    func contradiction(_ digits: String) throws -> ContradictionRow {
        do {
            let all = try KnowledgeIndex.contradictions(in: workplace.view(KnowledgeIndex()), settled: true)
                .filter { $0.contradiction.hasPrefix(digits.lowercased()) }
            let open = all.filter { $0.settled == nil }
            guard let row = open.first else {
                let words = all.isEmpty ? "there is no contradiction \(digits)" : "\(digits) was settled before"
                throw Complaint(words, hint: "daybook knowledge contradictions --all", status: .notFound)
            }
            guard open.count == 1 else {
                let ids = open.map(\.contradiction).joined(separator: ", ")
                throw Complaint("\(digits) is ambiguous", hint: "it begins \(ids)", status: .usage)
            }
            return row
        } catch {
            throw Complaint(error)
        }
    }

    /// What both sides say, of a contradiction of values; nil for what is not known any more.
    func values(_ row: ContradictionRow) throws -> [String?] {
        try [row.noted.first, row.noted.second].map { ref in
            guard row.noted.kind == .values,
                let version = try versions(of: ref.entry).first(where: { $0.version == ref.version }),
                let statement = try? statement(version.content)
            else { return nil }
            return Claim.all(in: statement, of: ref).first { Words.normal($0.field) == Words.normal(row.noted.field) }?
                .value
        }
    }

    /// Settles a contradiction without touching either entry.
    func settle(
        _ row: ContradictionRow, _ verdict: SettlementVerdict, reason: String?, actor: String
    ) async throws -> Position? {
        try workplace.requireWritable()
        let (append, stored) = try settlement(row, verdict, reason: reason)
        do {
            return try await workplace.ledger.append(
                NewCommit(
                    id: workplace.world.commitID(), time: workplace.world.now(), actor: actor, appends: [append],
                    artifacts: stored)
            ).first
        } catch {
            throw Complaint(error)
        }
    }

    /// Settles a contradiction and changes the entry that is wrong, in one commit.
    ///
    /// - Parameter retire: shows the wrong entry to nobody; otherwise its field is given the right value.
    func settle(
        _ row: ContradictionRow, _ verdict: SettlementVerdict, right: EntryRef, wrong: EntryRef, retire: Bool,
        reason: String?, actor: String
    ) async throws -> Committed {
        let (append, stored) = try settlement(row, verdict, reason: reason)
        guard let last = try requireVersions(of: wrong.entry).last, !last.retired else {
            throw Complaint(
                "\(wrong.entry) is retired already", hint: "daybook knowledge contradictions --check", status: .usage)
        }
        if retire {
            return try await self.retire(
                wrong.entry, base: last.version, reason: reason, with: [append], settling: [row.contradiction],
                artifacts: stored, actor: actor)
        }
        let field = Words.normal(row.noted.field)
        guard let now = try requireVersions(of: right.entry).last,
            let value = try statement(now.content).fact?.fields.first(where: { Words.normal($0.name) == field })?.value,
            var said = try Optional(statement(last.content)), let fact = said.fact,
            let name = fact.fields.first(where: { Words.normal($0.name) == field })?.name
        else {
            throw Complaint(
                "\(wrong.entry) is a text: a person must correct it, or retire it",
                hint: "daybook knowledge revise \(wrong.entry) --file FILE, or --retire here", status: .usage)
        }
        said.setFact(fact.setting(name, to: value))
        let shelf = workplace.artifacts
        let draft = KnowledgeDraft(
            id: wrong.entry, said, source: .person, about: shelf.about(last.content.body), sealedBy: shelf)
        var why = EntryReasons()
        why.reason = try reason.map { try content($0, of: wrong.entry) }
        why.evidence = [.entry(EntryRef(entry: now.entry, version: now.version))]
        why.evidenceStored = stored
        return try await write(
            draft, base: last.version, because: why, with: [append], settling: [row.contradiction], actor: actor)
    }

    private func settlement(
        _ row: ContradictionRow, _ verdict: SettlementVerdict, reason: String?
    ) throws -> (StreamAppend, [[UInt8]]) {
        let shelf = workplace.artifacts
        let about = try [row.noted.first, row.noted.second].flatMap { ref in
            try versions(of: ref.entry).map(\.content.body)
        }
        let reason = reason.map { shelf.observed(Array($0.utf8), about: shelf.about(about)) }
        do {
            var session = try StreamSession(
                ContradictionDecider(), on: ContradictionWatch.stream(row.contradiction), in: workplace.ledger)
            try session.take(
                .contradictionSettled(ContradictionSettled(verdict: verdict, reason: reason?.digest)),
                at: workplace.world.now())
            guard let append = session.append() else { throw ContradictionRejection.settled }
            return (append, reason.map { [$0.stored] } ?? [])
        } catch is ContradictionRejection {
            throw Complaint(
                "somebody settled it meanwhile", hint: "daybook knowledge contradictions --all", status: .busy)
        } catch {
            throw Complaint(error)
        }
    }
}
