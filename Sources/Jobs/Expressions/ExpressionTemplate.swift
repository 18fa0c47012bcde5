public import Wire

/// Text with `${{ path }}` in it, as a flow's `with` holds it.
///
/// A path names folded state of the job: `inputs.topic`, `steps.plan`, `steps.plan.questions`. A text that is one
/// single expression keeps the value's type; otherwise each value is put in as text. What is put in is never
/// looked at again, so the output of a model cannot become an expression.
public struct ExpressionTemplate: Hashable, Sendable {
    /// The longest text, in bytes.
    public static let bytesMax = 16_384

    let parts: [Part]

    enum Part: Hashable, Sendable {
        case text(String)
        case path(ExpressionPath)
    }

    /// - Throws: `ExpressionError` with the byte at which the text stops making sense.
    public init(parsing text: String) throws(ExpressionError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.bytesMax else {
            throw ExpressionError(message: "longer than \(Self.bytesMax) bytes", offset: Self.bytesMax)
        }
        var parts: [Part] = []
        var offset = 0
        while let open = Self.find("${{", in: bytes, from: offset) {
            if open > offset { parts.append(.text(String(decoding: bytes[offset..<open], as: UTF8.self))) }
            guard let close = Self.find("}}", in: bytes, from: open + 3) else {
                throw ExpressionError(message: "`${{` is not closed: `}}` is missing", offset: open)
            }
            let inside = String(decoding: bytes[open + 3..<close], as: UTF8.self)
            parts.append(.path(try ExpressionPath(parsing: inside, at: open + 3)))
            offset = close + 2
        }
        if offset < bytes.count { parts.append(.text(String(decoding: bytes[offset...], as: UTF8.self))) }
        self.parts = parts
    }

    private static func find(_ word: String, in bytes: [UInt8], from start: Int) -> Int? {
        let word = Array(word.utf8)
        guard start <= bytes.count - word.count else { return nil }
        return (start...bytes.count - word.count).first { bytes[$0..<$0 + word.count].elementsEqual(word) }
    }

    /// The paths in it, in order.
    public var paths: [ExpressionPath] {
        parts.compactMap { if case .path(let path) = $0 { path } else { nil } }
    }

    /// The value in this scope, a JSON object with `inputs` and `steps`.
    ///
    /// - Throws: `ExpressionError` for a path that leads nowhere.
    public func evaluate(in scope: JSON) throws(ExpressionError) -> JSON {
        if parts.count == 1, case .path(let path) = parts[0] { return try path.value(in: scope) }
        var text = ""
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .path(let path): text += try path.value(in: scope).asText
            }
        }
        return .string(text)
    }
}

extension JSON {
    /// As it reads inside a sentence: a string bare, everything else as JSON, nothing for null.
    public var asText: String {
        switch self {
        case .string(let text): text
        case .null: ""
        default: description
        }
    }
}

/// Why an expression is refused, and where.
public struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String
    /// Bytes from the start of the text.
    public let offset: Int
    public var description: String { message }

    public init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}
