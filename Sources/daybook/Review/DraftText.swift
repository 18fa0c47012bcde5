import Wire

/// A draft as a person edits it: the subject on the first line, then the body; anything else as JSON.
enum DraftText {
    private static let subjectLabel = "Subject: "

    static func isMail(_ draft: JSON) -> Bool { draft["subject"]?.text != nil && draft["body"]?.text != nil }

    static func text(of draft: JSON) -> String {
        guard isMail(draft), let subject = draft["subject"]?.text, let body = draft["body"]?.text else {
            return draft.pretty + "\n"
        }
        return subjectLabel + subject + "\n\n" + body + (body.hasSuffix("\n") ? "" : "\n")
    }

    /// The draft with what the text says; fields that are not shown stay as they are.
    static func draft(from text: String, editing draft: JSON) throws -> JSON {
        guard isMail(draft) else {
            do {
                return try JSON(parsing: text)
            } catch {
                throw Complaint("the edited text is not JSON: \(error)", status: .badInput)
            }
        }
        guard let end = text.firstIndex(of: "\n"), text.hasPrefix(subjectLabel) else {
            throw Complaint(
                "the first line must be the subject", hint: "write `\(subjectLabel)…` and an empty line behind it",
                status: .badInput)
        }
        let subject = text[text.index(text.startIndex, offsetBy: subjectLabel.count)..<end].stripped
        var body = text[text.index(after: end)...]
        while body.first == "\n" { body.removeFirst() }
        // The editor's last line break is the file's, not the draft's, unless the draft had one.
        if draft["body"]?.text?.hasSuffix("\n") == false, body.hasSuffix("\n") { body.removeLast() }
        return draft.setting("subject", to: .string(subject)).setting("body", to: .string(String(body)))
    }

    /// How much of a text was changed, by words: 0 nothing, 1,000,000 everything (Levenshtein over the longer one).
    static func distanceMillionths(_ old: String, _ new: String) -> UInt32 {
        let a = OutputSummary.words(in: old).prefix(wordsMax).map(String.init)
        let b = OutputSummary.words(in: new).prefix(wordsMax).map(String.init)
        let longer = max(a.count, b.count)
        guard longer > 0 else { return 0 }
        var row = Array(0...b.count)
        for (i, word) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let next = word == other ? diagonal : min(diagonal, row[j], row[j + 1]) + 1
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return UInt32(row[b.count] * 1_000_000 / longer)
    }

    /// Longer texts are compared by so many words.
    private static let wordsMax = 4_000
}

extension Substring {
    /// Without blanks at either end.
    var stripped: String {
        var text = drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
