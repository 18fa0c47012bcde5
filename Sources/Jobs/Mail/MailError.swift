/// Why no mail can be made of these pieces.
public enum MailError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not `name@example.org` or `Name <name@example.org>`; which header, and what stands there.
    case address(header: String, text: String)
    /// A control character, such as a line end, where none may be; which header.
    case controlCharacter(header: String)
    /// Neither an http(s) URL nor a mail address.
    case unsubscribe(String)
    /// Larger than `bytesMax`; which part.
    case tooLong(part: String, bytesMax: Int)
    case noSubject

    public var description: String {
        switch self {
        case .address(let header, let text):
            "\(header) \"\(text)\" is no mail address; write name@example.org or Name <name@example.org>"
        case .controlCharacter(let header):
            "\(header) holds a line end or another control character; write it on one line"
        case .unsubscribe(let text):
            "unsubscribe \"\(text)\" is neither a URL nor a mail address; write https://… or mailto:name@example.org"
        case .tooLong(let part, let bytesMax):
            "\(part) is longer than \(bytesMax) bytes; make it shorter"
        case .noSubject:
            "the mail has no subject; give it one"
        }
    }
}
