import Foundation

/// A scripted model endpoint on loopback, ended with the test.
final class ModelServer {
    let url: String
    private let process = Process()

    init(_ script: String...) throws {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/model.py")
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", fixture.path] + script
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        var port = ""
        while !port.hasSuffix("\n") {
            let byte = pipe.fileHandleForReading.readData(ofLength: 1)
            if byte.isEmpty { break }
            port += String(decoding: byte, as: UTF8.self)
        }
        url = "http://127.0.0.1:\(port.dropLast())/v1"
    }

    deinit {
        // Not `terminate`: threads of the test runner block SIGTERM, and a child inherits that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
