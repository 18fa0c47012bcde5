import Documents
import Glibc
import Workspace

/// A file that an import is to read.
struct ImportFile: Sendable {
    /// Where it lies.
    let path: String
    /// What versions of its entries carry: relative to the workspace. Where a file outside of it lies is nobody's
    /// business: `../site/index.html` is one of a folder `site` somewhere.
    let name: String
    /// Relative to the folder that was asked for; just its name if the file itself was.
    let below: String
    let format: DocumentFormat
    /// The folder that it lies in, right below the one that was asked for.
    let collection: String?
    /// How it lay there before it was read.
    let stamp: FileStamp

    /// Whether its name leads to it.
    var isInside: Bool { !name.hasPrefix("../") }
}

/// All files of some folders, and files.
struct ImportFiles {
    static let filesMax = 500_000
    static let depthMax = 32

    private(set) var files: [ImportFile] = []
    /// Files of formats that are not known.
    private(set) var ignored = IgnoredFiles()
    /// Prefixes of the names of everything that is in what was asked for: what is not there any more is gone.
    private(set) var roots: [String] = []

    private let workspace: String
    private var seen: Set<String> = []

    /// - Parameters:
    ///   - paths: as a person names them.
    ///   - workspace: its folder, without symbolic links.
    /// - Throws: `Complaint` for what is not there, or has nothing to read.
    init(at paths: [String], workspace: String) throws {
        self.workspace = workspace
        for path in paths {
            guard let real = Self.realPath(path) else {
                throw Complaint("there is no file or folder \(path)", status: .notFound)
            }
            let before = files.count
            let status = FileStamp(of: real)
            if status?.kind == S_IFDIR {
                roots.append(name(of: real) + "/")
                try walk(real, below: "", collection: nil, depth: 1)
                guard files.count > before else {
                    throw Complaint(
                        "\(path) has no files that can be imported", hint: "known: \(DocumentFormat.allEndings)",
                        status: .notFound)
                }
            } else {
                guard let format = DocumentFormat(path: real) else {
                    throw Complaint(
                        "\(path) is of no format that can be imported", hint: "known: \(DocumentFormat.allEndings)",
                        status: .badInput)
                }
                guard let status else { throw Complaint("there is no file \(path)", status: .notFound) }
                if format.holdsRecords { roots.append(name(of: real) + "#") }
                add(
                    ImportFile(
                        path: real, name: name(of: real), below: Self.last(of: real), format: format,
                        collection: nil, stamp: status))
            }
        }
    }

    /// Those of a workspace's own folder `knowledge`, which may be empty, or not there.
    init(knowledgeOf workspace: String) throws {
        self.workspace = workspace
        roots = ["knowledge/"]
        let folder = "\(workspace)/knowledge"
        if FileStamp(of: folder)?.kind == S_IFDIR { try walk(folder, below: "", collection: nil, depth: 1) }
    }

    private func name(of real: String) -> String {
        if real == workspace { return "." }
        return real.hasPrefix("\(workspace)/")
            ? String(real.dropFirst(workspace.utf8.count + 1)) : "../\(Self.last(of: real))"
    }

    private mutating func add(_ file: ImportFile) {
        if seen.insert(file.path).inserted { files.append(file) }
    }

    private mutating func walk(_ folder: String, below: String, collection: String?, depth: Int) throws {
        guard depth <= Self.depthMax else { return }
        let root = roots.last ?? ""
        for entry in try Self.names(in: folder) {
            let path = "\(folder)/\(entry)"
            let place = below.isEmpty ? entry : "\(below)/\(entry)"
            let status = FileStamp(of: path)
            switch status?.kind {
            case S_IFDIR:
                let inner = depth == 1 && MarkdownNote.isCollection(entry) ? entry : collection
                try walk(path, below: place, collection: inner, depth: depth + 1)
            case S_IFREG:
                guard let status, let format = DocumentFormat(path: entry) else {
                    ignored.add(entry)
                    continue
                }
                guard files.count < Self.filesMax else {
                    throw Complaint(
                        "more than \(Self.filesMax) files", hint: "import folder by folder", status: .badInput)
                }
                let name = root == "./" ? place : root + place
                add(
                    ImportFile(
                        path: path, name: name, below: place, format: format, collection: collection, stamp: status))
            default: ignored.addLink()
            }
        }
    }

    /// Sorted; hidden ones are left out.
    private static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else {
            throw Complaint("\(folder) cannot be read: \(String(cString: strerror(errno)))", status: .noAccess)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// A folder with all that lie in it; of a file, its folder.
    static func folders(at real: String, depth: Int = 1) -> [String] {
        guard FileStamp(of: real)?.kind == S_IFDIR else {
            return [String(real[..<(real.lastIndex(of: "/") ?? real.startIndex)])]
        }
        guard depth <= depthMax, let names = try? names(in: real) else { return [] }
        return [real]
            + names.filter { FileStamp(of: "\(real)/\($0)")?.kind == S_IFDIR }
            .flatMap { folders(at: "\(real)/\($0)", depth: depth + 1) }
    }

    static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func last(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
