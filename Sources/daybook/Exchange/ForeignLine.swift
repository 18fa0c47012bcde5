import Foundation
import Wire

/// A line of a file that another ledger made: a CloudEvent, checked as such and no further.
struct ForeignLine {
    /// Why a line is not taken, without the place.
    struct Refusal: Error {
        let words: String
        let hint: String
    }

    private let fields: [String: JSON]

    /// - Throws: `Refusal` for what is no CloudEvents 1.0 object.
    init(_ bytes: [UInt8], bytesMax: Int) throws(Refusal) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes, bytesMax: bytesMax)
        } catch {
            throw Refusal(words: "is not JSON: \(error.message) at column \(error.column)", hint: "")
        }
        guard let members = json.members else { throw Refusal(words: "is no JSON object", hint: "") }
        fields = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
        for name in fields.keys where name != "data" && name != "data_base64" {
            let isName = name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) }
            guard isName, !name.isEmpty else { throw Refusal(words: "\(name) is no CloudEvents attribute", hint: "") }
        }
        guard fields["specversion"] == "1.0" else { throw Refusal(words: "is no CloudEvent 1.0", hint: "") }
        guard fields["data"] == nil || fields["data_base64"] == nil else {
            throw Refusal(words: "has data and data_base64", hint: "")
        }
        for name in ["id", "source", "type"] { _ = try text(name) }
    }

    subscript(_ name: String) -> JSON? { fields[name] }

    func refusal(_ words: String, hint: String = "") -> Refusal { Refusal(words: ": \(words)", hint: hint) }

    /// A text that must be there and hold something.
    func text(_ name: String) throws(Refusal) -> String {
        guard let text = try optional(name) else { throw refusal("\(name) is missing") }
        return text
    }

    func optional(_ name: String) throws(Refusal) -> String? {
        guard let value = fields[name] else { return nil }
        guard let text = value.text, !text.isEmpty else { throw refusal("\(name) is no text, or empty") }
        return text
    }

    /// A number in a text, in decimal digits.
    ///
    /// - Parameter digits: how many there must be; nil for as few as the number needs.
    func number(_ name: String, digits: Int? = nil, max: UInt64 = .max) throws(Refusal) -> UInt64 {
        let text = try text(name)
        let isDigits = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isDigits, let number = UInt64(text), number <= max,
            digits.map({ $0 == text.utf8.count }) ?? (String(number) == text)
        else { throw refusal("\(name) is no number") }
        return number
    }

    /// Bytes in standard base64; nil if they are not there.
    func base64(_ name: String, bytesMax: Int) throws(Refusal) -> [UInt8]? {
        guard let value = fields[name] else { return nil }
        guard let text = value.text, let data = Data(base64Encoded: text) else {
            throw refusal("\(name) is not base64")
        }
        guard data.count <= bytesMax else { throw refusal("\(name) is larger than \(Format.count(bytesMax)) bytes") }
        return Array(data)
    }
}
