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

    // Not `terminate`: threads of the test runner block SIGTERM, and a child inherits that. Never a stale or a
    // special id either: zero would mean every process of this group.
    func stop() {
        let pid = process.processIdentifier
        if process.isRunning, pid > 1 { kill(pid, SIGKILL) }
    }

    deinit { stop() }
}

/// A port of loopback where nobody listens.
func closedPort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
        }
    }
    try #require(isBound)
    return address.sin_port.byteSwapped
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
