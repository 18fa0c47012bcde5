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

    @Test func `a key that cannot be read hides nobody else, and is named`() throws {
        let store = KeyStore(directory: directory)
        let keys = try store.makeKeys(for: ["ann@example.com", "ben@example.com"])
        try Data("nothing".utf8).write(to: URL(filePath: "\(directory)/\(keys[0].id)"))
        let other = KeyStore(directory: directory)
        #expect(other.named(in: Array("to ben@example.com".utf8)) == [keys[1].id])
        let failure = #expect(throws: KeyFailure.self) { try other.makeKeys(for: ["cid@example.com"]) }
        #expect(failure?.description.hasPrefix("\(directory)/\(keys[0].id) holds no key") == true)
    }

    @Test func `a key whose destruction was cut off is destroyed, and goes with the next`() throws {
        let store = KeyStore(directory: directory)
        let keys = try store.makeKeys(for: ["ann@example.com", "ben@example.com"])
        let half = "\(directory)/\(keys[0].id)"
        try Data(count: 100).write(to: URL(filePath: half))
        let other = KeyStore(directory: directory)
        #expect(try other.ids(of: "ann@example.com").isEmpty)
        #expect(try other.everybody().map(\.person) == ["ben@example.com"])
        #expect(try other.makeKeys(for: ["ann@example.com"])[0].id != keys[0].id)
    }

    @Test(arguments: ["\u{301}zoe", "\u{fe0f}zoe", "\u{200d}zoe", "\u{200c}zoe", "zoe\u{301}"])
    func `a name may begin with a mark`(name: String) throws {
        let key = try KeyStore(directory: directory).makeKeys(for: [name])[0]
        let other = KeyStore(directory: directory)
        #expect(try other.ids(of: name) == [key.id])
        #expect(other.key(key.id)?.secretBytes == key.secretBytes)
    }

    @Test func `a key that another process makes is seen at once`() throws {
        let store = KeyStore(directory: directory)
        let other = KeyStore(directory: directory)
        for number in 0..<50 {
            let person = "p\(number)@example.com"
            let key = try other.makeKeys(for: [person])[0]
            #expect(store.named(in: Array("for \(person).".utf8)) == [key.id])
        }
    }

    @Test(arguments: [
        "plain ann@example.com here", "ann@example.com–dash", "„ann@example.com“", "`ann@example.com`",
        "*ann@example.com*", "_ann@example.com_", "|ann@example.com|", "'ann@example.com'", "url?to=ann@example.com",
        "\u{a0}ann@example.com", "メールann@example.com", "<Ann@Example.COM>", "(ann@example.com)", "ann@example.com.",
        "...ann@example.com", "mailto:ann@example.com?subject=x", "ann@example.comです", "a@b,ann@example.com@",
        "https://x.example/u/ann@example.com/edit", "ann@example.com",
    ])
    func `an address is found whatever it is wrapped in`(text: String) throws {
        let store = KeyStore(directory: directory)
        let key = try store.makeKeys(for: ["ann@example.com"])[0]
        #expect(store.named(in: Array(text.utf8)) == [key.id])
    }

    @Test(arguments: [
        "joann@example.com", "ann@example.community", "ann@example.co", "ann @example.com", "ann@", "@example.com", "@",
        "ann@sub.example.org",
    ])
    func `another address is not hers`(text: String) throws {
        let store = KeyStore(directory: directory)
        _ = try store.makeKeys(for: ["ann@example.com"])
        #expect(store.named(in: Array(text.utf8)).isEmpty)
    }

    @Test func `addresses in other scripts are found as well`() throws {
        let store = KeyStore(directory: directory)
        let key = try store.makeKeys(for: ["jürgen@bücher.example"])[0]
        for text in ["„JÜRGEN@bücher.example“", "ju\u{308}rgen@bu\u{308}cher.example, and"] {
            #expect(store.named(in: Array(text.utf8)) == [key.id], "\(text)")
        }
    }
}
