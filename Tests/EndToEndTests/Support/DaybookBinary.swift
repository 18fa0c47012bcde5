import Foundation
import Wire

/// The built command, run as a user runs it.
struct DaybookBinary {
    /// The longest that a command may take.
    static let secondsMax = 120.0

    /// Beside the tests themselves.
    static let path: String = {
        let tests = URL(filePath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "")
        return tests.deletingLastPathComponent().appending(path: "daybook").path
    }()

    struct Result {
        let status: Int32
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// Standard output as one JSON object a line.
        var objects: [JSON] { lines.compactMap { try? JSON(parsing: $0) } }
    }

    /// Runs a command to its end; one that takes too long is killed and ends with 137.
    static func run(
        _ arguments: [String], in folder: String, environment: [String: String] = [:], input: String = "",
        launcher: [String] = []
    ) throws -> Result {
        var variables = ProcessInfo.processInfo.environment
        variables["SWIFT_BACKTRACE"] = "enable=no"
        variables["EDITOR"] = nil
        variables["VISUAL"] = nil
        variables.merge(environment) { $1 }
        // Files, not pipes: nothing is lost when the output is larger than a pipe.
        let place = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        func file(_ name: String) -> String { place.appending(path: name).path }
        try Data(input.utf8).write(to: URL(filePath: file("in")))
        let child = try ChildProcess(
            launcher + [path] + arguments, in: folder, environment: variables, input: file("in"), output: file("out"),
            errors: file("err"))
        let status = child.wait(secondsMax: secondsMax)
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(filePath: file(name))), as: UTF8.self)
        }
        return Result(status: status, output: try text("out"), errors: try text("err"))
    }
}

/// A workspace of its own in a temporary folder, removed at the end.
final class Company {
    let folder: String

    /// Makes one from the template.
    init(_ template: String = "newsletter") throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "daybook-company-\(UUID().uuidString)").path
        let made = try DaybookBinary.run(["init", template, folder], in: "/")
        guard made.status == 0 else { throw Failure(words: made.errors) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    struct Failure: Error { let words: String }

    @discardableResult
    func daybook(
        _ arguments: String..., environment: [String: String] = [:], input: String = ""
    ) throws -> DaybookBinary.Result {
        try DaybookBinary.run(arguments, in: folder, environment: environment, input: input)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    }

    /// Replaces a text that must be there.
    func edit(_ name: String, _ old: String, _ new: String) throws {
        let text = try read(name)
        guard text.contains(old) else { throw Failure(words: "\(name) has no \(old)") }
        try write(name, text.replacing(old, with: new))
    }

    /// The mails in the outbox, by file name.
    func mails() throws -> [String] {
        guard FileManager.default.fileExists(atPath: path("outbox/new")) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path("outbox/new")).sorted()
    }

    /// The names of a job's events, in order.
    func events(_ job: String) throws -> [String] {
        try daybook("job", "events", job, "--json").objects.compactMap { $0["event"]?.text }
    }
}
