import LMDB
import Wire

/// Where artifacts lie, by digest: sorted runs, each written once and in order of key.
///
/// Digests are random, so a B-tree with a row for each would dirty one page for each artifact: measured at 64
/// appenders it takes the log from 42,000 to 12,000 commits a second. Runs are merged as they grow in number
/// (a log-structured merge), so an entry is written again about once for each factor of four.
///
/// The artifacts behind the last indexed one, fewer than `entriesPerRunMin` after any commit, are in no run; they are
/// looked through one by one.
struct ArtifactRuns: Equatable {
    /// So many artifacts are waited for before a run is written.
    static let entriesPerRunMin = 256
    /// Runs of about one size before they are merged into one.
    static let runsPerLevelMax = 4
    /// A row of this many entries stays inside its page.
    static let entriesPerRow = 50

    /// Digests and sequences, in order of digest.
    struct Run: Equatable {
        let id: UInt32
        /// How often its entries were merged.
        let level: UInt32
        let entries: UInt64

        var rows: UInt64 { (entries + UInt64(entriesPerRow) - 1) / UInt64(entriesPerRow) }

        /// The key of one of its rows.
        func key(_ row: UInt64) -> UInt64 { UInt64(id) << 32 | row }
    }

    /// One artifact's place.
    struct Entry: Equatable, Comparable {
        static let byteCount = 40

        let digest: Wire.Digest
        let sequence: UInt64

        static func < (a: Entry, b: Entry) -> Bool {
            a.digest == b.digest ? a.sequence < b.sequence : a.digest < b.digest
        }
    }

    /// Oldest first.
    private(set) var runs: [Run] = []
    private(set) var nextID: UInt32 = 1

    init() {}

    /// Artifacts up to this sequence are in a run.
    var indexed: UInt64 { runs.reduce(0) { $0 + $1.entries } }

    /// The runs to be merged next; nil if there are few enough of every size.
    var mergeable: [Run]? {
        for run in runs.reversed() {
            let same = runs.filter { $0.level == run.level }
            if same.count >= Self.runsPerLevelMax { return same }
        }
        return nil
    }

    /// A run of entries that are in none yet.
    mutating func add(_ entries: Int) -> Run { add(entries: UInt64(entries), level: 0, instead: []) }

    /// One run in place of several.
    mutating func merge(_ merged: [Run]) -> Run {
        add(
            entries: merged.reduce(0) { $0 + $1.entries }, level: (merged.map(\.level).max() ?? 0) + 1,
            instead: merged)
    }

    private mutating func add(entries: UInt64, level: UInt32, instead: [Run]) -> Run {
        let run = Run(id: nextID, level: level, entries: entries)
        runs.removeAll { instead.contains($0) }
        runs.append(run)
        nextID += 1
        return run
    }
}

// MARK: - As kept
extension ArtifactRuns {
    /// The next id, then id, level and entries of each run, little endian.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: nextID)
        for run in runs {
            bytes.append(littleEndian: run.id)
            bytes.append(littleEndian: run.level)
            bytes.append(littleEndian: run.entries)
        }
        return bytes
    }

    init?(_ bytes: RawSpan) {
        guard bytes.byteCount % 16 == 4 else { return nil }
        nextID = bytes.littleEndian(at: 0)
        for offset in stride(from: 4, to: bytes.byteCount, by: 16) {
            runs.append(
                Run(
                    id: bytes.littleEndian(at: offset), level: bytes.littleEndian(at: offset + 4),
                    entries: bytes.littleEndian(at: offset + 8)))
        }
    }
}

extension ArtifactRuns.Entry {
    init(_ row: RawSpan, at index: Int) {
        let start = index * Self.byteCount
        digest = Wire.Digest(
            a: row.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self),
            b: row.unsafeLoadUnaligned(fromByteOffset: start + 8, as: UInt64.self),
            c: row.unsafeLoadUnaligned(fromByteOffset: start + 16, as: UInt64.self),
            d: row.unsafeLoadUnaligned(fromByteOffset: start + 24, as: UInt64.self))
        sequence = row.littleEndian(at: start + 32)
    }
}
