import Foundation
import SwiftProtobuf
import SwiftProtobufPluginLibrary

/// Every number that the schema ever gave, so that none is given twice: `numbers.txt`, one line each.
struct NumberRecord {
    /// By place (`JobQueued 1`): what the number stands for (`job string`).
    private var meanings: [String: String] = [:]

    init(readingFile path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count >= 3 else { throw UsageError(description: "\(path): not understood: \(line)") }
            meanings[words[..<2].joined(separator: " ")] = words[2...].joined(separator: " ")
        }
    }

    func meaning(of place: String) -> String? { meanings[place] }

    func adding(_ files: [FileDescriptor]) -> NumberRecord {
        var record = self
        for file in files { for entry in file.numbers { record.meanings[entry.place] = entry.meaning } }
        return record
    }

    var text: String {
        let lines = meanings.map { "\($0.key) \($0.value)" }.sorted { $0.sortKey < $1.sortKey }
        return "# Every number the schema ever gave, written by tools/generate-events. None is given twice.\n"
            + lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// The type's name, then the number as a number.
    fileprivate var sortKey: String {
        let words = split(separator: " ")
        return words[0] + " " + String(repeating: "0", count: max(0, 10 - words[1].count)) + words[1]
    }
}

extension FileDescriptor {
    /// Every number of this file, where it stands and what it means.
    var numbers: [(place: String, meaning: String)] {
        messages.flatMap { message in
            message.fields.map { ("\(message.name) \($0.number)", "\($0.name) \($0.recordedType)") }
        }
            + enums.flatMap { type in
                type.values.map { ("\(type.name) \($0.number)", "\($0.name) value") }
            }
    }
}

extension FieldDescriptor {
    fileprivate var recordedType: String {
        let label =
            switch presence {
            case .repeated: "repeated "
            case .optional: "optional "
            case .choice: "\(realContainingOneof?.name ?? "oneof"): "
            case .implicit, .required: ""
            }
        let name =
            switch type {
            case .message: messageType.name
            case .enum: enumType.name
            default: "\(type)"
            }
        return label + name
    }
}

extension HouseRules {
    mutating func check(_ files: [FileDescriptor], against record: NumberRecord) {
        for file in files {
            for (place, meaning) in file.numbers {
                guard let before = record.meaning(of: place), before != meaning else { continue }
                violation(
                    file, place,
                    """
                    is `\(meaning)` now and was `\(before)`: numbers are never reused. Take a new one and reserve the \
                    old (if no ledger ever held it, remove its line from numbers.txt)
                    """)
            }
        }
    }
}
