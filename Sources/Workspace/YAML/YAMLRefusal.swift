import CYaml

/// Why a YAML text is not taken, and where.
struct YAMLRefusal: Error {
    let message: String
    let position: SourcePosition
    let hint: String?

    init(_ message: String, at position: SourcePosition, hint: String? = nil) {
        self.message = message
        self.position = position
        self.hint = hint
    }

    static let outOfMemory = YAMLRefusal("no memory to read it", at: SourcePosition(line: 1, column: 1))

    /// What libyaml says, in words that help.
    init(of parser: yaml_parser_t, firstLine: Int) {
        let problem = parser.problem.map { String(cString: $0) } ?? "this is not YAML"
        let context = parser.context.map { String(cString: $0) } ?? ""
        let place = YAMLMark(parser.problem_mark, firstLine: firstLine).position
        let begin = YAMLMark(parser.context_mark, firstLine: firstLine).position
        switch problem {
        case "found unexpected end of stream" where context.contains("quoted scalar"):
            self.init("the quote that opens here is never closed", at: begin, hint: "close it")
        case "mapping values are not allowed in this context":
            self.init("a second `: ` in one line", at: place, hint: "quote it: a text with `: ` in it stands in quotes")
        case _ where problem.hasPrefix("Maximum nesting level"):
            self.init("nested deeper than \(YAMLComposer.depthMax)", at: place)
        case _ where problem.contains("tab character"):
            self.init("a tab where spaces belong", at: place, hint: "indent with spaces, not with tabs")
        case "found character that cannot start any token":
            self.init(
                "no value can begin with this character", at: place,
                hint: "indent with spaces, not with tabs; quote a text that begins with `@`, `%` or a backtick")
        case _ where context.contains("flow mapping") || context.contains("flow sequence"):
            self.init(
                "the bracket or brace in line \(begin.line) is not closed, or a comma is missing", at: place,
                hint: "quote it: a text with brackets or braces, such as \"${{ ... }}\", stands in quotes")
        case "did not find expected key", "did not find expected '-' indicator":
            self.init(
                "the indentation does not fit, or something stands behind a value", at: place,
                hint: "line it up with its neighbours; quote a text that begins with `[`, `{` or a quote")
        default: self.init("this is not YAML: \(problem)", at: place)
        }
    }
}
