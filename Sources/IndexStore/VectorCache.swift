import Glibc
import Synchronization
public import Wire

/// Vectors that were made once, by what they were made of: a new index asks here before it asks a model.
///
/// One file a model: a header, then records of the same length, each a digest of the text, the vector, and eight bytes
/// that show whether it is whole. Records are only ever added; a torn or damaged one is as if it were not there.
public final class VectorCache: Sendable {
    /// The longest vector, in bytes.
    public static let vectorBytesMax = 1 << 16

    private static let magic = Array("daybook vectors1".utf8)
    private static let headerBytes = 64
    private static let keyBytes = 32
    private static let checkBytes = 8
    /// Read at a time, about.
    private static let blockBytes = 1 << 20

    private struct State {
        var places: [Digest: Int] = [:]
        /// Where the next record goes.
        var end: Int
    }

    private let descriptor: CInt
    private let path: String
    private let vectorBytes: Int
    private let state: Mutex<State>

    private var recordBytes: Int { Self.keyBytes + vectorBytes + Self.checkBytes }

    /// - Parameters:
    ///   - folder: that of the index, which outlives its segments.
    ///   - model: name, weights and dimensions of what makes the vectors.
    ///   - vectorBytes: of each vector.
    public init(_ folder: String, model: String, vectorBytes: Int) throws(IndexFailure) {
        precondition(1...Self.vectorBytesMax ~= vectorBytes, "a vector has 1 to \(Self.vectorBytesMax) bytes")
        try IndexFiles.makeFolder(folder)
        let identity = Digest.of(Array("\(model) \(vectorBytes)".utf8))
        path = "\(folder)/\(identity.short).vectors"
        self.vectorBytes = vectorBytes
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw IndexFiles.failure("open", path) }
        state = Mutex(State(end: Self.headerBytes))
        do throws(IndexFailure) {
            try begin(identity)
            try state.withLock { (state) throws(IndexFailure) in try read(&state) }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// How many vectors there are.
    public var count: Int { state.withLock { $0.places.count } }

    /// The vector of a text; nil if it was not made yet.
    public func vector(of text: Digest) -> [UInt8]? {
        guard let place = state.withLock({ $0.places[text] }) else { return nil }
        var record = [UInt8](repeating: 0, count: recordBytes)
        guard pread(descriptor, &record, record.count, off_t(place)) == record.count, isWhole(record[...]) else {
            // It may be made again, and is kept in another place then.
            state.withLock { if $0.places[text] == place { $0.places[text] = nil } }
            return nil
        }
        return Array(record[Self.keyBytes..<Self.keyBytes + vectorBytes])
    }

    /// Keeps a vector. It outlives the process at once, and a crash of the machine after `flush`.
    public func add(_ vector: [UInt8], of text: Digest) throws(IndexFailure) {
        precondition(vector.count == vectorBytes, "a vector of this model has \(vectorBytes) bytes")
        let record = text.bytes + vector + check(text.bytes + vector)
        try state.withLock { (state) throws(IndexFailure) in
            guard state.places[text] == nil else { return }
            try IndexFiles.withLock(on: descriptor, path) { () throws(IndexFailure) in
                // Another process may have added some.
                try read(&state)
                guard pwrite(descriptor, record, record.count, off_t(state.end)) == record.count else {
                    throw IndexFiles.failure("write", path)
                }
                state.places[text] = state.end
                state.end += record.count
            }
        }
    }

    public func flush() throws(IndexFailure) {
        guard fdatasync(descriptor) == 0 else { throw IndexFiles.failure("flush", path) }
    }

    /// Reads every record.
    ///
    /// - Returns: how many are whole, and how many are damaged. What an end that was cut off holds counts as nothing.
    public func check() throws(IndexFailure) -> (whole: Int, damaged: Int) {
        var counts = (whole: 0, damaged: 0)
        try forEachRecord { record throws(IndexFailure) in
            if isWhole(record) { counts.whole += 1 } else { counts.damaged += 1 }
        }
        return counts
    }

    /// Writes the file anew with what is whole. Other processes, and this one, see it when they open it next.
    public func mend() throws(IndexFailure) {
        try IndexFiles.withLock(on: descriptor, path) { () throws(IndexFailure) in
            let draft = "\(path).\(getpid()).new"
            let new = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard new >= 0 else { throw IndexFiles.failure("write", draft) }
            defer { close(new) }
            do throws(IndexFailure) {
                var header = [UInt8](repeating: 0, count: Self.headerBytes)
                guard pread(descriptor, &header, header.count, 0) == header.count else {
                    throw IndexFiles.failure("read", path)
                }
                var part = header
                func write() throws(IndexFailure) {
                    guard Glibc.write(new, part, part.count) == part.count else {
                        throw IndexFiles.failure("write", draft)
                    }
                    part.removeAll(keepingCapacity: true)
                }
                try forEachRecord { record throws(IndexFailure) in
                    guard isWhole(record) else { return }
                    part += record
                    if part.count >= Self.blockBytes { try write() }
                }
                try write()
                guard fdatasync(new) == 0, rename(draft, path) == 0 else { throw IndexFiles.failure("write", path) }
            } catch {
                IndexFiles.remove(draft)
                throw error
            }
        }
    }

    private func forEachRecord(_ body: (ArraySlice<UInt8>) throws(IndexFailure) -> Void) throws(IndexFailure) {
        var block = [UInt8](repeating: 0, count: recordBytes * max(1, Self.blockBytes / recordBytes))
        var place = Self.headerBytes
        while true {
            let count = pread(descriptor, &block, block.count, off_t(place))
            guard count >= 0 else { throw IndexFiles.failure("read", path) }
            guard count >= recordBytes else { return }
            for record in 0..<count / recordBytes {
                try body(block[record * recordBytes..<(record + 1) * recordBytes])
            }
            place += count / recordBytes * recordBytes
        }
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

    /// Reads the keys of records that are not known yet. Whether a record is whole is seen when it is asked for.
    private func read(_ state: inout State) throws(IndexFailure) {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw IndexFiles.failure("look at", path) }
        let size = Int(info.st_size)
        var block = [UInt8](repeating: 0, count: recordBytes * max(1, Self.blockBytes / recordBytes))
        while state.end + recordBytes <= size {
            let count = pread(descriptor, &block, block.count, off_t(state.end))
            guard count >= recordBytes else { return }
            for record in 0..<count / recordBytes {
                let bytes = block[record * recordBytes..<(record + 1) * recordBytes]
                if let key = Digest(bytes.prefix(Self.keyBytes)) { state.places[key] = state.end }
                state.end += recordBytes
            }
        }
    }

    private func isWhole(_ record: ArraySlice<UInt8>) -> Bool {
        record.suffix(Self.checkBytes).elementsEqual(check(Array(record.dropLast(Self.checkBytes))))
    }

    private func check(_ bytes: [UInt8]) -> [UInt8] { Array(Digest.of(bytes).bytes.prefix(Self.checkBytes)) }
}

extension Digest {
    fileprivate init?(_ bytes: ArraySlice<UInt8>) {
        self.init(Array(bytes).span.bytes)
    }
}
