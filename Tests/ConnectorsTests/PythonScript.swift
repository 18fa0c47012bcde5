import Foundation
import Testing

/// One of the Python scripts beside these tests, run by the system's own interpreter.
final class PythonScript: Sendable {
    static let python = "/usr/bin/python3"

    private let process: Process
    private let input = Pipe()
    private let output = Pipe()

    init(_ name: String, _ arguments: [String] = []) throws {
        process = Process()
        process.executableURL = URL(filePath: Self.python)
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        process.arguments = [folder.appending(path: "Fixtures/\(name)").path] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// The next line that the script prints.
    func line() throws -> String {
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Gives the bytes as its whole input; its whole output.
    func answer(to bytes: [UInt8]) throws -> Data {
        try input.fileHandleForWriting.write(contentsOf: bytes)
        try input.fileHandleForWriting.close()
        return try output.fileHandleForReading.readToEnd() ?? Data()
    }

    // Not `terminate`: threads of the test runner block SIGTERM, and a child inherits that.
    func stop() { kill(process.processIdentifier, SIGKILL) }

    deinit { stop() }
}

/// An empty folder that is removed at the end.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "daybook-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }

    func read(_ place: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(path)/\(place)")))
    }
}
