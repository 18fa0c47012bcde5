public import Events
public import Wire

/// Why an output is not what its agent promised.
public struct ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

extension Shape {
    /// The most elements of a list.
    public static let elementsMax = 50
    /// The longest text without a limit of its own, in characters.
    public static let textMax = 2_000
    /// The longest Markdown without a limit of its own, in characters.
    public static let markdownMax = 60_000

    /// The value with its fields in the shape's order, fields that the shape does not know left out.
    ///
    /// - Throws: `ShapeError` that names the first place where the value is not of this shape.
    public func canonical(_ value: JSON) throws(ShapeError) -> JSON { try canonical(value, at: "") }

    private func canonical(_ value: JSON, at path: String) throws(ShapeError) -> JSON {
        let place = path.isEmpty ? "the answer" : "`\(path)`"
        switch kind {
        case .text, .markdown, .url:
            guard let text = value.text else { throw ShapeError("\(place) must be a text") }
            guard text.count <= characterLimit else {
                throw ShapeError("\(place) has \(text.count) characters; at most \(characterLimit) are allowed")
            }
            return value
        case .number:
            guard case .number = value else { throw ShapeError("\(place) must be a number") }
            return value
        case .boolean:
            guard case .bool = value else { throw ShapeError("\(place) must be true or false") }
            return value
        case .list:
            guard let elements = value.elements, let element = firstElement else {
                throw ShapeError("\(place) must be a list")
            }
            guard elements.count <= Self.elementsMax else {
                throw ShapeError("\(place) has \(elements.count) elements; at most \(Self.elementsMax) are allowed")
            }
            var canonical: [JSON] = []
            for (index, value) in elements.enumerated() {
                canonical.append(try element.canonical(value, at: "\(path)[\(index)]"))
            }
            return .array(canonical)
        case .object:
            guard value.members != nil else { throw ShapeError("\(place) must be an object") }
            var canonical: [JSON.Field] = []
            for field in fields {
                let inner = path.isEmpty ? field.name : "\(path).\(field.name)"
                switch value[field.name] {
                case nil where field.optional, .null? where field.optional: continue
                case nil: throw ShapeError("`\(inner)` is missing")
                case let found?: canonical.append(JSON.Field(field.name, try field.shape.canonical(found, at: inner)))
                }
            }
            return .object(canonical)
        }
    }

    /// Of a list: what its elements look like.
    var firstElement: Shape? { element.first }

    /// In characters.
    var characterLimit: Int {
        if lengthMax > 0 { return Int(lengthMax) }
        return kind == .markdown ? Self.markdownMax : Self.textMax
    }
}

extension JSON {
    /// Reads a model's answer: JSON, perhaps inside a fence of back-ticks.
    init(answer bytes: [UInt8]) throws(ShapeError) {
        var text = Substring(String(decoding: bytes, as: UTF8.self))
        text = text.drop { $0.isWhitespace }
        if text.hasPrefix("```"), let line = text.firstIndex(of: "\n"), let end = text.lastRange(of: "```"),
            line < end.lowerBound
        {
            text = text[text.index(after: line)..<end.lowerBound]
        }
        do throws(JSONError) {
            self = try JSON(parsing: String(text))
        } catch {
            // Not the parser's words: this text can end in a decision, and must stay as it is.
            throw ShapeError("the answer is not JSON")
        }
    }

    /// A number from 0 to 1 in millionths, read from its digits; nil for anything else.
    var millionths: UInt32? {
        guard case .number(let digits) = self else { return nil }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = UInt32(parts[0]), whole <= 1 else { return nil }
        guard parts.count == 2 else { return whole * 1_000_000 }
        let fraction = parts[1].prefix(6)
        guard !fraction.isEmpty, fraction.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let value = UInt32(fraction + String(repeating: "0", count: 6 - fraction.count))
        else { return nil }
        let total = whole * 1_000_000 + value
        return total <= 1_000_000 ? total : nil
    }
}

extension Substring {
    fileprivate func lastRange(of word: String) -> Range<Index>? {
        var found: Range<Index>?
        var place = startIndex
        while let range = self[place...].firstRange(of: word) {
            found = range
            place = range.upperBound
        }
        return found
    }
}
