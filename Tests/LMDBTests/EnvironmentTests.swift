import Foundation
import LMDB
import Testing

@Suite struct EnvironmentTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a file is opened once in a process, by whatever path`() throws {
        let first = try Environment(path: folder.file("a.mdb"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("b.mdb"), withDestinationPath: folder.file("a.mdb"))
        for name in ["a.mdb", "b.mdb"] {
            let error = #expect(throws: LMDBError.self) { _ = try Environment(path: folder.file(name)) }
            #expect(error?.cause == .alreadyOpen)
        }
        first.close()
        _ = try Environment(path: folder.file("a.mdb"))
    }

    @Test func `a new file belongs to its owner alone`() throws {
        let environment = try Environment(path: folder.file("a.mdb"))
        _ = try environment.integerTable("t")
        for name in ["a.mdb", "a.mdb-lock"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }

    @Test func `the huge map costs no disk`() throws {
        let environment = try Environment(path: folder.file("a.mdb"))
        _ = try environment.integerTable("t")
        #expect(try environment.info().bytesInFile < 1 << 20)
        #expect(try environment.info().readersMax == Environment.readersMax)
    }

    @Test func `a closed environment refuses in words`() throws {
        let environment = try Environment(path: folder.file("a.mdb"))
        environment.close()
        let error = #expect(throws: LMDBError.self) { try environment.read { _ in } }
        #expect(error?.cause == .closed)
        environment.close()
    }

    @Test func `closing waits for the transactions that are lent`() throws {
        let environment = try Environment(path: folder.file("a.mdb"))
        let table = try environment.integerTable("t")
        try environment.write { try $0.put("x".utf8.span.bytes, for: 1, in: table) }
        try environment.read { transaction in
            environment.close()
            let bytes = try transaction.value(for: 1, in: table)?.copied
            #expect(bytes == Array("x".utf8))
            #expect(throws: LMDBError.self) { _ = try Environment(path: folder.file("a.mdb")) }
        }
        _ = try Environment(path: folder.file("a.mdb"))
    }

    @Test func `reading only makes no file and takes no writes`() throws {
        let missing = #expect(throws: LMDBError.self) {
            _ = try Environment(path: folder.file("a.mdb"), options: .init(readOnly: true))
        }
        #expect(missing?.cause == .missing)
        let writable = try Environment(path: folder.file("a.mdb"))
        let table = try writable.integerTable("t")
        try writable.write { try $0.put("x".utf8.span.bytes, for: 1, in: table) }
        writable.close()
        let reader = try Environment(path: folder.file("a.mdb"), options: .init(readOnly: true))
        let same = try reader.integerTable("t")
        #expect(try reader.read { try $0.count(in: same) } == 1)
        let refused = #expect(throws: LMDBError.self) { try reader.write { _ in } }
        #expect(refused?.cause == .readOnly)
    }

    @Test func `a missing folder is named`() throws {
        let path = folder.file("none/a.mdb")
        let error = #expect(throws: LMDBError.self) { _ = try Environment(path: path) }
        #expect(error?.cause == .missing)
        #expect(error?.description.contains(path) == true)
    }

    @Test func `a file of something else is no environment`() throws {
        let path = folder.file("a.mdb")
        try Data(repeating: 65, count: 20_000).write(to: URL(fileURLWithPath: path))
        #expect(throws: LMDBError.self) { try Environment.checkWhole(path) }
        let error = #expect(throws: LMDBError.self) { _ = try Environment(path: path) }
        #expect(error?.cause == .notAnEnvironment)
    }

    @Test func `a copy holds the last commit and never replaces a file`() throws {
        let environment = try Environment(path: folder.file("a.mdb"))
        let table = try environment.integerTable("t")
        try environment.write { try $0.put("x".utf8.span.bytes, for: 1, in: table) }
        try environment.copy(to: folder.file("copy.mdb"))
        #expect(throws: LMDBError.self) { try environment.copy(to: folder.file("copy.mdb")) }
        let copy = try Environment(path: folder.file("copy.mdb"), options: .init(readOnly: true, locks: false))
        let same = try copy.integerTable("t")
        #expect(try copy.read { try $0.count(in: same) } == 1)
        #expect(!FileManager.default.fileExists(atPath: folder.file("copy.mdb-lock")))
    }

    @Test func `more readers than the pool holds read at once`() async throws {
        let environment = try Environment(path: folder.file("a.mdb"), options: .init(noSync: true))
        let table = try environment.integerTable("t")
        try environment.write { try $0.put("x".utf8.span.bytes, for: 1, in: table) }
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<200 { group.addTask { try environment.read { try $0.count(in: table) } } }
            return try await group.reduce(0, +)
        }
        #expect(sum == 200)
        try environment.sync()
        #expect(try environment.clearDeadReaders() == 0)
    }

    @Test func `one reader too many is refused in words, and the next one is served`() throws {
        let environment = try Environment(path: folder.file("a.mdb"))
        let table = try environment.integerTable("t")
        let error = #expect(throws: LMDBError.self) { try read(environment, depth: Environment.readersMax + 1) }
        #expect(error?.cause == .readersFull)
        #expect(error?.description.contains("Try again") == true)
        #expect(try environment.read { try $0.count(in: table) } == 0)
    }

    /// So many read transactions inside each other.
    private func read(_ environment: Environment, depth: Int) throws {
        if depth > 0 { try environment.read { _ in try read(environment, depth: depth - 1) } }
    }
}
