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
