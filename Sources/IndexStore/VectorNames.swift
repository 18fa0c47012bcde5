import Wire

/// Where the vectors of texts stand in the file of a `VectorCache`: sorted and mapped, so that opening it reads hardly
/// anything, however many there are.
///
/// A header, then the first eight bytes of each text's digest in rising order, then the number of each one's record. It
/// is made of the vectors' file, and may be removed. Whoever looks a record up compares its whole digest, so a damaged
/// table makes a vector be made again, and never gives a wrong one.
struct VectorNames {
    private static let magic = Array("daybook names  1".utf8)
    private static let headerBytes = 80
    private static let checkBytes = 8
    private static let rowBytes = 12

    /// Those before this one are in it.
    let records: Int
    /// Of the last of them: the table of another file has another.
    let last: Digest
    private let memory: SharedBytes
    private let count: Int

    /// Nil if there is none, or if it is no whole table.
    init?(_ path: String) {
        guard let memory = try? IndexFiles.map(path), memory.count >= Self.headerBytes else { return nil }
        self.memory = memory
        let header = memory.withBytes { Array($0.prefix(Self.headerBytes)) }
        guard header.starts(with: Self.magic), let last = Digest(header[32..<64]),
            header[72...].elementsEqual(Self.check(header[..<72]))
        else { return nil }
        self.last = last
        count = Int(truncatingIfNeeded: Self.number(in: memory, at: 16))
        records = Int(truncatingIfNeeded: Self.number(in: memory, at: 24))
        guard 0...VectorCache.recordsMax ~= count, 0...VectorCache.recordsMax ~= records,
            memory.count == Self.headerBytes + Self.rowBytes * count
        else { return nil }
    }

    /// Writes the table of everything up to a record.
    static func write(
        _ path: String, records: Int, last: Digest, rows: [(word: UInt64, record: UInt32)]
    ) throws(IndexFailure) {
        var header = magic + bytes(UInt64(rows.count)) + bytes(UInt64(records)) + last.bytes
        var body: [UInt8] = []
        body.reserveCapacity(rows.count * rowBytes)
        for row in rows { withUnsafeBytes(of: row.word.littleEndian) { body.append(contentsOf: $0) } }
        for row in rows { withUnsafeBytes(of: row.record.littleEndian) { body.append(contentsOf: $0) } }
        header += check(body[...])
        header += check(header[...])
        try IndexFiles.write(path, byteCount: header.count + body.count) { room in
            room.copyBytes(from: header)
            UnsafeMutableRawBufferPointer(rebasing: room[header.count...]).copyBytes(from: body)
        }
    }

    /// The records whose texts may be this one, the newest first.
    func places(of text: Digest) -> [Int] {
        let word = text.word
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self.word(middle) < word { low = middle + 1 } else { high = middle }
        }
        var found: [Int] = []
        while low < count, self.word(low) == word {
            found.append(record(low))
            low += 1
        }
        return found.sorted(by: >)
    }

    /// What it says, to be written again with more.
    var rows: [(word: UInt64, record: UInt32)] {
        (0..<count).map { (word($0), UInt32(truncatingIfNeeded: record($0))) }
    }

    /// Whether every byte is as it was written.
    var isWhole: Bool {
        let bytes = memory.withBytes { Array($0) }
        return Self.check(bytes[Self.headerBytes...]).elementsEqual(bytes[64..<72])
    }

    private func word(_ row: Int) -> UInt64 { Self.number(in: memory, at: Self.headerBytes + 8 * row) }

    private func record(_ row: Int) -> Int {
        memory.withBytes {
            Int(
                UInt32(
                    littleEndian: $0.loadUnaligned(
                        fromByteOffset: Self.headerBytes + 8 * count + 4 * row, as: UInt32.self)))
        }
    }

    private static func number(in memory: SharedBytes, at place: Int) -> UInt64 {
        memory.withBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)) }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }

    private static func check(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        Digest.of(Array(bytes)).bytes.prefix(checkBytes)
    }
}

extension Digest {
    init?(_ bytes: ArraySlice<UInt8>) {
        self.init(Array(bytes).span.bytes)
    }
}
