import Foundation
import Keys
import Sealing
import Testing
import Wire

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The bytes of every file below, by path.
    var contents: [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for name in FileManager.default.enumerator(atPath: path)?.compactMap({ $0 as? String }) ?? [] {
            if let data = FileManager.default.contents(atPath: "\(path)/\(name)") { found[name] = Array(data) }
        }
        return found
    }
}

@Suite struct `Keys of people` {
    let folder: TemporaryFolder
    var directory: String { "\(folder.path)/keys/subjects" }

    init() throws { folder = try TemporaryFolder() }

    @Test func `a person has one key, however the name is written`() throws {
        let store = KeyStore(directory: directory)
        let keys = try store.makeKeys(for: ["Ann@Example.com", " ann@example.com ", "ben@example.com"])
        #expect(keys[0].id == keys[1].id)
        #expect(keys[0].id != keys[2].id)
        #expect(try KeyStore(directory: directory).makeKeys(for: ["ann@example.com"])[0].id == keys[0].id)
        #expect(
            try KeyStore(directory: directory).makeKeys(for: ["ann@example.com"])[0].secretBytes == keys[0].secretBytes)
        #expect(try store.ids(of: "ANN@example.com") == [keys[0].id])
        #expect(try store.everybody().map(\.person).sorted() == ["ann@example.com", "ben@example.com"])
    }

    @Test func `only the owner can read a key`() throws {
        let key = try KeyStore(directory: directory).makeKeys(for: ["ann@example.com"])[0]
        for (path, mode) in [(directory, 0o700), ("\(directory)/\(key.id)", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
    }

    @Test func `a destroyed key is nowhere, and a new one is another`() throws {
        let store = KeyStore(directory: directory)
        let keys = try store.makeKeys(for: ["ann@example.com", "ben@example.com"])
        try store.destroy([keys[0].id])
        #expect(store.key(keys[0].id) == nil)
        #expect(store.key(keys[1].id)?.secretBytes == keys[1].secretBytes)
        #expect(try store.ids(of: "ann@example.com").isEmpty)
        for bytes in folder.contents.values {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("ann@example.com"))
            #expect(!text.contains(keys[0].secretBytes.hex))
        }
        #expect(!folder.contents.keys.contains { $0.contains(keys[0].id.description) })
        #expect(try store.makeKeys(for: ["ann@example.com"])[0].id != keys[0].id)
    }

    @Test func `whoever has the folder alone can still read it, and others wait`() throws {
        let store = KeyStore(directory: directory)
        let key = try store.makeKeys(for: ["ann@example.com"])[0]
        try store.reserve()
        #expect(KeyStore(directory: directory + "/none").key(key.id) == nil)
        #expect(store.key(key.id) != nil)
        #expect(try store.ids(of: "ann@example.com") == [key.id])
        #expect(throws: KeyFailure.self) { try KeyStore(directory: directory).reserve() }
    }

    @Test func `a key that was never finished goes with the next that is destroyed`() throws {
        let store = KeyStore(directory: directory)
        let key = try store.makeKeys(for: ["ann@example.com"])[0]
        let half = "\(directory)/0123456789abcdef0123456789abcdef.new"
        try Data("person ben@example.com".utf8).write(to: URL(filePath: half))
        try store.destroy([key.id])
        #expect(!FileManager.default.fileExists(atPath: half))
    }

    @Test func `nothing is destroyed while another uses keys`() throws {
        let store = KeyStore(directory: directory)
        let key = try store.makeKeys(for: ["ann@example.com"])[0]
        do {
            let other = KeyStore(directory: directory)
            #expect(other.key(key.id) != nil)
            let failure = #expect(throws: KeyFailure.self) { try store.destroy([key.id]) }
            #expect(failure?.isBusy == true)
            #expect(other.key(key.id) != nil)
        }
        try store.destroy([key.id])
        #expect(store.key(key.id) == nil)
    }

    @Test func `many who make a key for one person make one`() async throws {
        let directory = directory
        let ids = try await withThrowingTaskGroup(of: SubjectID.self) { group in
            for _ in 0..<8 {
                group.addTask { try KeyStore(directory: directory).makeKeys(for: ["ann@example.com"])[0].id }
            }
            return try await group.reduce(into: Set<SubjectID>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
    }

    @Test func `a damaged key is named, and reads as gone`() throws {
        let store = KeyStore(directory: directory)
        let key = try store.makeKeys(for: ["ann@example.com"])[0]
        try Data("nothing".utf8).write(to: URL(filePath: "\(directory)/\(key.id)"))
        let other = KeyStore(directory: directory)
        #expect(other.key(key.id) == nil)
        let failure = #expect(throws: KeyFailure.self) { try other.ids(of: "ann@example.com") }
        #expect(failure?.description.contains("holds no key") == true)
    }

    @Test func `nobody is known before the first key`() throws {
        let store = KeyStore(directory: directory)
        #expect(try store.ids(of: "ann@example.com").isEmpty)
        #expect(try store.everybody().isEmpty)
        #expect(throws: KeyFailure.self) { try store.makeKeys(for: [" "]) }
        #expect(throws: KeyFailure.self) { try store.makeKeys(for: [String(repeating: "a", count: 600)]) }
    }
}
