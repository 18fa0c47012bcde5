import Foundation
import Synchronization

/// This program once more, in a process of its own: what can end it harms nobody else.
struct OwnProcess {
    /// How long it may take: damaged pages can lead in a circle.
    static let secondsMax = 3_600.0

    /// How it ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    let output: [UInt8]
    /// What it said on standard error.
    let errors: [UInt8]
    let end: End
    let id: Int32

    /// Runs it to its end.
    static func run(_ arguments: [String]) throws -> OwnProcess {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(
            filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.arguments = arguments
        // A crash is told in our words.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw Complaint("no process of its own could be started: \(error)", status: .storage)
        }
        let limit = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + secondsMax, execute: limit)
        defer { limit.cancel() }
        // Both at once, so that neither waits for the other.
        let said = Mutex<[UInt8]>([])
        let reading = DispatchGroup()
        DispatchQueue.global().async(group: reading) {
            let bytes = Array(errors.fileHandleForReading.readDataToEndOfFile())
            said.withLock { $0 = bytes }
        }
        let printed = Array(output.fileHandleForReading.readDataToEndOfFile())
        reading.wait()
        process.waitUntilExit()
        return OwnProcess(
            output: printed, errors: said.withLock { $0 },
            end: process.terminationReason == .exit
                ? .exit(process.terminationStatus) : .signal(process.terminationStatus),
            id: process.processIdentifier)
    }
}
