import Testing

/// One way to break a file, and what a person is told.
struct BadInput: Sendable, CustomTestStringConvertible {
    let path: String
    let old: String
    let new: String
    /// The place and the message.
    let message: String
    /// What the hint must say, at least.
    let hint: String

    init(_ path: String, _ old: String, _ new: String, _ message: String, hint: String = "") {
        self.path = path
        self.old = old
        self.new = new
        self.message = message
        self.hint = hint
    }

    var testDescription: String { message }

    /// Breaks the file, and demands that exactly this message is told, once.
    func check() throws {
        let found = try Fixture.diagnostics(replacing: old, with: new, in: path)
        #expect(found.map { $0.prefix { $0 != "\n" } } == ["\(path):\(message)"])
        if !hint.isEmpty { #expect(found.joined().contains(hint)) }
    }
}
