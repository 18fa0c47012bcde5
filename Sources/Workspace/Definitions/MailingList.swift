/// `lists/<name>.csv` (RFC 4180): a header with `email`, then one recipient a line.
public struct MailingList: Hashable, Sendable {
    /// The most recipients of one list.
    public static let recipientsMax = 10_000
    /// The largest file, in bytes.
    public static let bytesMax = 4 << 20

    public let name: String
    /// In the order of the file, each once.
    public let addresses: [String]
    public let source: SourceFile
}

extension MailingList {
    static let folder = "lists"

    /// Nil once its problem is reported.
    static func read(
        _ path: String, named stem: String, in folder: WorkspaceFolder, _ collector: DiagnosticCollector
    ) -> MailingList? {
        let bytes: [UInt8]
        do throws(FileRefusal) {
            bytes = try folder.read(path, bytesMax: bytesMax)
        } catch {
            collector.report(Diagnostic(path: path, message: error.message))
            return nil
        }
        let source = SourceFile(path: path, bytes: bytes)
        var reader = ListReader(path: path, collector: collector)
        guard reader.checkName(stem), let addresses = reader.addresses(in: bytes) else { return nil }
        return MailingList(name: stem, addresses: addresses, source: source)
    }
}

private struct ListReader {
    let path: String
    let collector: DiagnosticCollector
    private var isSound = true

    init(path: String, collector: DiagnosticCollector) {
        self.path = path
        self.collector = collector
    }

    func checkName(_ stem: String) -> Bool {
        if Identifier.isValid(stem) { return true }
        let hint = "rename the file: \(Identifier.rule(dots: true))"
        collector.report(Diagnostic(path: path, message: "\"\(stem.excerpt)\" is no name", hint: hint))
        return false
    }

    mutating func addresses(in bytes: [UInt8]) -> [String]? {
        if let problem = bytes.textProblem {
            report(problem.message, at: problem.position, hint: "save the file as UTF-8 text")
            return nil
        }
        let records: [CSVRecord]
        do throws(CSVRefusal) {
            records = try CSVRecord.parse(bytes.withoutByteOrderMark)
        } catch {
            report(error.message, at: error.position)
            return nil
        }
        guard let header = records.first else {
            report("there is nothing in it", at: nil, hint: "the first line is the header: email,name")
            return nil
        }
        guard let column = header.cells.firstIndex(where: { $0.text.lowercased() == "email" }) else {
            report("the header has no column `email`", at: header.position, hint: "the first line is: email,name")
            return nil
        }
        return addresses(in: records.dropFirst(), column: column)
    }

    private mutating func addresses(in records: ArraySlice<CSVRecord>, column: Int) -> [String]? {
        var seen: Set<String> = []
        var addresses: [String] = []
        for record in records {
            guard record.cells.indices.contains(column) else {
                report("this line has no `email`", at: record.position)
                continue
            }
            let cell = record.cells[column]
            guard let address = MailAddress.parse(cell.text) else {
                report("\"\(cell.text.excerpt)\" is no e-mail address", at: cell.position)
                continue
            }
            // Domains never mind the case, and no mail server that anybody uses minds it in the local part.
            guard seen.insert(address.lowercased()).inserted else { continue }
            guard addresses.count < MailingList.recipientsMax else {
                report("more than \(MailingList.recipientsMax) recipients", at: cell.position, hint: "split the list")
                return nil
            }
            addresses.append(address)
        }
        return isSound ? addresses : nil
    }

    private mutating func report(_ message: String, at position: SourcePosition?, hint: String? = nil) {
        isSound = false
        collector.report(Diagnostic(path: path, position: position, message: message, hint: hint))
    }
}
