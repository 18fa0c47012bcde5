import Wire

/// One thing that `daybook doctor` looked at.
struct Finding {
    enum Mark: String {
        case ok
        /// Something is wrong.
        case wrong = "!!"
        /// Not looked at, or worth knowing.
        case note = "--"
    }

    let mark: Mark
    let name: String
    let words: String
    /// The command that mends it; empty for none.
    let next: String

    static func ok(_ name: String, _ words: String) -> Finding {
        Finding(mark: .ok, name: name, words: words, next: "")
    }

    static func wrong(_ name: String, _ words: String, next: String = "") -> Finding {
        Finding(mark: .wrong, name: name, words: words, next: next)
    }

    static func note(_ name: String, _ words: String, next: String = "") -> Finding {
        Finding(mark: .note, name: name, words: words, next: next)
    }

    func show() {
        let style: Style =
            switch mark {
            case .ok: .green
            case .wrong: .red
            case .note: .yellow
            }
        Terminal.line("  \(style(mark.rawValue))  \(name.column(11)) \(words.printable)")
        if !next.isEmpty { Terminal.line("                  \(next.printable)") }
    }

    var json: JSON {
        .fields(
            ("check", .string(name)), ("mark", .string(mark == .ok ? "ok" : mark == .wrong ? "wrong" : "note")),
            ("words", .string(words)), ("next", next.isEmpty ? .null : .string(next)))
    }
}
