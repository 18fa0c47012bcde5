/// What was acknowledged: everything in it is flushed.
///
/// It cannot be copied, so a permit cannot be minted twice from one commit by handing the receipt around.
public struct Receipt: ~Copyable, Sendable {
    public let id: CommitID
    /// The position of the commit's first event.
    public let first: Position
    /// The position of the commit's last event.
    public let last: Position
    /// The streams written to, with their versions before and after.
    public let streams: [Written]
    /// Whether this commit had been taken before, under the same id: nothing was written this time.
    public let isRepeat: Bool
    private var minted: Set<Request> = []

    /// A stream that the commit wrote to.
    public struct Written: Sendable, Hashable {
        public let stream: StreamName
        public let before: StreamVersion
        public let after: StreamVersion

        public init(stream: StreamName, before: StreamVersion, after: StreamVersion) {
            self.stream = stream
            self.before = before
            self.after = after
        }
    }

    private struct Request: Hashable, Sendable {
        let stream: StreamName
        let version: StreamVersion
    }

    /// For the room `Ledger` alone; `tools/tidy` sees to it.
    @_spi(Minting)
    public init(id: CommitID, first: Position, last: Position, streams: [Written], isRepeat: Bool) {
        self.id = id
        self.first = first
        self.last = last
        self.streams = streams
        self.isRepeat = isRepeat
    }

    /// The permit for a request that this commit made durable; nil if it did not, or if it was minted already.
    ///
    /// A repeated commit mints nothing: whoever held its first receipt may have acted. Nor does what was imported:
    /// it is somebody else's past.
    public mutating func permit(for stream: StreamName, at version: StreamVersion) -> Permit<Live>? {
        guard !isRepeat, stream.category != "import",
            streams.contains(where: { $0.stream == stream && $0.before < version && version <= $0.after }),
            minted.insert(Request(stream: stream, version: version)).inserted
        else { return nil }
        return Permit(stream: stream, version: version)
    }
}
