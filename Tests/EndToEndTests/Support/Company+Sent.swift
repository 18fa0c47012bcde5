import Foundation
import Wire

extension Company {
    /// Runs a newsletter and says yes.
    @discardableResult
    func send(_ arguments: String...) throws -> String {
        let run = try DaybookBinary.run(["run", "newsletter", "--json"] + arguments, in: folder)
        guard let job = run.objects.first?["job"]?.text else { throw Failure(words: run.errors) }
        let review = try daybook("review", job, "--approve")
        guard review.status == 0 else { throw Failure(words: review.errors) }
        return job
    }

    /// The events of a job with this name, oldest first, as `log --json` prints them.
    func events(_ job: String, named name: String) throws -> [JSON] {
        try daybook("log", "--job", job, "--type", name, "--json").objects
    }

    /// The last position.
    func head() throws -> Int64 { try daybook("status", "--json").objects.first?["events"]?.integer ?? 0 }
}

extension JSON {
    /// `@147`, of an event's object.
    var place: String { "@\(self["position"]?.integer ?? 0)" }
}

/// Puts other bytes into a file, as a failing disk would, wherever these stand.
enum Damage {
    /// - Returns: how often they stood there.
    @discardableResult
    static func replace(_ old: [UInt8], with new: [UInt8], in path: String) throws -> Int {
        var data = try Data(contentsOf: URL(filePath: path))
        var count = 0
        var start = data.startIndex
        while let range = data.range(of: Data(old), in: start..<data.endIndex) {
            data.replaceSubrange(range, with: new)
            start = range.upperBound
            count += 1
        }
        try data.write(to: URL(filePath: path))
        return count
    }
}
