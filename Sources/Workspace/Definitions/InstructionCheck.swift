/// Looks at the `{{business.…}}` of an agent's instructions.
struct InstructionCheck {
    static let bytesMax = 65_536

    let file: TextFile
    let body: MarkdownBody
    let facts: KnownNames

    /// The instructions; nil once a problem is reported.
    func run() -> String? {
        let text = body.text
        guard !text.isEmpty else {
            file.error(
                "there are no instructions", at: SourcePosition(line: body.firstLine, column: 1),
                hint: "write below the frontmatter what the agent is to do")
            return nil
        }
        guard text.utf8.count <= Self.bytesMax else {
            file.error("instructions longer than \(Self.bytesMax) bytes", at: nil)
            return nil
        }
        let bytes = Array(text.utf8)
        var offset = 0
        var isSound = true
        while let open = find(UInt8(ascii: "{"), in: bytes, from: offset) {
            guard let close = find(UInt8(ascii: "}"), in: bytes, from: open + 2) else {
                report("`{{` is not closed: `}}` is missing", at: open, hint: "close it, or write it apart: `{ {`")
                return nil
            }
            isSound = check(bytes, open: open, close: close) && isSound
            offset = close + 2
        }
        return isSound ? text : nil
    }

    private func check(_ bytes: [UInt8], open: Int, close: Int) -> Bool {
        let inside = String(decoding: bytes[open + 2..<close], as: UTF8.self)
        if open > 0, bytes[open - 1] == UInt8(ascii: "$") {
            report(
                "`${{ }}` has no meaning in instructions", at: open - 1,
                hint: "what a step is given stands under `with` in the flow; facts are {{business.name}}")
            return false
        }
        let path = inside.split(separator: " ").joined(separator: " ").split(separator: ".", maxSplits: 1)
        guard path.count == 2, path[0] == "business" else {
            report("`{{\(inside.excerpt)}}` is unknown", at: open, hint: "write {{business.name}}, from daybook.yaml")
            return false
        }
        let name = String(path[1])
        guard facts.contains(name) else {
            report(
                "`business` in daybook.yaml has no \"\(name.excerpt)\"", at: open,
                hint: NearestName.hint(for: name, among: facts.names))
            return false
        }
        return true
    }

    private func report(_ message: String, at offset: Int, hint: String?) {
        file.error(message, at: body.position(ofByte: offset), hint: hint)
    }

    /// Two of a byte in a row.
    private func find(_ byte: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == byte, bytes[index + 1] == byte { return index }
            index += 1
        }
        return nil
    }
}
