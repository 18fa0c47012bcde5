import Events
import Foundation
import SwiftProtobuf
import Testing
import Wire

/// One file of every revision of every event, as the build that made it wrote it. They stay for ever: today's build
/// must read them to the same value, write them to the same bytes, and show them as the same JSON.
@Suite struct GoldenTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// One shape of one event.
    struct Shape: CustomTestStringConvertible, Sendable {
        let entry: EventCatalog.Entry
        let revision: UInt8
        let type: any CheckedMessage.Type

        var testDescription: String { "\(entry.name) r\(revision)" }

        /// `Golden/r1/BackupTaken.json`
        func file(_ ending: String) -> URL { folder.appending(path: "r\(revision)/\(entry.name).\(ending)") }
        /// The JSON of the newest shape, once the file is upcast to it.
        var upcastFile: URL { file("as-r\(entry.revision).json") }
        var isOld: Bool { revision < entry.revision }
    }

    static let shapes: [Shape] = EventCatalog.entries.flatMap { entry in
        let types = (checkedOldShapes[entry.type] ?? []) + (checkedEvents[entry.type].map { [$0] } ?? [])
        return types.enumerated().map { Shape(entry: entry, revision: UInt8($0.offset + 1), type: $0.element) }
    }

    @Test func `every revision that the catalogue counts has a shape`() {
        for entry in EventCatalog.entries {
            let revisions = Self.shapes.filter { $0.entry == entry }.map(\.revision)
            #expect(revisions == Array(1...entry.revision))
        }
    }

    @Test(arguments: shapes)
    func `an event of any revision is read, written and shown as ever`(shape: Shape) throws {
        if ProcessInfo.processInfo.environment["DAYBOOK_WRITE_GOLDEN"] == "1" { try Self.write(shape.type, shape) }
        try #require(
            FileManager.default.fileExists(atPath: shape.file("bin").path),
            "\(shape.testDescription) has no golden file yet: run tools/generate-events --golden")
        let bytes = try Array(Data(contentsOf: shape.file("bin")))
        try Self.check(shape.type, bytes, try JSON(parsing: Array(Data(contentsOf: shape.file("json")))))
        let newest = try JSON(parsing: Array(Data(contentsOf: shape.isOld ? shape.upcastFile : shape.file("json"))))
        let entry = shape.entry
        #expect(
            try EventCatalog.json(type: entry.type, revision: shape.revision, payload: bytes, style: .proto3) == newest)
        // A revision that nobody has written yet stops.
        #expect(throws: WireError.unknownRevision(entry.revision + 1)) {
            try EventCatalog.json(type: entry.type, revision: entry.revision + 1, payload: bytes)
        }
    }

    @Test func `no golden file is of an event that this build has forgotten`() throws {
        var expected: Set<String> = []
        for shape in Self.shapes {
            expected.formUnion(["\(shape.testDescription).bin", "\(shape.testDescription).json"])
            if shape.isOld { expected.insert("\(shape.testDescription).as-r\(shape.entry.revision).json") }
        }
        var found: Set<String> = []
        for folder in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path) {
            let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.appending(path: folder).path)
            for name in names {
                let dot = try #require(name.firstIndex(of: "."))
                found.insert("\(name[..<dot]) \(folder)\(name[dot...])")
            }
        }
        #expect(found.count >= 2)
        #expect(found.symmetricDifference(expected) == [])
    }

    private static func check<M: CheckedMessage>(_ type: M.Type, _ bytes: [UInt8], _ golden: JSON) throws {
        let value = try M(wireBytes: bytes)
        #expect(value.wireBytes == bytes)
        #expect(try M.Oracle(serializedBytes: bytes).serializedBytes() as [UInt8] == bytes)
        #expect(value.json == golden)
    }

    /// Every field set, once and for all: a file that is there is not touched.
    private static func write<M: CheckedMessage>(_ type: M.Type, _ shape: Shape) throws {
        let file = shape.file("bin")
        if !FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            var chance = Chance(seed: UInt64(shape.entry.type), isPlain: true)
            let value = M.random(&chance)
            try Data(value.wireBytes).write(to: file)
            try Data((value.json.pretty + "\n").utf8).write(to: shape.file("json"))
        }
        guard shape.isOld, !FileManager.default.fileExists(atPath: shape.upcastFile.path) else { return }
        let upcast = try EventCatalog.json(
            type: shape.entry.type, revision: shape.revision, payload: Array(Data(contentsOf: file)), style: .proto3)
        try Data((upcast.pretty + "\n").utf8).write(to: shape.upcastFile)
    }
}
