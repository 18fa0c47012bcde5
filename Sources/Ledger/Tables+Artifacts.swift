import LMDB
import Wire

// MARK: - Looking up
extension Tables {
    func runs(in transaction: borrowing some Readable & ~Copyable) throws -> ArtifactRuns {
        guard let row = try transaction.value(for: "artifact runs".utf8.span.bytes, in: meta) else {
            return ArtifactRuns()
        }
        guard let runs = ArtifactRuns(row) else { throw LedgerError.damaged("the list of artifact runs is damaged") }
        return runs
    }

    /// The sequence of an artifact that is in a run; nil if it is in none.
    func sequence(
        of digest: Wire.Digest, in runs: ArtifactRuns, _ transaction: borrowing some Readable & ~Copyable
    ) throws -> UInt64? {
        for run in runs.runs.reversed() {
            let place = try place(of: digest, in: run, transaction)
            if let entry = place.entry, entry.digest == digest { return entry.sequence }
        }
        return nil
    }

    /// The sequence of an artifact, also of one that is in no run yet; nil if it is not kept.
    func sequence(
        of digest: Wire.Digest, in transaction: borrowing some Readable & ~Copyable
    ) throws -> UInt64? {
        let runs = try runs(in: transaction)
        if let sequence = try sequence(of: digest, in: runs, transaction) { return sequence }
        var found: UInt64?
        try forEachArtifact(behind: runs.indexed, in: transaction) { if $0.digest == digest { found = $0.sequence } }
        return found
    }

    /// The digests with a prefix, sorted, at most `limit`.
    func digests(
        from start: Wire.Digest, while isWanted: (Wire.Digest) -> Bool, limit: Int,
        in transaction: borrowing some Readable & ~Copyable
    ) throws -> [Wire.Digest] {
        let runs = try runs(in: transaction)
        var found: Set<Wire.Digest> = []
        for run in runs.runs {
            var (row, index, _) = try place(of: start, in: run, transaction)
            var count = 0
            search: while row < run.rows, count < limit {
                let entries = try entries(ofRow: row, in: run, transaction)
                for entry in entries.dropFirst(index) {
                    guard isWanted(entry.digest), count < limit else { break search }
                    found.insert(entry.digest)
                    count += 1
                }
                (row, index) = (row + 1, 0)
            }
        }
        try forEachArtifact(behind: runs.indexed, in: transaction) { entry in
            if entry.digest >= start, isWanted(entry.digest) { found.insert(entry.digest) }
        }
        return Array(found.sorted().prefix(limit))
    }

    /// The artifacts behind a sequence, in order.
    func forEachArtifact(
        behind sequence: UInt64, in transaction: borrowing some Readable & ~Copyable,
        _ body: (ArtifactRuns.Entry) throws -> Void
    ) throws {
        var cursor = try transaction.cursor(in: artifacts)
        var more = try cursor.seek(atOrAfter: sequence + 1)
        while more {
            guard cursor.value.byteCount >= 32, let digest = Wire.Digest(cursor.value.extracting(0..<32)) else {
                throw LedgerError.damaged("the artifact number \(cursor.key) is damaged")
            }
            try body(ArtifactRuns.Entry(digest: digest, sequence: cursor.key))
            more = try cursor.next()
        }
    }

    /// What an artifact's row says of itself; nil if there is none, or it is too short.
    func digest(
        ofArtifact sequence: UInt64, in transaction: borrowing some Readable & ~Copyable
    ) throws -> Wire.Digest? {
        guard let row = try transaction.value(for: sequence, in: artifacts), row.byteCount >= 32 else { return nil }
        return Wire.Digest(row.extracting(0..<32))
    }

    /// One row of a run.
    func entries(
        ofRow row: UInt64, in run: ArtifactRuns.Run, _ transaction: borrowing some Readable & ~Copyable
    ) throws -> [ArtifactRuns.Entry] {
        guard let bytes = try transaction.value(for: run.key(row), in: artifactRuns),
            bytes.byteCount > 0, bytes.byteCount.isMultiple(of: ArtifactRuns.Entry.byteCount)
        else { throw LedgerError.damaged("the artifact run \(run.id) has lost its row \(row)") }
        return (0..<bytes.byteCount / ArtifactRuns.Entry.byteCount).map { ArtifactRuns.Entry(bytes, at: $0) }
    }
}

// MARK: - Searching one run
extension Tables {
    /// The first entry at or behind a digest: its row, its index there, and what it is; nil behind the last one.
    ///
    /// Digests are spread evenly, so the row is guessed, and the guess is out by a few rows.
    private func place(
        of digest: Wire.Digest, in run: ArtifactRuns.Run, _ transaction: borrowing some Readable & ~Copyable
    ) throws -> (row: UInt64, index: Int, entry: ArtifactRuns.Entry?) {
        // The rows below `low` end before the digest; the row `high` and those above do not.
        var (low, high) = (UInt64(0), run.rows)
        var guess = digest.leadingWord.multipliedFullWidth(by: run.rows).high
        var step: UInt64 = 1
        while low < high {
            guess = min(max(guess, low), high - 1)
            if try last(ofRow: guess, in: run, transaction).digest < digest {
                low = guess + 1
                guess = guess + step
            } else {
                high = guess
                guess = guess > step ? guess - step : 0
            }
            step *= 2
            if step > 8 { guess = low + (high - low) / 2 }
        }
        guard low < run.rows else { return (low, 0, nil) }
        let entries = try entries(ofRow: low, in: run, transaction)
        let index = entries.firstIndex { $0.digest >= digest } ?? entries.count
        return (low, index, index < entries.count ? entries[index] : nil)
    }

    private func last(
        ofRow row: UInt64, in run: ArtifactRuns.Run, _ transaction: borrowing some Readable & ~Copyable
    ) throws -> ArtifactRuns.Entry {
        guard let bytes = try transaction.value(for: run.key(row), in: artifactRuns),
            bytes.byteCount >= ArtifactRuns.Entry.byteCount
        else { throw LedgerError.damaged("the artifact run \(run.id) has lost its row \(row)") }
        return ArtifactRuns.Entry(bytes, at: bytes.byteCount / ArtifactRuns.Entry.byteCount - 1)
    }
}

extension Wire.Digest {
    /// The first eight bytes as people read them.
    var leadingWord: UInt64 { withBytes { $0.loadUnaligned(as: UInt64.self) }.bigEndian }
}

// MARK: - Writing
extension Tables {
    /// Writes a run of sorted entries, and the list of all runs.
    func write(
        _ run: ArtifactRuns.Run, _ entries: [ArtifactRuns.Entry], of runs: ArtifactRuns,
        in transaction: inout WriteTransaction
    ) throws {
        var bytes: [UInt8] = []
        for row in 0..<run.rows {
            bytes.removeAll(keepingCapacity: true)
            let start = Int(row) * ArtifactRuns.entriesPerRow
            for entry in entries[start..<min(start + ArtifactRuns.entriesPerRow, entries.count)] {
                bytes.append(entry.digest)
                bytes.append(littleEndian: entry.sequence)
            }
            try transaction.append(bytes.span.bytes, for: run.key(row), to: artifactRuns)
        }
        try transaction.put(runs.bytes.span.bytes, for: "artifact runs".utf8.span.bytes, in: meta)
    }

    /// Puts one run in the place of several.
    func merge(
        _ merged: [ArtifactRuns.Run], of runs: inout ArtifactRuns, in transaction: inout WriteTransaction
    ) throws {
        var all: [ArtifactRuns.Entry] = []
        for run in merged {
            for row in 0..<run.rows { all += try entries(ofRow: row, in: run, transaction) }
        }
        all.sort()
        try write(runs.merge(merged), all, of: runs, in: &transaction)
        for run in merged {
            for row in 0..<run.rows { try transaction.delete(run.key(row), from: artifactRuns) }
        }
    }
}
