import ArgumentParser
import EventSourcing
import Wire

/// What a person types to name one thing: a job, a step, an event, a version, a hash.
///
/// Everything that any command prints as an id can be read here, so it can be pasted into any other command.
struct Reference: Equatable {
    /// The fewest digits of a hash that are looked up.
    static let digitsMin = 4
    /// How many candidates an ambiguous hash lists.
    static let candidatesMax = 8

    /// How it is written; what it names is found by `target`.
    enum Form: Equatable {
        /// `@147`
        case position(Position)
        /// `pricing@2`, `pricing @2`, `newsletter-8@17`: one version of a stream.
        case version(name: String, StreamVersion)
        /// `newsletter-8`, `newsletter-8.draft`, `pricing`, `b71f09e2`.
        case name(String)
        /// `import/8f0c21d3a4b5/job/newsletter-8`: a stream that was imported.
        case imported(StreamName)
    }

    let text: String
    let form: Form

    /// - Throws: `Complaint` (usage) for what can name nothing.
    init(_ text: String) throws {
        self.text = text
        if text.hasPrefix("import/"), text.utf8.count <= StreamName.bytesMax,
            text.utf8.allSatisfy({ 0x21...0x7e ~= $0 })
        {
            form = .imported(StreamName(text))
            return
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        switch parts.count {
        case 1 where Self.isName(parts[0]):
            form = .name(String(parts[0]))
        case 2 where parts[0].isEmpty:
            guard let position = Self.number(parts[1], Position.self) else { throw Self.unreadable(text) }
            form = .position(position)
        case 2:
            let name = parts[0].trimmed
            guard Self.isName(name), let version = Self.number(parts[1], StreamVersion.self) else {
                throw Self.unreadable(text)
            }
            form = .version(name: String(name), version)
        default: throw Self.unreadable(text)
        }
    }

    /// From the words of a command line: `pricing @2` comes as two.
    init(words: [String]) throws {
        try self.init(words.joined(separator: " "))
    }

    private static func number<N: FixedWidthInteger>(_ digits: Substring, _: N.Type) -> N? {
        guard let number = N(digits), number > 0, digits.first != "+" else { return nil }
        return number
    }

    /// An id, or an id and a step's id; both also cover the digits of a hash.
    private static func isName(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return text.utf8.count <= 129
            && (StreamName.isValid(id: text) || isDigits(text) || parts.allSatisfy { StreamName.isValid(id: $0) })
    }

    static func isDigits(_ text: some StringProtocol) -> Bool {
        (digitsMin...64).contains(text.utf8.count) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    private static func unreadable(_ text: String) -> Complaint {
        Complaint(
            "\(text) names nothing",
            hint: "such as newsletter-8, newsletter-8.draft, @147, pricing@2, or 4 and more digits of a hash",
            status: .usage)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension Reference: ExpressibleByArgument {
    init?(argument: String) { try? self.init(argument) }
}
