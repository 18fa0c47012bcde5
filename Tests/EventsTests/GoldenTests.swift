import Events
import Foundation
import SwiftProtobuf
import Testing
import Wire

/// One file of each event, as the first revision wrote it. They stay for ever: today's build must read them to the same
/// value, write them to the same bytes, and show them as the same JSON.
@Suite struct GoldenTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/r1")

    @Test(arguments: EventCatalog.entries)
    func `an event of the first revision is read, written and shown as ever`(entry: EventCatalog.Entry) throws {
        let type = try #require(checkedEvents[entry.type])
        let bytesFile = Self.folder.appending(path: "\(entry.name).bin")
        let jsonFile = Self.folder.appending(path: "\(entry.name).json")
        if ProcessInfo.processInfo.environment["DAYBOOK_WRITE_GOLDEN"] == "1" {
            try Self.write(type, seed: UInt64(entry.type), to: bytesFile, jsonFile)
        }
        try #require(
            FileManager.default.fileExists(atPath: bytesFile.path),
            "\(entry.name) has no golden file yet: run tools/generate-events --golden")
        try Self.check(type, entry, bytes: Array(Data(contentsOf: bytesFile)), json: Array(Data(contentsOf: jsonFile)))
    }

    @Test func `no golden file is of an event that this build has forgotten`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
        #expect(names.count >= 2)
        #expect(Set(names).subtracting(EventCatalog.entries.map(\.name)) == [])
    }

    private static func check<M: CheckedMessage>(
        _ type: M.Type, _ entry: EventCatalog.Entry, bytes: [UInt8], json: [UInt8]
    ) throws {
        let value = try M(wireBytes: bytes)
        #expect(value.wireBytes == bytes)
        #expect(try M.Oracle(serializedBytes: bytes).serializedBytes() as [UInt8] == bytes)
        let golden = try JSON(parsing: json)
        #expect(value.json == golden)
        #expect(try EventCatalog.json(type: entry.type, payload: bytes, style: .proto3) == golden)
    }

    /// Every field set, once and for all: a file that is there is not touched.
    private static func write<M: CheckedMessage>(_ type: M.Type, seed: UInt64, to bytesFile: URL, _ jsonFile: URL)
        throws
    {
        guard !FileManager.default.fileExists(atPath: bytesFile.path) else { return }
        var chance = Chance(seed: seed, isPlain: true)
        let value = M.random(&chance)
        try Data(value.wireBytes).write(to: bytesFile)
        try Data((value.json.pretty + "\n").utf8).write(to: jsonFile)
    }
}
