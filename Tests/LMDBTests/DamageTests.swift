import Foundation
import Testing

@testable import LMDB

@Suite struct DamageTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func makeFile() throws -> String {
        let path = folder.file("a.mdb")
        let environment = try Environment(path: path)
        let table = try environment.integerTable("t")
        let block = [UInt8](repeating: 7, count: 1_000)
        for first in stride(from: 1, to: 400, by: 20) as StrideTo<UInt64> {
            try environment.write { transaction in
                for key in first..<first + 20 { try transaction.append(block.span.bytes, for: key, to: table) }
            }
        }
        environment.close()
        return path
    }

    @Test func `a whole file passes, and so does one that is not there yet`() throws {
        try Environment.checkWhole(try makeFile())
        try Environment.checkWhole(folder.file("none.mdb"))
    }

    @Test func `a file cut off anywhere is found before it is mapped`() throws {
        let path = try makeFile()
        let whole = try #require(FileManager.default.contents(atPath: path))
        for bytes in [1, 151, 4_096, 8_191, 8_192, whole.count / 2, whole.count - 1] {
            try whole.prefix(bytes).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: LMDBError.self) { try Environment.checkWhole(path) }
            guard case .truncated(let found, let expected) = error?.cause else {
                Issue.record("\(bytes) bytes: \(String(describing: error))")
                continue
            }
            #expect(found == UInt64(bytes) && expected > found)
        }
    }

    @Test func `a page at the end that was given back before it was written is not missed`() throws {
        let path = try makeFile()
        let environment = try Environment(path: path)
        let table = try environment.integerTable("t")
        let block = [UInt8](repeating: 8, count: 1_000)
        try environment.write { transaction in
            for key in 500..<540 as Range<UInt64> { try transaction.append(block.span.bytes, for: key, to: table) }
            for key in (501..<540 as Range<UInt64>).reversed() { _ = try transaction.delete(key, from: table) }
        }
        let needed = try environment.info().bytesInFile
        environment.close()
        let bytes = try #require(FileManager.default.contents(atPath: path))
        // Otherwise this shows nothing.
        try #require(bytes.count < needed)
        try Environment.checkWhole(path)
        let again = try Environment(path: path)
        let reread = try again.integerTable("t")
        #expect(try again.read { try $0.value(for: 500, in: reread)?.copied } == block)
        again.close()
        // A page that holds something is missed as before.
        try bytes.dropLast(2 * 4_096).write(to: URL(fileURLWithPath: path))
        #expect(throws: LMDBError.self) { try Environment.checkWhole(path) }
    }

    @Test(arguments: [(0x6969, "NFS"), (0x6573_5546, "FUSE"), (0x0102_1997, "9p")] as [(UInt32, String)])
    func `remote file systems are known by number`(_ kind: (UInt32, String)) {
        #expect(FileSystem.remoteKind(magic: kind.0) == kind.1)
    }

    @Test func `a local file system is not remote`() {
        #expect(FileSystem.remoteKind(magic: 0xEF53) == nil)
        #expect(FileSystem.remoteKind(at: folder.path) == nil)
    }

    @Test func `a full disk is said in words`() {
        let error = LMDBError(.diskFull(bytesFree: 4_096), "commit to", "/x/ledger.mdb")
        #expect(error.description.contains("the disk is full: 4096 bytes free"))
    }
}
