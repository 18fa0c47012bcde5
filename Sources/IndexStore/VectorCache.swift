import Glibc
import Synchronization
public import Wire

/// Vectors that were made once, by what they were made of: a new index asks here before it asks a model.
///
/// One file a model: a header, then records of the same length, each a digest of the text, the vector, and eight bytes
/// that show whether it is whole. Records are only ever added; a torn or damaged one is as if it were not there. Beside
/// it lies a table of the digests, `VectorNames`, so whoever opens it reads only those of the records added since.
public final class VectorCache: Sendable {
    /// The longest vector, in bytes.
    public static let vectorBytesMax = 1 << 16
    /// The most vectors of one file. Whoever makes the index again drops those that no text has any more.
    public static let recordsMax = 1 << 22
    /// Records behind the table, whose digests are read when the file is opened; more are put into it.
    public static let tailMax = 1_024

    static let headerBytes = 64
    static let keyBytes = 32
    private static let magic = Array("daybook vectors1".utf8)
    private static let checkBytes = 8
    /// Read at a time, about.
    static let blockBytes = 1 << 20

    private struct State {
        var names: VectorNames?
        /// The records behind the table.
        var tail: [Digest: Int] = [:]
        /// How many records are known, in the table or in the tail.
        var records = 0
    }

    let descriptor: CInt
    let path: String
    private let vectorBytes: Int
    private let tailMax: Int
    private let state = Mutex(State())

    var recordBytes: Int { Self.keyBytes + vectorBytes + Self.checkBytes }
    var namesPath: String { "\(path.dropLast(Self.suffix.count))\(Self.namesSuffix)" }

    static let suffix = ".vectors"
    static let namesSuffix = ".names"

    /// - Parameters:
    ///   - folder: that of the index, which outlives its segments.
    ///   - model: name, weights and dimensions of what makes the vectors.
    ///   - vectorBytes: of each vector.
    ///   - tailMax: as many records lie behind the table before it is written again.
    public init(
        _ folder: String, model: String, vectorBytes: Int, tailMax: Int = VectorCache.tailMax
    ) throws(IndexFailure) {
        precondition(1...Self.vectorBytesMax ~= vectorBytes, "a vector has 1 to \(Self.vectorBytesMax) bytes")
        try IndexFiles.makeFolder(folder)
        let identity = Digest.of(Array("\(model) \(vectorBytes)".utf8))
        path = "\(folder)/\(identity.short)\(Self.suffix)"
        self.vectorBytes = vectorBytes
        self.tailMax = tailMax
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw IndexFiles.failure("open", path) }
        do throws(IndexFailure) {
            try begin(identity)
            try state.withLock { (state) throws(IndexFailure) in
                try takeNames(&state)
                try read(&state)
            }
        } catch {
            close(descriptor)
            throw error
        }
        // Without room for the table, whoever comes next reads the same again.
        try? gather()
    }

    deinit { close(descriptor) }

    /// How many vectors there are, those that are damaged too.
    public var count: Int { state.withLock { $0.records } }

    /// The vector of a text; nil if it was not made yet.
    public func vector(of text: Digest) -> [UInt8]? {
        let (tail, names) = state.withLock { ($0.tail[text], $0.names) }
        if let tail {
            if let vector = vector(of: text, at: tail) { return vector }
            // It may be made again, and is kept in another place then.
            state.withLock { if $0.tail[text] == tail { $0.tail[text] = nil } }
        }
        return vector(of: text, in: names)
    }

    private func vector(of text: Digest, in names: VectorNames?) -> [UInt8]? {
        for place in names?.places(of: text) ?? [] {
            if let vector = vector(of: text, at: place) { return vector }
        }
        return nil
    }

    private func vector(of text: Digest, at place: Int) -> [UInt8]? {
        var record = [UInt8](repeating: 0, count: recordBytes)
        guard pread(descriptor, &record, record.count, offset(of: place)) == record.count,
            record.starts(with: text.bytes), isWhole(record[...])
        else { return nil }
        return Array(record[Self.keyBytes..<Self.keyBytes + vectorBytes])
    }

    /// Keeps a vector. It outlives the process at once, and a crash of the machine after `flush`.
    public func add(_ vector: [UInt8], of text: Digest) throws(IndexFailure) {
        precondition(vector.count == vectorBytes, "a vector of this model has \(vectorBytes) bytes")
        let record = text.bytes + vector + check(text.bytes + vector)
        try state.withLock { (state) throws(IndexFailure) in
            try IndexFiles.withLock(on: descriptor, path) { () throws(IndexFailure) in
                // Another process may have added some, and this one.
                try read(&state)
                guard state.tail[text] == nil, self.vector(of: text, in: state.names) == nil else { return }
                guard state.records < Self.recordsMax else {
                    throw IndexFailure("\(path) has \(Self.recordsMax) vectors, and that is the most")
                }
                guard pwrite(descriptor, record, record.count, offset(of: state.records)) == record.count else {
                    throw IndexFiles.failure("write", path)
                }
                state.tail[text] = state.records
                state.records += 1
            }
        }
    }

    public func flush() throws(IndexFailure) {
        guard fdatasync(descriptor) == 0 else { throw IndexFiles.failure("flush", path) }
    }

    /// Puts what was added since into the table, if that is much: whoever opens the file next has less to read.
    public func gather() throws(IndexFailure) {
        try state.withLock { (state) throws(IndexFailure) in
            guard state.records > 0, state.tail.count > tailMax else { return }
            var rows = state.names?.rows ?? []
            rows += state.tail.map { ($0.key.word, UInt32($0.value)) }
            rows.sort { ($0.word, $0.record) < ($1.word, $1.record) }
            guard let last = try key(of: state.records - 1) else { return }
            try VectorNames.write(namesPath, records: state.records, last: last, rows: rows)
            let names = VectorNames(namesPath)
            // Another process may have written one of more records; then the tail is read from there on again.
            guard let names, names.records == state.records, names.last == last else { return }
            state.names = names
            state.tail = [:]
        }
    }

    // MARK: - Reading

    func forEachRecord(_ body: (ArraySlice<UInt8>) throws(IndexFailure) -> Void) throws(IndexFailure) {
        try forEachRecord(from: 0, body)
    }

    private func forEachRecord(
        from first: Int, _ body: (ArraySlice<UInt8>) throws(IndexFailure) -> Void
    ) throws(IndexFailure) {
        var block = [UInt8](repeating: 0, count: recordBytes * max(1, Self.blockBytes / recordBytes))
        var place = first
        while true {
            let count = pread(descriptor, &block, block.count, offset(of: place))
            guard count >= 0 else { throw IndexFiles.failure("read", path) }
            guard count >= recordBytes else { return }
            for record in 0..<count / recordBytes {
                try body(block[record * recordBytes..<(record + 1) * recordBytes])
            }
            place += count / recordBytes
        }
    }

    func isWhole(_ record: ArraySlice<UInt8>) -> Bool {
        record.suffix(Self.checkBytes).elementsEqual(check(Array(record.dropLast(Self.checkBytes))))
    }

    private func begin(_ identity: Digest) throws(IndexFailure) {
        try IndexFiles.withLock(on: descriptor, path) { () throws(IndexFailure) in
            let header = Self.magic + identity.bytes + Array(repeating: 0, count: 16)
            var found = [UInt8](repeating: 0, count: Self.headerBytes)
            guard pread(descriptor, &found, found.count, 0) != found.count || found != header else { return }
            // New, or not ours: vectors can be made again.
            guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, header, header.count, 0) == header.count else {
                throw IndexFiles.failure("write", path)
            }
        }
    }

    /// Takes the table, if it is of this file.
    private func takeNames(_ state: inout State) throws(IndexFailure) {
        guard let names = VectorNames(namesPath), names.records > 0, try key(of: names.records - 1) == names.last else {
            return
        }
        state.names = names
        state.records = names.records
    }

    /// Reads the digests of records that are not known yet. Whether a record is whole is seen when it is asked for.
    private func read(_ state: inout State) throws(IndexFailure) {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw IndexFiles.failure("look at", path) }
        let all = (Int(info.st_size) - Self.headerBytes) / recordBytes
        guard all > state.records else { return }
        try forEachRecord(from: state.records) { record throws(IndexFailure) in
            if let key = Digest(record.prefix(Self.keyBytes)) { state.tail[key] = state.records }
            state.records += 1
        }
    }

    private func key(of place: Int) throws(IndexFailure) -> Digest? {
        var bytes = [UInt8](repeating: 0, count: Self.keyBytes)
        let count = pread(descriptor, &bytes, bytes.count, offset(of: place))
        guard count >= 0 else { throw IndexFiles.failure("read", path) }
        return count == bytes.count ? Digest(bytes[...]) : nil
    }

    private func offset(of place: Int) -> off_t { off_t(Self.headerBytes + place * recordBytes) }

    private func check(_ bytes: [UInt8]) -> [UInt8] { Array(Digest.of(bytes).bytes.prefix(Self.checkBytes)) }
}
