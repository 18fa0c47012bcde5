import EventSourcing
import Wire

/// The names that a flow's events speak of (steps, executors, models, connectors) by number, under `names/<flow>`: an
/// event's name is compared where it lies, and becomes a text only when it is met for the first time.
///
/// Kept as part of a memo: the row holds everything that counts.
final class FlowNames {
    private let cell: RowCell<FlowNamesRow>
    /// There are few: they are looked for one by one.
    private var known: [(print: UInt64, bytes: [UInt8])]

    init(ofFlow part: String, in rows: inout Rows) throws(WireError) {
        cell = try rows.cell(RowKey.join("names", part))
        known = (cell.value?.names ?? []).map { name in
            let bytes = Array(name.utf8)
            return (Fingerprint.of(bytes.span.bytes), bytes)
        }
    }

    /// The name of a number; empty for 0.
    subscript(number: UInt32) -> String {
        guard number > 0, let names = cell.value?.names, names.count >= number else { return "" }
        return names[Int(number) - 1]
    }

    /// The number of a name, counted from 1; the next one for a name that was not met before.
    func number(of name: RawSpan, in rows: inout Rows) throws(WireError) -> UInt32 {
        let print = Fingerprint.of(name)
        for index in known.indices where known[index].print == print {
            let isSame = known[index].bytes.withUnsafeBytes { RawSpan(_unsafeBytes: $0).isEqual(to: name) }
            if isSame { return UInt32(index) + 1 }
        }
        let bytes = name.withUnsafeBytes { Array($0) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        known.append((print, bytes))
        rows.change(cell, or: FlowNamesRow(names: [])) { $0.names.append(text) }
        return UInt32(known.count)
    }
}

extension WireReader {
    /// A field that holds a name, as the name's number.
    mutating func number(in names: FlowNames, _ rows: inout Rows) throws(WireError) -> UInt32 {
        let name = try textBytes()
        return try names.number(of: name, in: &rows)
    }
}
