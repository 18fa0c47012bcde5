import Documents
import Events

/// Reads the files of an import, each once and on all processors, but those that are known to be as they were.
struct ImportReading: ~Copyable {
    /// Files that are read at once: so many, and so many bytes. A larger file is read piece by piece.
    static let filesAtOnce = 256
    static let bytesAtOnce: UInt64 = 8 << 20

    private(set) var plan: ImportPlan
    /// What is to be written, in the order of the files.
    private var spill: ImportSpill
    /// Files that are as they were, with what they say, by the file's number.
    private(set) var settled: [Int: [SeenFiles.Item]] = [:]
    /// What has been read, in bytes.
    private(set) var bytes: UInt64 = 0

    private let reader: ImportReader

    init(
        _ files: [ImportFile], _ reader: ImportReader, sources: ImportedSources, whereabouts: Whereabouts,
        in folder: String
    ) {
        self.reader = reader
        plan = ImportPlan(files, sources: sources, whereabouts: whereabouts)
        spill = ImportSpill(in: folder)
    }

    /// - Parameters:
    ///   - seen: what files said that were read before.
    ///   - progress: called now and then with the number of files that are done.
    mutating func run(
        _ seen: SeenFiles?, _ sources: ImportedSources, progress: (Int, UInt64) throws -> Void
    ) async throws {
        // A file that is as it was keeps its entry, whatever comes beside it.
        for (index, file) in plan.files.enumerated() where reader.ours[file.name] == nil {
            guard let known = seen?.items(of: file), sources.say(known) else { continue }
            settled[index] = known
            for item in known { plan.claim(item.entry, item.line, item.place, of: index) }
        }
        var done = settled.count
        for part in Self.parts(of: plan.files.indices.filter { settled[$0] == nil }, in: plan.files) {
            try await Self.read(part.map { plan.files[$0] }, reader) { place, item in
                try take(item, of: part[place])
            }
            bytes += part.reduce(0) { $0 + plan.files[$1].stamp.size }
            done += part.count
            try progress(done, bytes)
        }
    }

    /// Files in parts that can be read at once; a larger one makes a part of its own.
    static func parts(of indices: [Int], in files: [ImportFile]) -> [[Int]] {
        var parts: [[Int]] = []
        var part: [Int] = []
        var size: UInt64 = 0
        for index in indices {
            let more = files[index].stamp.size
            if !part.isEmpty, part.count == filesAtOnce || size + more > bytesAtOnce {
                parts.append(part)
                (part, size) = ([], 0)
            }
            part.append(index)
            size += more
        }
        return part.isEmpty ? parts : parts + [part]
    }

    /// Gives out what files say, in their order, each with the place of its file among these.
    static func read(
        _ files: [ImportFile], _ reader: ImportReader, _ body: (Int, ImportItem) throws -> Void
    ) async throws {
        guard files.reduce(0, { $0 + $1.stamp.size }) <= bytesAtOnce else {
            // Record by record: a table may be larger than memory.
            for (place, file) in files.enumerated() { try reader.read(file) { try body(place, $0) } }
            return
        }
        let found = try await Concurrently.map(files) { file in try reader.items(of: file) }
        for (place, items) in found.enumerated() {
            for item in items { try body(place, item) }
        }
    }

    /// What was read, once it was.
    consuming func takeSpill() -> ImportSpill { spill }

    private mutating func take(_ item: ImportItem, of index: Int) throws {
        switch item {
        case .text(let text): try spill.add(plan.claim(text, of: index))
        case .problem(let problem): plan.add(problem)
        case .note(let note): plan.note(note)
        case .empty: plan.addEmpty(index)
        }
    }
}
