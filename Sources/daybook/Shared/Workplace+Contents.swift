import Coordinator
import EventSourcing
import Jobs
import Keys
import Sealing
import Wire

extension Workplace {
    /// What a person writes, sealed for whom it names and for whom the job is about.
    func content(_ text: String, about job: String) throws -> Content {
        do {
            return artifacts.observed(Array(text.utf8), about: try session(job).about)
        } catch {
            throw Complaint(error)
        }
    }

    /// The ids of these people; somebody who is new gets a key, which is durable when this returns.
    func subjects(_ people: [String]) throws -> Set<SubjectID> {
        do {
            return Set(try keys.makeKeys(for: people).map(\.id))
        } catch {
            throw Complaint(error)
        }
    }

    /// Why something cannot be shown: it was erased, or it is not kept any more.
    func gone(_ what: String, _ digest: Digest?) -> Complaint { artifacts.gone(what, digest) }
}

extension ArtifactReader {
    /// Why something cannot be shown: it was erased, or it is not kept any more.
    func gone(_ what: String, _ digest: Digest?) -> Complaint {
        guard let digest, isErased(digest) else { return Complaint("\(what) is not kept any more", status: .failed) }
        return Complaint(
            "\(what) is erased: the key of somebody it is about is gone",
            hint: "daybook log --stream ledger    says when somebody was forgotten", status: .notFound)
    }
}
