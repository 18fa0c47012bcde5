import Foundation

/// A file that a person names on the command line.
enum UserFile {
    /// The most bytes that are read, unless said otherwise.
    static let bytesMax = 1 << 20

    static func read(_ path: String, called name: String, bytesMax: Int = bytesMax) throws -> [UInt8] {
        try require(path, called: name)
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Complaint("\(name) cannot be read", status: .noAccess)
        }
        defer { try? handle.close() }
        return try bytes(of: handle, called: name, bytesMax)
    }

    /// Complains if there is no such file, or it is a folder.
    static func require(_ path: String, called name: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Complaint("there is no file \(name)", status: .notFound)
        }
        if isFolder.boolValue { throw Complaint("\(name) is a folder", status: .usage) }
    }

    /// Writes a file that a person asked for, in place of what was there.
    static func write(_ bytes: [UInt8], to path: String, called name: String) throws {
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Complaint("\(name) cannot be written: \(error.localizedDescription)", status: .storage)
        }
    }

    static func standardInput() throws -> [UInt8] {
        try bytes(of: .standardInput, called: "standard input", bytesMax)
    }

    private static func bytes(of handle: FileHandle, called name: String, _ bytesMax: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            while bytes.count <= bytesMax, let piece = try handle.read(upToCount: bytesMax + 1), !piece.isEmpty {
                bytes += piece
            }
        } catch {
            throw Complaint("\(name) cannot be read: \(error.localizedDescription)", status: .storage)
        }
        guard bytes.count <= bytesMax else {
            throw Complaint("\(name) is larger than \(bytesMax) bytes", hint: "cut it in pieces", status: .badInput)
        }
        return bytes
    }
}

extension WorkspaceOptions {
    /// A path as the person means it: relative to the folder that the command works in.
    func path(_ path: String) -> String {
        path.hasPrefix("/") || directory == "." ? path : "\(directory)/\(path)"
    }
}
