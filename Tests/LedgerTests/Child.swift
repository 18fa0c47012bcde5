import Foundation
import Testing

/// A `ledger-child` process, which lies beside the test bundle.
final class Child {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    convenience init(_ folder: String, seed: Int, commits: Int, appenders: Int) throws {
        try self.init("append", folder, "\(seed)", "0", "\(commits)", "\(appenders)")
    }

    /// One that holds a transaction on the ledger in a folder, until it is ended.
    static func holding(_ kind: String, in folder: String) throws -> Child {
        let child = try Child("hold", kind, folder + "/ledger.mdb")
        _ = child.output.fileHandleForReading.availableData
        return child
    }

    /// One that appends, and may write no file larger than so many kilobytes.
    static func appending(_ commits: Int, to folder: String, fileKilobytesMax: Int) throws -> Child {
        try Child("append", folder, "1", "0", "\(commits)", "1", limits: "ulimit -f \(fileKilobytesMax);")
    }

    private init(_ arguments: String..., limits: String = "") throws {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let child = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("ledger-child")
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", limits + #"exec "$0" "$@""#, child.path] + arguments
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// What it has acknowledged: commit numbers with their positions. Ends when the process does.
    func acknowledged() throws -> [UInt64: ClosedRange<UInt64>] {
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return Self.parse(text)
    }

    /// Kills it once it has acknowledged so many commits, and returns all that it acknowledged.
    func kill(afterLines count: Int) throws -> [UInt64: ClosedRange<UInt64>] {
        var text = Data()
        while text.count(where: { $0 == UInt8(ascii: "\n") }) < count {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            text += more
        }
        Foundation.kill(process.processIdentifier, SIGKILL)
        text += try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Self.parse(String(decoding: text, as: UTF8.self))
    }

    /// Sends it a signal; one that ends it is waited for.
    func signal(_ number: Int32) {
        Foundation.kill(process.processIdentifier, number)
        if number == SIGKILL { process.waitUntilExit() }
    }

    var id: Int32 { process.processIdentifier }
    var exitStatus: Int32 { process.terminationStatus }
    var wasKilled: Bool { process.terminationReason == .uncaughtSignal }
    func complaint() throws -> String {
        String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    /// All that it says, until it ends.
    func said() throws -> String {
        defer { process.waitUntilExit() }
        return String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    static func parse(_ text: String) -> [UInt64: ClosedRange<UInt64>] {
        var found: [UInt64: ClosedRange<UInt64>] = [:]
        for line in text.split(separator: "\n") {
            let numbers = line.split(separator: " ").compactMap { UInt64($0) }
            if numbers.count == 3 { found[numbers[0]] = numbers[1]...numbers[2] }
        }
        return found
    }
}
