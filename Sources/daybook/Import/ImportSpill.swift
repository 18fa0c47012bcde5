import Events
import Glibc
import Knowledge
import Wire

/// What files said, from the moment they were read until it is written down: a little of it in memory, the rest in a
/// file without a name, which is gone with the process however that ends.
///
/// So each file is read once, what is written is what was checked, and a large import needs little memory.
struct ImportSpill: ~Copyable {
    /// Bytes that are kept in memory before they go into the file.
    static let memoryMax = 4 << 20

    private let folder: String
    private var file: CInt = -1
    private var fileBytes = 0
    private var packer = Packer()
    /// How many texts there are.
    private(set) var count = 0

    /// - Parameter folder: where the file lies if one is needed.
    init(in folder: String) { self.folder = folder }

    deinit { if file >= 0 { close(file) } }

    /// Puts a text behind those before it.
    mutating func add(_ text: FoundText) throws {
        var one = Packer()
        text.pack(into: &one)
        packer.put(one.bytes)
        count += 1
        if packer.bytes.count >= Self.memoryMax { try flush() }
    }

    /// Gives out all texts, in their order, and forgets them.
    consuming func drain(_ body: (FoundText) async throws -> Void) async throws {
        var place = 0
        var rest: [UInt8] = []
        while place < fileBytes {
            var piece = [UInt8](repeating: 0, count: min(Self.memoryMax, fileBytes - place))
            let read = pread(file, &piece, piece.count, off_t(place))
            guard read > 0 else { throw Self.failure("read") }
            place += read
            rest += piece[..<read]
            rest = Array(try await Self.give(rest, body))
        }
        rest = Array(try await Self.give(rest + packer.bytes, body))
        guard rest.isEmpty else { throw Self.failure("read") }
    }

    /// - Returns: what is no whole text yet.
    private static func give(
        _ bytes: [UInt8], _ body: (FoundText) async throws -> Void
    ) async throws -> ArraySlice<UInt8> {
        var rest = bytes[...]
        while true {
            var unpacker = Unpacker(rest)
            let content = unpacker.content()
            guard !unpacker.isDamaged else { return rest }
            var one = Unpacker(content)
            guard let text = FoundText(unpacking: &one) else { throw failure("read") }
            try await body(text)
            rest = rest[content.endIndex...]
        }
    }

    private mutating func flush() throws {
        if file < 0 { file = try Self.unnamed(in: folder) }
        var written = 0
        while written < packer.bytes.count {
            let count = packer.bytes.withUnsafeBytes { bytes in
                write(file, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write") }
            written += count
        }
        fileBytes += written
        packer.removeAll()
    }

    private static func unnamed(in folder: String) throws -> CInt {
        var path = Array("\(folder)/import-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { throw failure("make") }
        unlink(path)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        return file
    }

    private static func failure(_ verb: String) -> Complaint {
        let why = errno == ENOSPC ? "the disk is full" : String(cString: strerror(errno))
        return Complaint(
            "cannot \(verb) the file in which an import keeps what it has read: \(why)",
            hint: "what was written stays; the same import goes on from there", status: .storage)
    }
}

extension FoundText {
    fileprivate func pack(into packer: inout Packer) {
        packer.put(id)
        packer.put(subject)
        packer.put(place)
        packer.put(path)
        packer.put(UInt64(line))
        packer.put(UInt64(file))
        packer.put(UInt64(ordinal))
        packer.put(UInt64(EntryForm.allCases.firstIndex(of: statement.form) ?? 0))
        packer.put(statement.title)
        packer.put(statement.collection)
        packer.put(statement.customer)
        packer.put(statement.tags)
        packer.put(statement.validFrom)
        packer.put(statement.validTo)
        packer.put(statement.confidenceMillionths.map(Int64.init))
        packer.put(statement.fact?.wireBytes ?? [])
        packer.put(statement.fact == nil ? statement.body : "")
    }

    fileprivate init?(unpacking unpacker: inout Unpacker) {
        let id = unpacker.text()
        let subject = unpacker.optionalText()
        let (place, path) = (unpacker.text(), unpacker.text())
        let (line, file, ordinal) = (Int(unpacker.number()), Int(unpacker.number()), Int(unpacker.number()))
        let forms = Array(EntryForm.allCases)
        let form = forms[min(Int(clamping: unpacker.number()), forms.count - 1)]
        let (title, collection, customer) = (unpacker.text(), unpacker.text(), unpacker.text())
        let tags = unpacker.texts()
        let (from, to) = (unpacker.optionalNumber(), unpacker.optionalNumber())
        let confidence = unpacker.optionalNumber().map { UInt32(clamping: $0) }
        let fact = unpacker.content()
        let body = unpacker.text()
        guard !unpacker.isDamaged else { return nil }
        let record = fact.isEmpty ? nil : try? FactRecord(wireBytes: Array(fact))
        guard fact.isEmpty || record != nil else { return nil }
        self.init(
            id: id,
            statement: Statement(
                form: form, title: title, collection: collection, body: body, fact: record, tags: tags,
                customer: customer, validFrom: from, validTo: to, confidenceMillionths: confidence),
            subject: subject, place: place, path: path, line: line, file: file, ordinal: ordinal)
    }
}
