public import EventSourcing
public import Events

/// The life of one thing the business knows: versions, one after the other, none ever lost.
///
/// Every event is an observation: a person, an import or an agent says something. The entry's version is the version of
/// its stream, so `pricing@2` names one event.
public struct EntryDecider: Decider {
    public typealias Observation = EntryObservation
    public typealias Decision = NoDecision
    public typealias State = EntryState
    public typealias Rejection = EntryRejection

    public init() {}

    public var initialState: EntryState { EntryState() }

    public func decide(_ observation: EntryObservation, in turn: inout Turn<Self>) throws(EntryRejection) {
        let state = turn.state
        switch observation {
        case .entryAdded:
            guard state.versions.isEmpty else { throw .exists(version: turn.version) }
        case .entryRevised(let event):
            try require(base: event.base, of: state, at: turn.version)
            // The same content again says nothing new, unless it lies in another file now.
            guard state.current != event.content || state.isElsewhere(event.source) else { return }
        case .entryReverted(let event):
            try require(base: event.base, of: state, at: turn.version)
            guard let content = state.content(at: event.to) else { throw .noSuchVersion(event.to) }
            guard event.bad <= turn.version else { throw .noSuchVersion(event.bad) }
            guard state.current != event.content ?? content else { return }
        case .entryRetired(let event):
            try require(base: event.base, of: state, at: turn.version)
            guard state.current != nil else { return }
        case .entryMerged(let event):
            if event.base > 0 || !state.versions.isEmpty {
                try require(base: event.base, of: state, at: turn.version)
            }
            guard !event.merged.isEmpty else { throw .mergesNothing }
        }
        turn.accept(observation)
    }

    private func require(base: StreamVersion, of state: EntryState, at version: StreamVersion) throws(EntryRejection) {
        guard !state.versions.isEmpty else { throw .missing }
        guard base == version else { throw .changedMeanwhile(base: base, now: version) }
    }

    public func evolve(_ state: inout EntryState, observed: EntryObservation, at place: Place) {
        let content: EntryContent? =
            switch observed {
            case .entryAdded(let event): event.content
            case .entryRevised(let event): event.content
            case .entryReverted(let event): event.content ?? state.content(at: event.to)
            case .entryRetired: nil
            case .entryMerged(let event): event.content
            }
        var into = ""
        if case .entryRetired(let event) = observed { into = event.into }
        state.versions.append(
            EntryState.Version(version: place.version, time: place.time, content: content, into: into))
        switch observed {
        case .entryAdded(let event): state.source = event.source
        case .entryRevised(let event): state.source = event.source
        case .entryReverted, .entryRetired, .entryMerged: break
        }
    }

    public func evolve(_ state: inout EntryState, decided: NoDecision, at place: Place) {}
}

/// All versions of an entry.
public struct EntryState: Equatable, Sendable {
    /// One version, and what was known from then on.
    public struct Version: Equatable, Sendable {
        public let version: StreamVersion
        public let time: Timestamp
        /// Nil for a retirement.
        public let content: EntryContent?
        /// The entry that it was merged into; empty for none.
        public let into: String
    }

    public internal(set) var versions: [Version] = []
    /// Who or what said the last thing that was no revert, retirement or merge.
    public internal(set) var source: EntrySource?

    /// What is known now; nil if it never was, or was retired.
    public var current: EntryContent? { versions.last?.content }

    /// Whether a file says it that is not the one which said it last.
    func isElsewhere(_ source: EntrySource) -> Bool {
        if case .file = source, case .file = self.source { source != self.source } else { false }
    }

    /// What was known as of a version; nil if that version does not exist or retired the entry.
    public func content(at version: StreamVersion) -> EntryContent? {
        versions.first { $0.version == version }?.content
    }
}

/// Why a knowledge update is refused.
public enum EntryRejection: Error, Hashable, Sendable {
    case exists(version: StreamVersion)
    case missing
    /// Somebody changed the entry after this update was begun.
    case changedMeanwhile(base: StreamVersion, now: StreamVersion)
    case noSuchVersion(StreamVersion)
    /// A merge of no other entry.
    case mergesNothing
}
