import Wire

/// What is known about one call, one question or one effect, in sections that a person reads from above.
struct AuditPage {
    struct Section {
        /// `Asked`, `Saw`, `Made`, `Cost`, `Then`, `Seal`.
        let title: String
        let lines: [String]

        init(_ title: String, _ lines: [String]) {
            self.title = title
            self.lines = lines
        }

        init(_ title: String, _ line: String) { self.init(title, [line]) }
    }

    let heading: String
    let sections: [Section]
    let json: JSON

    private static let titleWidth = 7

    /// `newsletter-2.draft   attempt 1 of 3   @131..@139   2026-11-02 09:13:41, 14.2 s`
    static func heading(
        _ name: String, note: String = "", _ first: JobHistory.Item, _ last: JobHistory.Item, time: String
    ) -> String {
        let words = [Style.bold(name), note, range(first.position, last.position), time]
        return words.filter { !$0.isEmpty }.joined(separator: "   ")
    }

    /// `@131..@139`, or `@131`.
    static func range(_ first: UInt64, _ last: UInt64) -> String {
        first == last ? "@\(first)" : "@\(first)..@\(last)"
    }

    func show() {
        Terminal.line(heading)
        for section in sections {
            for (index, line) in section.lines.enumerated() {
                let title =
                    index == 0 ? section.title.column(Self.titleWidth) : String(repeating: " ", count: Self.titleWidth)
                Terminal.line("\(index == 0 ? Style.bold(title) : title)\(line.printable)")
            }
        }
    }
}

/// Something that followed, and where the ledger says so.
struct Consequence {
    let position: UInt64
    let words: String

    var json: JSON { .fields(("position", .number(position)), ("words", .string(words))) }
}
