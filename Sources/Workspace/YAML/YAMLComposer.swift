import CYaml

/// Composes one YAML document out of libyaml's events.
///
/// Aliases, anchors and tags are refused at the event, before anything is composed: 380 bytes of aliases would
/// otherwise unfold into gigabytes. The first thing that is refused ends the reading.
struct YAMLComposer {
    /// The deepest nesting.
    static let depthMax = 32
    /// Scalars, lists and mappings of one document.
    static let nodesMax = 20_000

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let firstLine: Int
    private var nodes = 0

    /// Nil for a text without a document.
    ///
    /// - Parameter firstLine: the file's line on which this text begins.
    static func compose(_ bytes: [UInt8], firstLine: Int = 1) throws(YAMLRefusal) -> YAMLNode? {
        // The parser keeps a pointer to itself, so it may not move.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { throw YAMLRefusal.outOfMemory }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        let result: Result<YAMLNode?, YAMLRefusal> = bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            var composer = YAMLComposer(parser: parser, firstLine: firstLine)
            do throws(YAMLRefusal) { return .success(try composer.document()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private init(parser: UnsafeMutablePointer<yaml_parser_t>, firstLine: Int) {
        self.parser = parser
        self.firstLine = firstLine
    }

    private func next() throws(YAMLRefusal) -> YAMLEvent {
        let event = YAMLEvent(firstLine: firstLine)
        guard yaml_parser_parse(parser, &event.raw) == 1 else {
            throw YAMLRefusal(of: parser.pointee, firstLine: firstLine)
        }
        return event
    }

    private mutating func document() throws(YAMLRefusal) -> YAMLNode? {
        _ = try next()  // The stream's start.
        let first = try next()
        guard case .documentStart(let hasDirectives) = first.kind else { return nil }
        guard !hasDirectives else {
            throw YAMLRefusal("a YAML directive", at: first.start.position, hint: "remove the line that begins with %")
        }
        let root = try node(from: try next(), depth: 0)
        _ = try next()  // The document's end.
        let last = try next()
        guard case .streamEnd = last.kind else {
            throw YAMLRefusal(
                "a second document begins here", at: last.start.position, hint: "a file holds one; remove the `---`")
        }
        return root
    }

    private mutating func node(from event: YAMLEvent, depth: Int) throws(YAMLRefusal) -> YAMLNode {
        try check(event, depth: depth)
        switch event.kind {
        case .scalar(let scalar): return YAMLNode(content: .scalar(scalar), start: event.start, end: event.end)
        case .sequenceStart: return try sequence(from: event, depth: depth)
        case .mappingStart: return try mapping(from: event, depth: depth)
        default: throw YAMLRefusal("nothing that is a value", at: event.start.position)
        }
    }

    private mutating func check(_ event: YAMLEvent, depth: Int) throws(YAMLRefusal) {
        let place = event.start.position
        if case .alias = event.kind {
            throw YAMLRefusal(
                "aliases (`*name`) are not taken", at: place,
                hint: "write the value out; quote a text that begins with `*`")
        }
        if event.hasAnchor {
            throw YAMLRefusal(
                "anchors (`&name`) are not taken", at: place,
                hint: "write the value out where it is used; quote a text that begins with `&`")
        }
        if event.hasTag {
            throw YAMLRefusal(
                "tags (`!name`) are not taken", at: place, hint: "remove it; quote a text that begins with `!`")
        }
        guard depth < Self.depthMax else { throw YAMLRefusal("nested deeper than \(Self.depthMax)", at: place) }
        nodes += 1
        guard nodes <= Self.nodesMax else { throw YAMLRefusal("more than \(Self.nodesMax) values", at: place) }
    }

    private mutating func sequence(from first: YAMLEvent, depth: Int) throws(YAMLRefusal) -> YAMLNode {
        var elements: [YAMLNode] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind {
                return YAMLNode(content: .sequence(elements), start: first.start, end: event.end)
            }
            elements.append(try node(from: event, depth: depth + 1))
        }
    }

    private mutating func mapping(from first: YAMLEvent, depth: Int) throws(YAMLRefusal) -> YAMLNode {
        var pairs: [YAMLPair] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next()
            if case .mappingEnd = event.kind {
                return YAMLNode(content: .mapping(pairs), start: first.start, end: event.end)
            }
            try check(event, depth: depth)
            guard case .scalar(let key) = event.kind else {
                throw YAMLRefusal(
                    "a name was expected here, and a bracket or brace begins", at: event.start.position,
                    hint: "quote it: a text that begins with `{` or `[` stands in quotes")
            }
            let value = try node(from: try next(), depth: depth + 1)
            if let line = lines[key.text] {
                throw YAMLRefusal(
                    "\"\(key.text.excerpt)\" stands twice, first in line \(line)", at: event.start.position,
                    hint: "remove one of the two")
            }
            lines[key.text] = event.start.position.line
            pairs.append(YAMLPair(key: key.text, keyStart: event.start, value: value))
        }
    }
}
