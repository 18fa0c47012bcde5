/// A Markdown or text file as an item: `title`, `url` and `date` of its frontmatter are honoured.
enum NoteFile {
    static func item(in bytes: [UInt8], path: String) -> SourceItem {
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        let (fields, body) = frontmatter(of: text)
        let heading = body.split(separator: "\n").first { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return SourceItem(
            id: path, title: fields["title"] ?? heading ?? String(name[..<(name.lastIndex(of: ".") ?? name.endIndex)]),
            url: fields["url"] ?? "", published: FeedDate.timestamp(of: fields["date"] ?? ""),
            text: body.trimmed, source: path)
    }

    /// `key: value` lines between two lines of `---` at the beginning; anything deeper is not for us.
    private static func frontmatter(of text: String) -> ([String: String], Substring) {
        guard text.hasPrefix("---\n"), let end = text.dropFirst(3).firstRange(of: "\n---\n") else {
            return ([:], text[...])
        }
        var fields: [String: String] = [:]
        for line in text[..<end.lowerBound].split(separator: "\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            var value = line[line.index(after: colon)...].drop { $0 == " " }
            if value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote {
                value = value.dropFirst().dropLast()
            }
            fields[String(line[..<colon])] = String(value)
        }
        return (fields, text[end.upperBound...])
    }
}
