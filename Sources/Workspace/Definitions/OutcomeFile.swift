/// A CSV (RFC 4180) of what became of what was sent: a header with `job`, `metric`, `value`, and perhaps `step` and
/// `source`, then one figure a line.
public struct OutcomeFile: Hashable, Sendable {
    /// The most figures of one file.
    public static let rowsMax = 4_096
    /// The largest file, in bytes.
    public static let bytesMax = 4 << 20
    /// The longest source, in characters.
    public static let sourceMax = 100

    /// One figure.
    public struct Row: Hashable, Sendable {
        public let job: String
        /// Nil where the file does not say.
        public let step: String?
        public let metric: String
        public let valueMillionths: Int64
        /// Empty where the file does not say.
        public let source: String
        public let position: SourcePosition
    }

    /// As it was given.
    public let path: String
    /// In the order of the file.
    public let rows: [Row]
}

extension OutcomeFile {
    /// - Throws: `WorkspaceProblems` that name every line that is not understood; then none is of use.
    public static func read(at path: String) throws(WorkspaceProblems) -> OutcomeFile {
        guard let real = WorkspaceFolder.realPath(path), let slash = real.lastIndex(of: "/") else {
            throw WorkspaceProblems(path: path.excerpt, message: "there is no such file")
        }
        let folder = try WorkspaceFolder(at: slash == real.startIndex ? "/" : String(real[..<slash]))
        let bytes: [UInt8]
        do throws(FileRefusal) {
            bytes = try folder.read(String(real[real.index(after: slash)...]), bytesMax: bytesMax)
        } catch {
            throw WorkspaceProblems(path: path, message: error.message)
        }
        let collector = DiagnosticCollector()
        let reader = OutcomeReader(path: path, collector: collector)
        let rows = reader.rows(in: bytes)
        guard collector.errorCount == 0 else { throw collector.problems }
        return OutcomeFile(path: path, rows: rows)
    }

    /// Whether a metric or a step can be called so.
    public static func isName(_ text: String) -> Bool { Identifier.isValid(text) }

    /// What a name looks like, for messages.
    public static var nameRule: String { Identifier.rule(dots: true) }
}

private struct OutcomeReader {
    static let columns = ["job", "step", "metric", "value", "source"]
    static let example = "the first line is: job,step,metric,value,source"

    let path: String
    let collector: DiagnosticCollector

    func rows(in bytes: [UInt8]) -> [OutcomeFile.Row] {
        if let problem = bytes.textProblem {
            report(problem.message, at: problem.position, hint: "save the file as UTF-8 text")
            return []
        }
        let records: [CSVRecord]
        do throws(CSVRefusal) {
            records = try CSVRecord.parse(bytes.withoutByteOrderMark)
        } catch {
            report(error.message, at: error.position)
            return []
        }
        guard let header = records.first else {
            report("there is nothing in it", at: nil, hint: Self.example)
            return []
        }
        guard records.count <= OutcomeFile.rowsMax + 1 else {
            report("more than \(OutcomeFile.rowsMax) figures", at: nil, hint: "split the file")
            return []
        }
        guard let columns = columns(header) else { return [] }
        return records.dropFirst().compactMap { row($0, columns) }
    }

    /// The place of each column; nil once a problem is reported.
    private func columns(_ header: CSVRecord) -> [String: Int]? {
        var places: [String: Int] = [:]
        var isSound = true
        for (index, cell) in header.cells.enumerated() {
            let name = cell.text.lowercased()
            if !Self.columns.contains(name) {
                let hint = NearestName.hint(for: name, among: Self.columns)
                report("no column is called \"\(cell.text.excerpt)\"", at: cell.position, hint: hint)
                isSound = false
            } else if places.updateValue(index, forKey: name) != nil {
                report("a second column `\(name)`", at: cell.position, hint: "each column stands once")
                isSound = false
            }
        }
        guard isSound else { return nil }
        for name in ["job", "metric", "value"] where places[name] == nil {
            report("the header has no column `\(name)`", at: header.position, hint: Self.example)
            isSound = false
        }
        return isSound ? places : nil
    }

    /// Nil once its problem is reported.
    private func row(_ record: CSVRecord, _ columns: [String: Int]) -> OutcomeFile.Row? {
        guard record.cells.count == columns.count else {
            report(
                "\(record.cells.count) cells, and the header has \(columns.count)", at: record.position,
                hint: "a text with a comma in it stands in quotes")
            return nil
        }
        func cell(_ name: String) -> CSVRecord.Cell? { columns[name].map { record.cells[$0] } }
        func name(_ column: String) -> String? {
            guard let cell = cell(column) else { return nil }
            if Identifier.isValid(cell.text) { return cell.text }
            report(
                "`\(column)` cannot be \"\(cell.text.excerpt)\"", at: cell.position, hint: Identifier.rule(dots: true))
            return nil
        }
        let source = cell("source")
        if let source, source.text.count > OutcomeFile.sourceMax || source.text.contains(where: \.isNewline) {
            report("`source` is one line of at most \(OutcomeFile.sourceMax) characters", at: source.position)
            return nil
        }
        let isStepGiven = cell("step").map { !$0.text.isEmpty } ?? false
        let step = isStepGiven ? name("step") : nil
        guard let job = name("job"), let metric = name("metric"), let value = cell("value"), !isStepGiven || step != nil
        else { return nil }
        guard let millionths = OutcomeValue.millionths(value.text) else {
            report("`value` cannot be \"\(value.text.excerpt)\"", at: value.position, hint: OutcomeValue.rule)
            return nil
        }
        return OutcomeFile.Row(
            job: job, step: step, metric: metric, valueMillionths: millionths, source: source?.text ?? "",
            position: record.position)
    }

    private func report(_ message: String, at position: SourcePosition?, hint: String? = nil) {
        collector.report(Diagnostic(path: path, position: position, message: message, hint: hint))
    }
}
