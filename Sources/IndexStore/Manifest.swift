import Retrieval
import Wire

/// Which files are the index, in a small text of its own: replaced at once, so the index is always one of two.
struct Manifest: Equatable {
    static let name = "manifest"
    private static let heading = "daybook index 1"

    /// Of which log.
    var log: String
    var chunker: String
    /// Counts the changes to this file. Begins again when the index does, so by itself it tells nobody who was here.
    var generation: UInt64 = 0
    /// The log was read up to here, though its last changes may have said nothing about knowledge.
    var through: UInt64 = 0
    /// The names of segments, the oldest first. Each is called by what it holds.
    var segments: [String] = []

    var text: String {
        let lines =
            [Self.heading, "log \(log)", "chunker \(chunker)", "generation \(generation)", "through \(through)"]
            + segments.map { "segment \($0)" }
        let body = lines.map { $0 + "\n" }.joined()
        return body + "sha256 \(Digest.of(Array(body.utf8)))\n"
    }

    init(log: String, chunker: String) {
        self.log = log
        self.chunker = chunker
    }

    /// Nil unless this is a whole manifest.
    init?(_ text: String) {
        guard let end = text.range(of: "sha256 ")?.lowerBound else { return nil }
        let body = text[..<end]
        guard text[end...] == "sha256 \(Digest.of(Array(body.utf8)))\n" else { return nil }
        let lines = body.split(separator: "\n")
        guard lines.first == Self.heading[...] else { return nil }
        func values(_ key: String) -> [String] {
            lines.filter { $0.hasPrefix(key + " ") }.map { String($0.dropFirst(key.count + 1)) }
        }
        guard let log = values("log").first, let chunker = values("chunker").first,
            let generation = values("generation").first.flatMap(UInt64.init),
            let through = values("through").first.flatMap(UInt64.init)
        else { return nil }
        self.init(log: log, chunker: chunker)
        self.generation = generation
        self.through = through
        segments = values("segment")
        guard segments.allSatisfy({ !$0.contains("/") && $0.hasSuffix(Self.segmentSuffix) }) else { return nil }
    }

    static let segmentSuffix = ".segment"
}

extension String {
    /// Where a text stands in this one, last.
    fileprivate func range(of text: String) -> Range<Index>? {
        var place = endIndex
        while place > startIndex {
            place = index(before: place)
            if self[place...].hasPrefix(text) { return place..<index(place, offsetBy: text.count) }
        }
        return nil
    }
}
