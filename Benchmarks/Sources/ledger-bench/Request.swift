/// One line of the protocol: a verb, then `key=value`. Benchmarks/README.md lists them.
struct Request: Sendable {
    let verb: String
    private let values: [String: String]

    init(_ line: String) {
        let words = line.split(separator: " ")
        verb = words.first.map(String.init) ?? ""
        values = Dictionary(
            words.dropFirst().map { word in
                let parts = word.split(separator: "=", maxSplits: 1)
                return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            }, uniquingKeysWith: { $1 })
    }

    func int(_ key: String, _ standard: Int = 0) -> Int { values[key].flatMap(Int.init) ?? standard }
    func text(_ key: String) -> String { values[key] ?? "" }
    func double(_ key: String) -> Double { values[key].flatMap(Double.init) ?? 0 }
}
