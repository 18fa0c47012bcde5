import Coordinator
import EventSourcing
import Events
import Jobs
import Wire

/// A job replayed on this build, from the ledger alone.
///
/// It holds nothing that could act: no permit is minted, no executor is there, and the log is only read.
struct JobReplay {
    enum Verdict: Equatable {
        case reproduced
        /// Why it cannot be judged: something is not kept any more, or the rules are too old. This is no fault.
        case notCheckable(String)
        case diverged

        var name: String {
            switch self {
            case .reproduced: "reproduced"
            case .notCheckable: "not_checkable"
            case .diverged: "diverged"
            }
        }
    }

    /// A request to an agent, built again.
    struct Request {
        let step: String
        let version: StreamVersion
        let position: Position
        let recorded: Digest
        /// Nil if it cannot be built.
        let rebuilt: Digest?
        /// It cannot be built because something in it was erased.
        let isErased: Bool
        /// The answer of the recorded call in a few words, for a reader of sources.
        let read: String?

        var isSame: Bool { rebuilt == recorded }
    }

    /// The mails of an effect, made again.
    struct Mail {
        let step: String
        let position: Position
        /// Of the first message, or of the batch without one.
        let digest: Digest
        let messages: Int
        /// Messages that do not come out the same; nil if they cannot be made.
        let differing: Int?
        /// They cannot be made because something in them was erased.
        let isErased: Bool

        var isSame: Bool { differing == 0 }
    }

    /// Why a job cannot be judged: something that it needs was erased, or its key is not here.
    static let erased = "erased"

    let history: JobHistory
    let observations: Int
    let decisions: Int
    let same: Int
    let divergences: [Replay<JobDecider>.Divergence]
    /// The observations of turns that cannot be judged, because something they need was erased.
    let unchecked: [Position]
    let requests: [Request]
    let mails: [Mail]
    let verdict: Verdict

    var job: String { history.job }

    /// - Parameters:
    ///   - artifacts: the contents of the log, and those that a substitution names.
    ///   - substitution: what to put in the place of what the job pinned.
    /// - Throws: `Complaint` if there is no such job, or if it cannot be read.
    init(
        _ job: String, in log: some EventLog, _ artifacts: some ArtifactReader, with substitution: Substitution? = nil
    ) throws {
        try self.init(JobHistory(job, in: log), artifacts, with: substitution)
    }

    /// - Throws: `Complaint` if an event is not understood by this build.
    init(_ history: JobHistory, _ artifacts: some ArtifactReader, with substitution: Substitution? = nil) throws {
        self.history = history
        let watched = WatchedArtifacts(artifacts)
        let decider = JobDecider(artifacts: watched)
        let change = substitution ?? Substitution()
        do {
            let replay = try Replay(
                decider, history.records, substituting: change.callAsFunction, hasMetErased: watched.takeErased)
            (observations, decisions, same) = (replay.observations, replay.decisions, replay.same)
            divergences = replay.divergences
            unchecked = replay.unchecked
        } catch {
            throw Complaint(error)
        }
        requests = Self.requests(history, change.records(history.records), watched)
        // Mails are made of what was recorded, whatever else is asked for.
        mails = substitution == nil ? Self.mails(history, watched) : []
        let isExact =
            divergences.isEmpty && requests.allSatisfy { $0.isSame || $0.isErased }
            && mails.allSatisfy { $0.isSame || $0.isErased }
        let isWhole = unchecked.isEmpty && !requests.contains(where: \.isErased) && !mails.contains(where: \.isErased)
        if isExact {
            verdict = isWhole ? .reproduced : .notCheckable(Self.erased)
        } else {
            verdict = Self.excuse(history, watched, change).map { .notCheckable($0) } ?? .diverged
        }
    }

    private static func requests(
        _ history: JobHistory, _ records: [RecordedEvent], _ artifacts: WatchedArtifacts
    ) -> [Request] {
        let decider = JobDecider(artifacts: artifacts)
        return history.items.compactMap { item in
            guard let call = item.call else { return nil }
            let built = decider.request(of: item.version, in: Array(records.prefix(Int(item.version))))
            return Request(
                step: item.step ?? "", version: item.version, position: item.position, recorded: call.request,
                rebuilt: built?.digest, isErased: artifacts.takeErased() && built == nil,
                read: call.provider == .read ? answer(to: item.version, history, artifacts) : nil)
        }
    }

    private static func answer(
        to call: StreamVersion, _ history: JobHistory, _ artifacts: some ArtifactReader
    ) -> String? {
        let response = history.items.lazy.compactMap { item -> Digest? in
            guard let ended = item.ended, ended.call == call, case .completed(let done) = ended.outcome else {
                return nil
            }
            return done.response
        }.first
        return response.flatMap { artifacts.bytes($0) }.flatMap { try? JSON(parsing: $0) }.map {
            OutputSummary.text($0)
        }
    }

    private static func mails(_ history: JobHistory, _ artifacts: WatchedArtifacts) -> [Mail] {
        history.items.compactMap { item in
            guard let effect = item.prepared else { return nil }
            let mail = RebuiltMail(effect: item.version, in: history, artifacts)
            return Mail(
                step: effect.step, position: item.position,
                digest: mail?.batch.deliveries.first?.message ?? effect.exact,
                messages: Int(effect.deliveries), differing: mail?.differing.count,
                isErased: artifacts.takeErased() && mail == nil)
        }
    }

    /// Why a difference says nothing about this build; nil if it does.
    private static func excuse(_ history: JobHistory, _ artifacts: WatchedArtifacts, _ change: Substitution) -> String?
    {
        let rules = history.items.compactMap { item -> UInt32? in
            switch item.event {
            case .observed(.jobQueued(let event)): change.rules ?? event.rules
            case .observed(.jobRepinned(let event)): change.rules ?? event.rules
            default: nil
            }
        }
        if let strange = rules.first(where: { !(Rules.oldest...Rules.latest ~= $0) }) {
            return "it pins rules \(strange), which this build does not know"
        }
        guard !artifacts.missing.isEmpty else { return nil }
        let manifests = history.items.compactMap { item -> Digest? in
            switch item.event {
            case .observed(.jobQueued(let event)): change.manifest ?? event.manifest
            case .observed(.jobRepinned(let event)): change.manifest ?? event.manifest
            default: nil
            }
        }
        if manifests.contains(where: { PinnedDefinitions(manifest: $0, from: artifacts) == nil }) {
            return "its definitions are not kept any more"
        }
        // What no event names was never kept: a decider that looks for it is no excuse.
        let isNamed = artifacts.missing.contains { digest in
            history.records.contains { $0.payload.contains(digest.bytes) }
        }
        return isNamed ? "contents that it needs are not kept any more" : nil
    }
}
