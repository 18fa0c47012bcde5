import Foundation

/// This program once more, in a process of its own: what can end it harms nobody else.
struct OwnProcess {
    /// How it ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    let output: [UInt8]
    let end: End
    let id: Int32

    /// Runs it to its end. Its standard error is ours.
    static func run(_ arguments: [String]) throws -> OwnProcess {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        do {
            try process.run()
        } catch {
            throw Complaint("no process of its own could be started: \(error)", status: .storage)
        }
        let output = Array(pipe.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        let end: End = process.terminationReason == .exit ? .exit(process.terminationStatus) : .signal(process.terminationStatus)
        return OwnProcess(output: output, end: end, id: process.processIdentifier)
    }
}
