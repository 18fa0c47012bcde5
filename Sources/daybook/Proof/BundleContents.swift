import Coordinator
import EventSourcing
import Jobs
import Ledger
import Sealing
import Wire

/// Which contents go along with a job: those that its events name, and those that driving it again reads.
enum BundleContents {
    /// - Throws: `Complaint` if an event is not understood by this build.
    static func digests(of history: JobHistory, _ artifacts: some ArtifactReader) throws -> Set<Digest> {
        let watched = WatchedArtifacts(artifacts)
        _ = try JobReplay(history, watched)
        return try named(by: history, in: artifacts).kept.union(watched.found).union(watched.erased)
    }

    /// What the events of a job name: contents that are kept, and hashes of what is not.
    static func named(
        by history: JobHistory, in artifacts: some ArtifactReader
    ) throws -> (kept: Set<Digest>, others: Set<Digest>) {
        var kept: Set<Digest> = []
        var others: Set<Digest> = []
        for record in history.records {
            for content in try NamedContents(record, in: artifacts).contents {
                let isKept = artifacts.stored(content.digest) != nil
                if isKept { kept.insert(content.digest) } else { others.insert(content.digest) }
            }
        }
        return (kept, others)
    }
}

/// Contents at hand, in the place of a ledger's. Keys of people never leave their workspace: what is sealed stays so.
struct ContentsAtHand: ArtifactReader {
    let contents: [Digest: [UInt8]]

    func bytes(_ digest: Digest) -> [UInt8]? { stored(digest).flatMap { keyring.open($0) } }
    func stored(_ digest: Digest) -> [UInt8]? { contents[digest] }
}
