/// HTML reduced to its text: good enough to read and to quote, never to show as HTML again.
enum PlainText {
    private static let blocks: Set = [
        "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "blockquote", "pre",
        "section", "article", "hr", "figure", "figcaption", "dt", "dd",
    ]
    private static let hidden: Set = ["script", "style", "template", "iframe", "noscript"]
    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ndash": "–", "mdash": "—",
        "hellip": "…", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "euro": "€", "copy": "©",
        "middot": "·", "bull": "•", "times": "×", "shy": "",
    ]
    /// The longest name of an entity.
    private static let entityMax = 8

    static func isBlock(_ element: String) -> Bool { blocks.contains(element) }

    /// Tags go, blocks become paragraphs, entities become characters, other white space becomes one space.
    static func of(html: String) -> String {
        var text = ""
        var rest = Substring(html)
        while let mark = rest.firstIndex(where: { $0 == "<" || $0 == "&" }) {
            text += spaced(rest[..<mark])
            rest = rest[mark...]
            if rest.first == "&" {
                rest = entity(rest, into: &text)
            } else if rest.hasPrefix("<!--") {
                rest = rest.firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
            } else if let name = elementName(rest), let end = rest.firstIndex(of: ">") {
                rest = rest[rest.index(after: end)...]
                if blocks.contains(name) { text += "\n\n" }
                if hidden.contains(name) { rest = skipping(name, rest) }
            } else if elementName(rest) != nil {
                // A tag that never ends: there is no other end behind it either.
                break
            } else {
                text += "<"
                rest = rest.dropFirst()
            }
        }
        return collapsed(text + spaced(rest))
    }

    /// `p` for `<p class="a">` and `</p>`; nil if this is no tag.
    private static func elementName(_ rest: Substring) -> String? {
        let inside = rest.dropFirst().first == "/" ? rest.dropFirst(2) : rest.dropFirst()
        let name = inside.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard name.first?.isLetter == true || inside.first == "!" else { return nil }
        return name.lowercased()
    }

    private static func skipping(_ name: String, _ rest: Substring) -> Substring {
        var place = rest
        while let open = place.firstRange(of: "</") {
            place = place[open.upperBound...]
            if place.prefix(name.count).lowercased() == name, let end = place.firstIndex(of: ">") {
                return place[place.index(after: end)...]
            }
        }
        return ""
    }

    private static func entity(_ rest: Substring, into text: inout String) -> Substring {
        let name = rest.dropFirst().prefix(entityMax + 1).prefix { $0 != ";" }
        let behind = rest.dropFirst(name.count + 1)
        guard behind.first == ";" else {
            text += "&"
            return rest.dropFirst()
        }
        if name.hasPrefix("#") {
            let isHex = name.dropFirst().first == "x" || name.dropFirst().first == "X"
            let value = isHex ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
            if let scalar = value.flatMap(UnicodeScalar.init), scalar.value >= 0x20 {
                text.unicodeScalars.append(scalar)
            }
            return behind.dropFirst()
        }
        guard let character = entities[String(name)] else {
            text += "&"
            return rest.dropFirst()
        }
        text += character
        return behind.dropFirst()
    }

    /// A line end in HTML is a space.
    private static func spaced(_ text: Substring) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    /// One space between words, an empty line between paragraphs.
    private static func collapsed(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline)
            .map { line in line.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    /// Plain text as HTML that says the same.
    static func html(of text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
