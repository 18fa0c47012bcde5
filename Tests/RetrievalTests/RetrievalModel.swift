import Foundation

@testable import Retrieval

/// What an index has to answer, without one: every chunk that may be seen is scored.
struct RetrievalModel {
    struct Found: Equatable {
        let entry: String
        let version: UInt32
        let chunk: UInt32
        let scoreMillionths: Int64
    }

    var changes: [KnowledgeChange] = []
    let chunker: Chunker

    func visible(_ visibility: Visibility) -> [KnowledgeText] {
        let known = changes.filter { $0.position <= visibility.asOf ?? .max }.sorted { $0.position < $1.position }
        let last = Dictionary(known.map { ($0.entry, $0) }) { $1 }
        return last.values.compactMap { change -> KnowledgeText? in
            guard case .text(let text) = change else { return nil }
            if let collections = visibility.collections {
                guard collections.contains(text.collection) || visibility.entries.contains(text.entry) else {
                    return nil
                }
            }
            if let within = visibility.within {
                guard within.contains(text.collection) || within.contains(text.entry) else { return nil }
            }
            switch visibility.customer {
            case .any: break
            case .none: guard text.customer == nil else { return nil }
            case .one(let name): guard text.customer == nil || text.customer == name else { return nil }
            }
            guard visibility.kinds?.contains(text.kind) ?? true, visibility.tags.isSubset(of: text.tags) else {
                return nil
            }
            if let time = visibility.validAt, !text.validity.contains(time) { return nil }
            return text
        }.sorted { $0.entry.utf8.lexicographicallyPrecedes($1.entry.utf8) }
    }

    /// The best, the best first: Okapi BM25 of every chunk that may be seen.
    func search(_ query: String, k: Int, _ visibility: Visibility) -> [Found] {
        let documents = visible(visibility).flatMap { text in
            chunker.chunks(of: text.text).map { (text, $0, Self.terms(of: text, $0)) }
        }
        let mean = max(1, Double(documents.reduce(0) { $0 + $1.2.length }) / Double(max(1, documents.count)))
        var words: [String] = []
        for term in TermScanner.terms(of: query, isQuery: true) where !words.contains(term) { words.append(term) }
        var asked = query
        asked.withUTF8 { bytes in
            DigitRuns.forEach(in: bytes) { digits, _ in
                let term = String(decoding: digits, as: UTF8.self)
                if !words.contains(term) { words.append(term) }
            }
        }
        var found: [Found] = []
        for (text, chunk, terms) in documents where words.contains(where: { terms.counts[$0] != nil }) {
            var score: Int64 = 0
            for word in words {
                guard let tf = terms.counts[word].map(Double.init) else { continue }
                let n = Double(documents.count { $0.2.counts[word] != nil })
                let idf = log(1 + (Double(documents.count) - n + 0.5) / (n + 0.5))
                let norm = 1.2 * (1 - 0.75 + 0.75 * Double(terms.length) / mean)
                score += Int64(idf * 2.2 * tf / (tf + norm) * 1e12 + 0.5)
            }
            found.append(
                Found(
                    entry: text.entry, version: text.version, chunk: chunk.index,
                    scoreMillionths: (score + 500_000) / 1_000_000))
        }
        // A stable order: ties stay in the order of entry and chunk.
        return Array(
            found.enumerated().sorted {
                ($1.element.scoreMillionths, $0.offset) < ($0.element.scoreMillionths, $1.offset)
            }.map(\.element).prefix(k))
    }

    private static func terms(of text: KnowledgeText, _ chunk: Chunk) -> (counts: [String: Int], length: Int) {
        var counts: [String: Int] = [:]
        var length = 0
        var scanner = TermScanner()
        for term in TermScanner.terms(ofName: text.entry) { counts[term, default: 0] += 1 }
        for part in [text.title == text.entry ? "" : text.title] + chunk.headings + [chunk.text] {
            var part = part
            part.withUTF8 { bytes in
                scanner.scan(bytes) { term, _ in
                    counts[String(decoding: term, as: UTF8.self), default: 0] += 1
                    length += 1
                }
                DigitRuns.forEach(in: bytes) { digits, _ in
                    counts[String(decoding: digits, as: UTF8.self), default: 0] += 1
                }
            }
        }
        return (counts, length)
    }
}

/// Random knowledge: entries that are revised and retired, in several collections and for several customers.
struct RandomKnowledge {
    var generator: Seeded
    let words = (0..<60).map { "w\($0)" } + ["SKU-2201", "$39.50", "Banks", "東京都", "+49 711 258802"]
    private(set) var position: UInt64 = 0
    private var versions: [String: UInt32] = [:]

    init(_ seed: UInt64) { generator = Seeded(seed) }

    mutating func text(_ count: ClosedRange<Int>) -> String {
        let count = Int.random(in: count, using: &generator)
        return (0..<count).map { index in
            // The first words are much more frequent than the last.
            let rank = min(
                Int.random(in: 0..<words.count, using: &generator), Int.random(in: 0..<words.count, using: &generator))
            return words[rank] + (index % 9 == 8 ? "\n\n" : "")
        }.joined(separator: " ")
    }

    mutating func change(entries: Int, customer: String? = nil) -> KnowledgeChange {
        position += UInt64.random(in: 1...3, using: &generator)
        let number = Int.random(in: 0..<entries, using: &generator)
        let name = (customer ?? "e") + "\(number)"
        if Int.random(in: 0..<8, using: &generator) == 0 { return .retired(entry: name, at: position) }
        versions[name, default: 0] += 1
        return .text(
            KnowledgeText(
                entry: name, version: versions[name] ?? 1, collection: "c\(number % 3)",
                customer: customer ?? (number % 4 == 0 ? "ana" : nil), kind: number % 2 == 0 ? "fact" : "document",
                tags: Array(["red", "blue"].prefix(number % 3)), title: text(0...3), text: text(0...80),
                position: position, time: Int64(position) * 10,
                validity: number % 5 == 0 ? 100..<Int64(100 + number * 50) : KnowledgeText.always))
    }

    mutating func visibility() -> Visibility {
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &generator) ? value : nil }
        return Visibility(
            asOf: maybe(UInt64.random(in: 0...position, using: &generator)), collections: maybe(["c0", "c2"]),
            entries: ["e1", "e4", "none"],
            customer: [.any, .none, .one("ana"), .one("bo")].randomElement(using: &generator) ?? .none,
            within: maybe(["c1", "c2", "e3", "e4"]), kinds: maybe(["fact"]), tags: maybe(["red"]) ?? [],
            validAt: maybe(Int64.random(in: 0...800, using: &generator)))
    }
}
