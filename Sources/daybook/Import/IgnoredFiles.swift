/// Files of a folder that an import does not look into.
struct IgnoredFiles {
    /// Endings that are named; the others are summed up.
    static let endingsMax = 8

    private var counts: [String: Int] = [:]

    var count: Int { counts.values.reduce(0, +) }

    /// - Parameter name: of a file of a kind that is not read.
    mutating func add(_ name: String) {
        let dot = name.lastIndex(of: ".")
        counts[dot.map { name[$0...].lowercased() } ?? "without an ending", default: 0] += 1
    }

    /// Links are not followed: they lead in circles, and out of the folder.
    mutating func addLink() { counts["links", default: 0] += 1 }

    /// `12 files of kinds that are not read: 9 .pdf, 3 .png`; nil if there are none.
    var words: String? {
        guard count > 0 else { return nil }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var parts = sorted.prefix(Self.endingsMax).map { "\(Format.count($0.value)) \($0.key)" }
        let rest = sorted.dropFirst(Self.endingsMax).reduce(0) { $0 + $1.value }
        if rest > 0 { parts.append("\(Format.count(rest)) others") }
        return "\(Format.plural(count, "file")) of kinds that are not read: \(parts.joined(separator: ", "))".printable
    }
}
