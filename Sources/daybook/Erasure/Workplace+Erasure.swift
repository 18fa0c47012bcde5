import Coordinator
import EventSourcing
import Events
import Keys
import Knowledge
import Ledger
import Sealing
import Views
import Wire

extension Workplace {
    /// Forgets a person: writes it down, destroys the keys, and brings the views up to date.
    ///
    /// The event comes first. If the process dies before the key is destroyed, `finishErasures` does it.
    /// - Returns: the position of the first SubjectErased; nil if it was written before.
    func erase(_ study: ErasureStudy) async throws -> Position? {
        do {
            try keys.reserve()
            let done = try erasedSubjects()
            let events = study.subjects.filter { !done.contains($0) }.map { subject in
                let event = LedgerObservation.subjectErased(
                    SubjectErased(subject: subject.description, artifacts: UInt32(clamping: study.sealed.count)))
                return NewEvent(type: event.type, kind: .observation, payload: event.wireBytes)
            }
            var appends: [StreamAppend] = []
            if !events.isEmpty { appends.append(StreamAppend(events, to: StreamName("ledger"), expecting: .any)) }
            let time = world.now()
            for (entry, version) in study.entries {
                var session = try StreamSession(EntryDecider(), on: KnowledgeBook.stream(of: entry), in: ledger)
                try session.take(.entryRetired(EntryRetired(base: version, reason: nil)), at: time)
                if let append = session.append() { appends.append(append) }
            }
            var position: Position?
            if !appends.isEmpty {
                position = try await ledger.append(
                    NewCommit(id: world.commitID(), time: time, actor: "owner", appends: appends)
                ).first
            }
            try keys.destroy(study.subjects)
            for view in StandardView.allCases { _ = try self.view(view.projection) }
            return events.isEmpty ? nil : position
        } catch {
            throw Complaint(error)
        }
    }

    /// Whom the ledger calls erased.
    private func erasedSubjects() throws -> Set<SubjectID> {
        var erased: Set<SubjectID> = []
        for event in try ledger.events(of: StreamName("ledger"), after: 0) {
            guard case .subjectErased(let event)? = try? event.decode(LedgerObservation.self),
                let subject = SubjectID(hex: event.subject)
            else { continue }
            erased.insert(subject)
        }
        return erased
    }

    /// Destroys what a process that died left of keys that the ledger calls erased.
    func finishErasures() throws {
        do {
            let left = try erasedSubjects().filter { keys.key($0) != nil }
            if !left.isEmpty { try keys.destroy(left.sorted()) }
        } catch {
            throw Complaint(error)
        }
    }
}
