/// The name that was probably meant.
enum NearestName {
    /// Longer names are not compared: the work grows with the square of the length.
    static let lengthMax = 64

    /// `did you mean "writer"?`, or what there is to choose from, or nil if there is nothing.
    static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
        let candidates = Set(candidates).sorted()
        if let nearest = nearest(to: name, among: candidates) { return "did you mean \"\(nearest)\"?" }
        guard !candidates.isEmpty else { return nil }
        let shown = candidates.prefix(12).joined(separator: ", ")
        return "known: \(shown)\(candidates.count > 12 ? ", ..." : "")"
    }

    /// Nil if nothing is near: a third of the letters may differ, camelCase and dashes do not count.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        let wanted = Array(plain(name))
        guard !wanted.isEmpty, wanted.count <= lengthMax else { return nil }
        let limit = max(1, wanted.count / 3)
        let scored = candidates.filter { $0.utf8.count <= lengthMax }
            .map { (distance: distance(wanted, Array(plain($0))), name: $0) }
            .filter { $0.distance <= limit }
        return scored.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    private static func plain(_ name: String) -> [UInt8] {
        Array(name.lowercased().utf8).filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
    }

    /// Optimal string alignment: insert, delete, replace, swap two neighbours.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
