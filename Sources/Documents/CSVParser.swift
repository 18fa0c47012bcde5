/// Rows of a table (RFC 4180): the first line names the columns, every other row is a record.
///
/// Also taken: a byte order mark, `sep=;` in the first line, and `;`, tabs or `|` between cells, whichever the header
/// has most of. A quoted cell may hold line ends.
struct CSVParser: LineParser, Sendable {
    static let columnsMax = 256

    private let path: String
    private let options: DocumentOptions
    private var delimiter: UInt8?
    private var records: RecordReader?
    private var columns = 0
    /// A record that goes on in the next line, because a quote is open.
    private var open: [UInt8] = []
    private var openLine = 1
    private var quote = QuoteState.outside
    /// Rows with content, the header not counted.
    private var row = 0

    private enum QuoteState: Sendable {
        case outside
        case inside
    }

    init(path: String, _ options: DocumentOptions) {
        self.path = path
        self.options = options
        if path.lowercased().hasSuffix(".tsv") { delimiter = UInt8(ascii: "\t") }
    }

    mutating func take(_ line: LineCutter.Line, into items: inout [DocumentItem]) {
        guard !line.isCut, open.count + line.bytes.count <= DocumentReader.recordBytesMax else {
            return overflow(line, into: &items)
        }
        var bytes = line.bytes
        if line.number == 1, bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
        if open.isEmpty { openLine = line.number }
        if records == nil, open.isEmpty, line.number == 1, let separator = Self.separator(bytes) {
            delimiter = separator
            return
        }
        let mark = delimiter ?? Self.likeliest(in: bytes)
        delimiter = mark
        open += bytes
        quote = Self.state(after: bytes, from: quote, mark)
        guard quote == .outside else { return }
        let record = open
        open = []
        end(record, at: openLine, into: &items)
    }

    mutating func finish(into items: inout [DocumentItem]) {
        while !open.isEmpty, items.count < DocumentReader.problemsMax {
            items.append(
                .problem(problem(openLine, "a quote opens in this row and is never closed", hint: "close it")))
            let (lost, line) = (open, openLine)
            resume(after: lost, at: line, into: &items)
        }
        if records == nil, items.isEmpty {
            items.append(.problem(problem(1, "there is no header", hint: "name the columns in its first line")))
        }
    }

    private mutating func overflow(_ line: LineCutter.Line, into items: inout [DocumentItem]) {
        let (lost, start) = (open, open.isEmpty ? line.number : openLine)
        let words = lost.isEmpty ? "" : ": is a quote never closed?"
        items.append(
            .problem(problem(start, "the row is longer than \(DocumentReader.recordBytesMax) bytes\(words)")))
        resume(after: lost, at: start, into: &items)
        guard !line.isCut, !lost.isEmpty else { return }
        if open.count + line.bytes.count > DocumentReader.recordBytesMax {
            open = []
            quote = .outside
        }
        take(line, into: &items)
    }

    /// Goes on with the line behind the first one of a row that cannot be.
    private mutating func resume(after lost: [UInt8], at line: Int, into items: inout [DocumentItem]) {
        open = []
        quote = .outside
        guard records != nil, let end = lost.firstIndex(of: UInt8(ascii: "\n")) else { return }
        var number = line + 1
        var cutter = LineCutter(bytesMax: DocumentReader.recordBytesMax)
        var lines: [LineCutter.Line] = []
        cutter.take(lost[(end + 1)...]) { lines.append($0) }
        cutter.finish { lines.append($0) }
        for rest in lines {
            take(LineCutter.Line(bytes: rest.bytes, number: number, isCut: false), into: &items)
            number += 1
        }
    }

    private mutating func end(_ record: [UInt8], at line: Int, into items: inout [DocumentItem]) {
        do throws(DocumentProblem) {
            guard let cells = try cells(record, at: line) else { return }
            guard let records else {
                let reader = try RecordReader(header: cells, path: path, line: line, options)
                if let note = reader.note { items.append(.note(path: path, message: note)) }
                records = reader
                columns = cells.count
                return
            }
            row += 1
            guard cells.count == columns else {
                throw problem(
                    line, "\(counted(cells.count, "column")), and the header has \(columns)",
                    hint: "put quotes around a text with a separator in it")
            }
            let pairs = zip(records.names, cells).map { ($0, Document.Value(written: $1)) }
            items.append(.document(try records.document(pairs, line: line, row: row)))
        } catch {
            items.append(.problem(error))
        }
    }

    /// Nil for a row without any content.
    private func cells(_ record: [UInt8], at line: Int) throws(DocumentProblem) -> [String]? {
        var content = record[...]
        if content.last == UInt8(ascii: "\n") { content.removeLast() }
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        guard !content.isEmpty else { return nil }
        let mark = delimiter ?? UInt8(ascii: ",")
        var cells: [String] = []
        var cell: [UInt8] = []
        var index = content.startIndex
        func fail(_ message: String, at index: Int) -> DocumentProblem {
            let before = content[..<index]
            let lines = before.count { $0 == UInt8(ascii: "\n") }
            let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? before.startIndex
            return DocumentProblem(
                path: path, line: line + lines, column: index - start + 1, message,
                extent: records == nil ? .file : .record)
        }
        while true {
            cell.removeAll(keepingCapacity: true)
            let start = index
            if index < content.endIndex, content[index] == UInt8(ascii: "\"") {
                index += 1
                while true {
                    guard index < content.endIndex else { throw fail("this quote is never closed", at: start) }
                    let byte = content[index]
                    index += 1
                    if byte == UInt8(ascii: "\"") {
                        guard index < content.endIndex, content[index] == UInt8(ascii: "\"") else { break }
                        index += 1
                    }
                    cell.append(byte)
                }
                while index < content.endIndex, content[index] == 0x20 { index += 1 }
                guard index == content.endIndex || content[index] == mark else {
                    throw fail("something stands behind a closing quote", at: index)
                }
            } else {
                while index < content.endIndex, content[index] != mark {
                    cell.append(content[index])
                    index += 1
                }
            }
            guard let text = options.charset.text(of: cell) else {
                throw fail("this is not \(options.charset.name)", at: start)
            }
            cells.append(text.trimmedBlanks)
            guard cells.count <= Self.columnsMax else {
                throw fail("more than \(Self.columnsMax) columns", at: start)
            }
            guard index < content.endIndex else { break }
            index += 1
        }
        return cells.allSatisfy(\.isEmpty) ? nil : cells
    }

    /// Without a header nothing else can be read.
    private func problem(_ line: Int, _ message: String, hint: String = "") -> DocumentProblem {
        DocumentProblem(
            path: path, line: line, message, hint: hint, extent: records == nil ? .file : .record)
    }
}

extension CSVParser {
    /// Whether a quote is open at the end of a line. Quotes count only where a cell begins with one.
    private static func state(
        after line: ArraySlice<UInt8>, from state: QuoteState, _ mark: UInt8
    ) -> QuoteState {
        var isInside = state == .inside
        var isAtStart = !isInside
        var index = line.startIndex
        while index < line.endIndex {
            let byte = line[index]
            if isInside {
                if byte == UInt8(ascii: "\"") {
                    if index + 1 < line.endIndex, line[index + 1] == byte { index += 1 } else { isInside = false }
                }
            } else if byte == mark {
                isAtStart = true
            } else {
                if isAtStart, byte == UInt8(ascii: "\"") { isInside = true }
                isAtStart = false
            }
            index += 1
        }
        return isInside ? .inside : .outside
    }

    /// What spreadsheets write into a first line of its own: `sep=;`.
    private static func separator(_ line: ArraySlice<UInt8>) -> UInt8? {
        var content = line
        while let last = content.last, last == 0x0a || last == 0x0d { content.removeLast() }
        guard content.count == 5, content.dropLast().elementsEqual("sep=".utf8) else { return nil }
        return content.last
    }

    private static func likeliest(in header: ArraySlice<UInt8>) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in header {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted { counts[byte, default: 0] += 1 }
        }
        let marks = [",", ";", "\t", "|"].map { UInt8(ascii: $0 as Unicode.Scalar) }
        return marks.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? marks[0]
    }
}

/// `1 column`, `3 columns`.
func counted(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }
