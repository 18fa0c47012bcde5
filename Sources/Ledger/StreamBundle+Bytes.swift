import Wire

// The file. All integers are little endian; nothing follows the last content.
extension StreamBundle {
    static let magic = Array("daybook bundle 1\n".utf8)

    var byteCount: Int {
        Self.magic.count + 16 + checkpoint.bytes.count + records.reduce(0) { $0 + 4 + $1.count } + 32 * hashes.count
            + artifacts.reduce(0) { $0 + 36 + $1.bytes.count }
    }

    public var bytes: [UInt8] {
        var bytes = Self.magic
        bytes.reserveCapacity(byteCount)
        bytes.append(counted: checkpoint.bytes)
        bytes.append(littleEndian: UInt32(records.count))
        for record in records { bytes.append(counted: record) }
        bytes.append(littleEndian: UInt32(hashes.count))
        for hash in hashes { bytes.append(hash) }
        bytes.append(littleEndian: UInt32(artifacts.count))
        for artifact in artifacts {
            bytes.append(artifact.digest)
            bytes.append(counted: artifact.bytes)
        }
        return bytes
    }

    /// - Throws: `ProofFailure.malformed` for bytes that no bundle has.
    public init(_ bytes: [UInt8]) throws(ProofFailure) {
        guard bytes.starts(with: Self.magic) else { throw .malformed("this is no bundle") }
        guard bytes.count <= Self.bytesMax else { throw .malformed("a bundle has at most \(Self.bytesMax) bytes") }
        var rest = BundleReader(bytes[Self.magic.count...])
        guard let checkpoint = SignedCheckpoint(try rest.counted()) else {
            throw .malformed("the bundle does not begin with a signed checkpoint")
        }
        self.checkpoint = checkpoint
        var records: [[UInt8]] = []
        for _ in 0..<(try rest.count(max: Self.eventsMax)) { records.append(try rest.counted()) }
        self.records = records
        var hashes: [Digest] = []
        for _ in 0..<(try rest.count(max: Self.eventsMax * 64)) { hashes.append(try rest.digest()) }
        self.hashes = hashes
        var artifacts: [Artifact] = []
        for _ in 0..<(try rest.count(max: Self.artifactsMax)) {
            artifacts.append(Artifact(digest: try rest.digest(), bytes: try rest.counted()))
        }
        self.artifacts = artifacts
        guard rest.isAtEnd else { throw .malformed("there are bytes behind the end of the bundle") }
    }
}

extension [UInt8] {
    /// The length (4 bytes), then the bytes.
    fileprivate mutating func append(counted bytes: [UInt8]) {
        append(littleEndian: UInt32(bytes.count))
        append(contentsOf: bytes)
    }
}

/// Takes a bundle apart from its beginning. It never reads beyond the end, and makes no room for what is only claimed.
private struct BundleReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    private mutating func take(_ count: Int) throws(ProofFailure) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .malformed("the bundle is cut off") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func number() throws(ProofFailure) -> Int {
        Int(try take(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }

    mutating func count(max: Int) throws(ProofFailure) -> Int {
        let count = try number()
        guard count <= max else { throw .malformed("the bundle claims \(count) of what it can have \(max)") }
        return count
    }

    mutating func counted() throws(ProofFailure) -> [UInt8] { Array(try take(number())) }

    mutating func digest() throws(ProofFailure) -> Digest {
        guard let digest = Digest(Array(try take(32)).span.bytes) else { throw .malformed("the bundle is cut off") }
        return digest
    }
}
