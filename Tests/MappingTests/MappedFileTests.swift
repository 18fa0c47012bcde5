import Foundation
import Mapping
import Testing
import Wire

@Suite struct `A mapped file` {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-test-\(UUID().uuidString)")

    private func write(_ bytes: [UInt8]) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "file").path
        try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        return path
    }

    @Test func `is read as it is, also after it has been replaced`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write([1, 2, 3])
        let old = try MappedFile.open(path, bytesMax: 3)
        _ = try write([4])
        #expect(old.withBytes(Array.init) == [1, 2, 3])
        #expect(try MappedFile.open(path, bytesMax: 3).withBytes(Array.init) == [4])
    }

    @Test func `may be empty`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try MappedFile.open(try write([]), bytesMax: 3).count == 0)
    }

    @Test func `that is not there, too large or no file is refused, with its path`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write([1, 2, 3])
        for (path, max, kind) in [
            (path + ".no", 3, MappingFailure.Kind.missing), (path + "/no", 3, .missing), (path, 2, .tooLarge),
            (folder.path, 3, .notAFile),
        ] {
            do throws(MappingFailure) {
                _ = try MappedFile.open(path, bytesMax: max)
                Issue.record("\(path) was mapped")
            } catch {
                #expect(error.kind == kind)
                #expect(error.description.hasPrefix("cannot read \(path): "))
            }
        }
    }
}
