import Foundation

/// A scripted model endpoint on loopback, ended with the test.
final class ModelServer {
    let url: String
    private let process: ChildProcess

    convenience init(_ script: String...) throws { try self.init(script) }

    init(_ script: [String]) throws {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/model.py")
        // A named pipe, open at both ends before the child begins: nobody waits for anybody to open it.
        let place = FileManager.default.temporaryDirectory.appending(path: "daybook-model-\(UUID().uuidString)").path
        guard mkfifo(place, 0o600) == 0 else { throw ChildProcess.Failure(words: "no pipe at \(place)") }
        defer { unlink(place) }
        let pipe = open(place, O_RDWR | O_CLOEXEC)
        defer { close(pipe) }
        process = try ChildProcess(
            ["/usr/bin/env", "python3", fixture.path] + script, in: "/",
            environment: ProcessInfo.processInfo.environment, output: place)
        var port = ""
        var byte: UInt8 = 0
        // Open at both ends, the pipe does not end with a child that fails: only the limit does.
        var waiting = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        while !port.hasSuffix("\n"), poll(&waiting, 1, Int32(DaybookBinary.secondsMax) * 1_000) == 1,
            read(pipe, &byte, 1) == 1
        {
            port.append(Character(UnicodeScalar(byte)))
        }
        guard port.hasSuffix("\n") else { throw ChildProcess.Failure(words: "\(fixture.path) named no port") }
        url = "http://127.0.0.1:\(port.dropLast())/v1"
    }

    /// It is there no more.
    func end() { process.end() }

    deinit { process.end() }
}
