import EventSourcing
import Foundation
import Ledger
import Testing
import ViewStore
import Views

/// A `views-child` process, which lies beside the test bundle.
private final class Child {
    private let process = Process()
    private let output = Pipe()

    init(ledger: String, views: String, name: String, rounds: Int) throws {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: bundle).deletingLastPathComponent()
            .appendingPathComponent("views-child")
        process.arguments = [ledger, views, name, "\(rounds)"]
        process.standardOutput = output
        try process.run()
    }

    /// Waits for so many lines, then kills it.
    func kill(afterLines count: Int) throws {
        var lines = 0
        while lines < count {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            lines += more.count { $0 == UInt8(ascii: "\n") }
        }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for its end; the last position that it had in all its views.
    func last() throws -> Position? {
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? text.split(separator: "\n").last.flatMap { Position($0) } : nil
    }
}

@Suite struct `Processes beside each other` {
    /// Every view is what the ledger says, and has every job once.
    private func check(_ folder: Folder) throws {
        let ledger = try Ledger(at: folder.path + "/ledger")
        defer { ledger.close() }
        let store = try ViewStore(directory: folder.path + "/views")
        for view in StandardView.allCases {
            let live = try store.catchUp(view.projection, from: ledger)
            #expect(live.number == 1, "\(view)")
            let diff = try ViewDiff(live: live, shadow: try store.rebuild(view.projection, from: ledger))
            #expect(diff.isEmpty, "\(view)")
        }
        let jobs = try JobBoard.rows(in: store.view(named: JobBoard.name)).map(\.job)
        #expect(try Set(jobs) == Set(ledger.streams(in: "job").map { String($0.id) }))
    }

    private func child(_ folder: Folder, _ name: String, rounds: Int) throws -> Child {
        try Child(ledger: folder.path + "/ledger", views: folder.path + "/views", name: name, rounds: rounds)
    }

    private func prepared() throws -> Folder {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.path + "/ledger", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder.path + "/views", withIntermediateDirectories: true)
        return folder
    }

    @Test func `keep one set of views`() throws {
        let folder = try prepared()
        let children = try ["a", "b", "c"].map { try child(folder, $0, rounds: 25) }
        let positions = try children.map { try $0.last() }
        #expect(positions.compactMap(\.self).max() == 3 * 25 * 3)
        try check(folder)
    }

    @Test func `can be killed at any moment`() throws {
        let folder = try prepared()
        for round in 0..<12 {
            let children = try ["a", "b"].map { try child(folder, "\($0)\(round)", rounds: 1_000) }
            try children[0].kill(afterLines: 1 + round % 4)
            try children[1].kill(afterLines: 1 + round % 3)
        }
        try check(folder)
    }
}
