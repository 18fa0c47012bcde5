/// One line of a CSV file (RFC 4180). Blank lines are left out.
struct CSVRecord {
    struct Cell {
        let text: String
        let position: SourcePosition
    }

    let cells: [Cell]

    var position: SourcePosition { cells.first?.position ?? SourcePosition(line: 1, column: 1) }

    static func parse(_ bytes: [UInt8]) throws(CSVRefusal) -> [CSVRecord] {
        var parser = CSVParser(characters: Array(String(decoding: bytes, as: UTF8.self).unicodeScalars))
        return try parser.records()
    }
}

struct CSVRefusal: Error {
    let message: String
    let position: SourcePosition
}

private struct CSVParser {
    let characters: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var lineStart = 0

    init(characters: [Unicode.Scalar]) { self.characters = characters }

    private var position: SourcePosition { SourcePosition(line: line, column: index - lineStart + 1) }
    private var current: Unicode.Scalar? { index < characters.count ? characters[index] : nil }

    mutating func records() throws(CSVRefusal) -> [CSVRecord] {
        var records: [CSVRecord] = []
        while current != nil {
            var cells = [try cell()]
            while current == "," {
                index += 1
                cells.append(try cell())
            }
            if cells.count > 1 || !cells[0].text.isEmpty { records.append(CSVRecord(cells: cells)) }
            takeLineEnd()
        }
        return records
    }

    private mutating func cell() throws(CSVRefusal) -> CSVRecord.Cell {
        while current == " " { index += 1 }
        let start = position
        return CSVRecord.Cell(text: current == "\"" ? try quoted() : bare(), position: start)
    }

    private mutating func bare() -> String {
        var text = String.UnicodeScalarView()
        while let character = current, !",\r\n".unicodeScalars.contains(character) {
            text.append(character)
            index += 1
        }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private mutating func quoted() throws(CSVRefusal) -> String {
        let start = position
        var text = String.UnicodeScalarView()
        index += 1
        while let character = current {
            index += 1
            if character == "\"" {
                guard current == "\"" else { return try closed(String(text)) }
                index += 1
            }
            if character == "\n" {
                line += 1
                lineStart = index
            }
            text.append(character)
        }
        throw CSVRefusal(message: "the quote that opens here is never closed", position: start)
    }

    private mutating func closed(_ text: String) throws(CSVRefusal) -> String {
        while current == " " { index += 1 }
        guard let next = current, !",\r\n".unicodeScalars.contains(next) else { return text }
        throw CSVRefusal(message: "something stands behind a closing quote", position: position)
    }

    private mutating func takeLineEnd() {
        if current == "\r" { index += 1 }
        if current == "\n" { index += 1 }
        line += 1
        lineStart = index
    }
}
