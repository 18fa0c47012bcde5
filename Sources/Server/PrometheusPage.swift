import Views

/// Writes families of samples, one after the other.
struct PrometheusPage {
    enum Kind: String {
        case counter, gauge, histogram, summary
    }

    private(set) var text = ""
    private var family = ""

    /// Begins a family. Everything behind it belongs to it.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        family = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ labels: [(String, String)], _ value: UInt64, suffix: String = "") {
        line(labels, String(value), suffix)
    }

    /// A value in millionths, written as a decimal fraction without rounding.
    mutating func sample(_ labels: [(String, String)], millionths: UInt64, suffix: String = "") {
        line(labels, Self.decimal(millionths), suffix)
    }

    /// A histogram whose buckets hold everything up to their bound, as the format wants it.
    mutating func histogram(_ durations: Durations, _ labels: [(String, String)]) {
        var count: UInt64 = 0
        for (index, bound) in Durations.boundsUs.enumerated() {
            count += durations.buckets.first { Int($0.bucket) == index }?.count ?? 0
            line(labels + [("le", Self.decimal(bound))], String(count), "_bucket")
        }
        line(labels + [("le", "+Inf")], String(durations.count), "_bucket")
        sample(labels, millionths: durations.sumUs, suffix: "_sum")
        sample(labels, durations.count, suffix: "_count")
    }

    private mutating func line(_ labels: [(String, String)], _ value: String, _ suffix: String) {
        let pairs = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += "\(family)\(suffix){\(pairs)} \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    static func decimal(_ millionths: UInt64) -> String {
        let digits = String(millionths)
        let padded = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
        var fraction = padded.suffix(6)
        while fraction.last == "0" { fraction.removeLast() }
        return padded.dropLast(6) + (fraction.isEmpty ? "" : "." + fraction)
    }
}
