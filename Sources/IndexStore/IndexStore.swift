public import EventSourcing
public import Retrieval
import Synchronization
import Wire

/// The index of what is to be found: segments in mapped files, and in memory what came since.
///
/// Everything in it is made of the log, so it may be removed at any time. What is on the disk is a prefix of the log: a
/// file that is missing, damaged or of another log is left out with all that came after it, `notices` say so, and
/// whoever opened the index adds the changes behind `through` again.
public final class IndexStore: Sendable {
    /// Segments in memory before they are put together.
    public static let memorySegmentsMax = 16
    /// Segments on disk before some are put together, whatever their sizes.
    public static let fileSegmentsMax = 32
    /// Letters of a segment's digest in its name.
    private static let nameLength = 16
    /// How often opening is tried again while another process replaces files.
    static let openingsMax = 5

    /// What the index takes.
    public struct Usage: Sendable, Hashable {
        public let segments: Int
        /// Chunks, of all versions.
        public let documents: Int
        /// In files.
        public let diskBytes: Int
        /// In this process alone; mapped files are not counted.
        public let memoryBytes: Int
    }

    struct State {
        var manifest: Manifest
        /// As it lay in the folder when it was looked at last; nil if there was none, or a damaged one.
        var seen: Manifest?
        var corpus = Corpus()
        /// How many of the corpus's segments are files.
        var files: Int { manifest.segments.count }
        var notices: [String] = []
        /// The log was read up to here.
        var through: Position = 0
    }

    /// Nil for an index in memory alone.
    let folder: String?
    private let chunker: Chunker
    let state: Mutex<State>

    /// Opens the index, or begins a new one.
    ///
    /// - Parameters:
    ///   - folder: its own; made if it is not there, and its parent must be.
    ///   - log: tells one log from another.
    ///   - chunker: an index of texts that were cut otherwise is begun anew.
    public init(_ folder: String, of log: String, chunker: Chunker = Chunker()) throws(IndexFailure) {
        try IndexFiles.makeFolder(folder)
        self.folder = folder
        self.chunker = chunker
        state = Mutex(Self.opened(folder, Manifest(log: log, chunker: Self.describe(chunker))))
    }

    /// An index in memory alone, for where nothing can be written: `save` leaves it as it is.
    public init(of log: String, chunker: Chunker = Chunker()) {
        folder = nil
        self.chunker = chunker
        state = Mutex(State(manifest: Manifest(log: log, chunker: Self.describe(chunker))))
    }

    private static func describe(_ chunker: Chunker) -> String {
        // How terms are made is part of the segments; a name here would be said twice.
        "\(Chunker.version) \(chunker.limits.tokensMax) \(chunker.limits.overlapTokensMax)"
    }

    // MARK: - Reading

    /// Everything there is to be searched now; stays as it is while more is added.
    public var corpus: Corpus { state.withLock { $0.corpus } }

    /// Changes up to this position are in it.
    public var through: Position { state.withLock { $0.through } }

    /// What was found wrong with the files, in words; empty if nothing was.
    public var notices: [String] { state.withLock { $0.notices } }

    /// Documents that are not in files yet.
    public var documentsInMemory: Int {
        state.withLock { state in state.corpus.segments[state.files...].reduce(0) { $0 + $1.documents } }
    }

    public var usage: Usage {
        state.withLock { state in
            let segments = state.corpus.segments
            return Usage(
                segments: segments.count, documents: state.corpus.documents,
                diskBytes: segments[..<state.files].reduce(0) { $0 + $1.byteCount },
                memoryBytes: segments[state.files...].reduce(0) { $0 + $1.byteCount })
        }
    }

    /// Reads every byte of a file. One that is damaged is removed: it would open, for its columns are sound.
    private func check(_ segment: Segment, _ path: String) throws(IndexFailure) {
        do throws(SegmentDamage) {
            try segment.check()
        } catch {
            IndexFiles.remove(path)
            throw IndexFailure(
                "\(path): \(error); what it held is indexed again when the index is opened next")
        }
    }

    // MARK: - Writing

    /// Adds what the log says, in memory: it is found when this returns.
    ///
    /// - Parameters:
    ///   - changes: in the order of the log; those up to `through` are left out.
    ///   - position: the log was read up to here.
    public func add(_ changes: [KnowledgeChange], through position: Position) {
        add(changes, through: position) { _ in }
    }

    /// The same, with vectors.
    ///
    /// - Parameter prepare: gives the new chunks their columns.
    public func add<Failure>(
        _ changes: [KnowledgeChange], through position: Position,
        prepare: (inout SegmentDraft) throws(Failure) -> Void
    ) throws(Failure) {
        let known = through
        var builder = SegmentBuilder(chunker: chunker)
        var isEmpty = true
        for change in changes where change.position > known {
            builder.add(change)
            isEmpty = false
        }
        guard !isEmpty else { return state.withLock { $0.through = max($0.through, position) } }
        var draft = builder.build()
        try prepare(&draft)
        let segment = draft.image.segment()
        state.withLock { state in
            // Another thread may have added the same meanwhile.
            guard state.through == known else { return }
            if state.corpus.segments.count - state.files >= Self.memorySegmentsMax { Self.gather(&state) }
            state.corpus.append(segment)
            state.through = max(position, segment.through)
        }
    }

    /// Puts the last segments in memory together: the small ones often, the large ones seldom, so that hardly anybody
    /// who adds one change waits for many.
    private static func gather(_ state: inout State) {
        let memory = Array(state.corpus.segments[state.files...])
        let sizes = memory.map(\.documents)
        guard let due = due(sizes) ?? smallestNeighbours(sizes) else { return }
        let range = due.lowerBound + state.files..<due.upperBound + state.files
        state.corpus.replace(range, with: state.corpus.merged(range).segment())
    }

    /// Writes what is in memory to the disk, and puts small files together.
    ///
    /// If another process has written meanwhile, its files are taken instead: then `through` says from where on changes
    /// have to be added again.
    ///
    /// - Parameter merging: leaves files as they are if false.
    public func save(merging: Bool = true) throws(IndexFailure) {
        guard folder != nil else { return }
        try update { state throws(IndexFailure) in
            while state.files < state.corpus.segments.count {
                let sizes = state.corpus.segments[state.files...].map(\.documents)
                try replace(state.files..<state.files + Self.fitting(sizes), in: &state)
            }
            while merging, let range = Self.due(state.corpus.segments.map(\.documents)) {
                try replace(range, in: &state)
            }
        }
    }

    /// The last segments that are to be put together: a segment that is not twice as large as what follows it, so that
    /// there are few and each document is moved a few times.
    static func due(_ sizes: [Int]) -> Range<Int>? {
        var first = sizes.count
        var sum = 0
        for place in sizes.indices.reversed() {
            let isSmall = sizes[place] < 2 * sum || sizes.count > fileSegmentsMax
            guard place == sizes.count - 1 || (isSmall && sum + sizes[place] <= Segment.documentsMax) else { break }
            first = place
            sum += sizes[place]
        }
        return sizes.count - first > 1 ? first..<sizes.count : nil
    }

    /// How many segments fit into one, from the first on: that one at least.
    static func fitting(_ sizes: [Int], max documentsMax: Int = Segment.documentsMax) -> Int {
        var sum = 0
        return max(
            1,
            sizes.prefix { size in
                sum += size
                return sum <= documentsMax
            }.count)
    }

    /// The two neighbours that are the smallest together; nil if no two fit into one segment.
    static func smallestNeighbours(_ sizes: [Int], max documentsMax: Int = Segment.documentsMax) -> Range<Int>? {
        let pairs = sizes.indices.dropLast().map { (place: $0, sum: sizes[$0] + sizes[$0 + 1]) }
        return pairs.filter { $0.sum <= documentsMax }.min { $0.sum < $1.sum }.map { $0.place..<$0.place + 2 }
    }

    /// Writes one segment in place of several.
    private func replace(_ range: Range<Int>, in state: inout State) throws(IndexFailure) {
        guard let folder else { return }
        for place in range where place < state.files {
            try check(state.corpus.segments[place], "\(folder)/\(state.manifest.segments[place])")
        }
        let image = state.corpus.merged(range)
        // Another process may make one of the same number, but none of the same name that holds something else.
        let draft = IndexFiles.draft(of: "\(folder)/segment")
        let path = try IndexFiles.write(draft: draft, byteCount: image.byteCount) { room in
            image.write(into: room)
            let digest = "\(Digest.of(UnsafeRawBufferPointer(room)))"
            return "\(folder)/\(digest.prefix(Self.nameLength))\(Manifest.segmentSuffix)"
        }
        state.corpus.replace(range, with: try Self.open(path))
        let files = range.lowerBound..<min(range.upperBound, state.files)
        state.manifest.segments.replaceSubrange(files, with: [String(path.dropFirst(folder.count + 1))])
    }

    /// Changes the files while nobody else does, and then what is known of them.
    private func update(_ change: (inout State) throws(IndexFailure) -> Void) throws(IndexFailure) {
        let result: Result<Void, IndexFailure> = state.withLock { state in
            do throws(IndexFailure) {
                guard let folder else {
                    try change(&state)
                    return .success(())
                }
                try IndexFiles.withLock(on: folder) { () throws(IndexFailure) in
                    // The whole of it: its number begins again where somebody removed the files.
                    if Self.manifest(in: folder) != state.seen { state = Self.opened(folder, state.manifest) }
                    var next = state
                    try change(&next)
                    guard next.manifest != state.manifest || next.through != state.through else { return }
                    next.manifest.generation += 1
                    next.manifest.through = next.through
                    try IndexFiles.replace("\(folder)/\(Manifest.name)", with: next.manifest.text)
                    next.seen = next.manifest
                    state = next
                    Self.removeOthers(than: next.manifest, in: folder)
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Files of the index that its manifest does not name: left by a crash, or replaced.
    private static func removeOthers(than manifest: Manifest, in folder: String) {
        for name in IndexFiles.names(in: folder) where !manifest.segments.contains(name) {
            guard name.hasSuffix(Manifest.segmentSuffix) || name.hasSuffix(IndexFiles.draftSuffix) else { continue }
            IndexFiles.remove("\(folder)/\(name)")
        }
    }

    // MARK: - Opening

    private static func manifest(in folder: String) -> Manifest? {
        IndexFiles.read("\(folder)/\(Manifest.name)").flatMap(Manifest.init)
    }

    static func open(_ path: String) throws(IndexFailure) -> Segment {
        let memory = try IndexFiles.map(path)
        do throws(SegmentDamage) {
            return try Segment(memory)
        } catch {
            throw IndexFailure("\(path): \(error)")
        }
    }

    /// The index as far as its files are sound.
    private static func opened(_ folder: String, _ empty: Manifest) -> State {
        var state = State(manifest: empty)
        state.manifest.segments = []
        state.manifest.through = 0
        for _ in 0..<openingsMax {
            guard let text = IndexFiles.read("\(folder)/\(Manifest.name)") else { return state }
            guard let manifest = Manifest(text) else {
                state.notices = ["\(folder)/\(Manifest.name) is damaged: everything is indexed again"]
                return state
            }
            state.manifest.generation = manifest.generation
            state.seen = manifest
            guard manifest.log == empty.log, manifest.chunker == empty.chunker else {
                let reason = manifest.log == empty.log ? "cut texts otherwise" : "belongs to another log"
                state.notices = ["the index in \(folder) \(reason): everything is indexed again"]
                return state
            }
            state = opened(folder, manifest, empty)
            // While it was opened, another process may have put files together.
            if state.notices.isEmpty || Self.manifest(in: folder) == manifest { break }
        }
        return state
    }

    private static func opened(_ folder: String, _ manifest: Manifest, _ empty: Manifest) -> State {
        var state = State(manifest: manifest, seen: manifest)
        state.manifest.segments = []
        for name in manifest.segments.prefix(Corpus.segmentsMax) {
            do throws(IndexFailure) {
                state.corpus.append(try open("\(folder)/\(name)"))
                state.manifest.segments.append(name)
            } catch {
                state.through = state.corpus.through
                state.notices = [
                    "\(error); what came after position \(state.through) of the log is indexed again"
                ]
                return state
            }
        }
        state.through = manifest.through
        return state
    }
}
