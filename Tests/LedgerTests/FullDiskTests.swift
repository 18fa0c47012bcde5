import EventSourcing
import EventSourcingTesting
import Foundation
import Testing

@testable import LMDB
@testable import Ledger

/// On a small file system of its own, which only the superuser can mount.
@Suite(.serialized) struct FullDiskTests {
    /// Nil if it can be mounted here.
    static let whyNot: String? = {
        guard getuid() == 0 else { return "only root can mount a file system" }
        guard let disk = try? SmallDisk(kilobytes: 64) else { return "no file system can be mounted here" }
        disk.unmount()
        return nil
    }()

    final class SmallDisk {
        let folder: TemporaryFolder

        init(kilobytes: Int) throws {
            folder = try TemporaryFolder()
            try Self.run("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder.path)
        }

        func unmount() { try? Self.run("umount", "-l", folder.path) }

        func remount(_ options: String) throws { try Self.run("mount", "-o", "remount,\(options)", folder.path) }

        static func run(_ arguments: String...) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            if process.terminationStatus != 0 { throw CocoaError(.executableLoad) }
        }
    }

    @Test(.enabled(if: whyNot == nil, "needs root and mount(8)"))
    func `a full disk is said in words, and everything acknowledged survives it`() async throws {
        let disk = try SmallDisk(kilobytes: 1_024)
        defer { disk.unmount() }
        let ledger = try Ledger(at: disk.folder.file("company"))
        var acknowledged: UInt64 = 0
        var refusal: AppendFailure?
        for number in 1...1_000 as ClosedRange<UInt64> {
            do throws(AppendFailure) {
                let content = Array("\(number)".utf8) + [UInt8](repeating: 7, count: 20_000)
                _ = try await ledger.append(.test(number, [.test("job/a", "x")], artifacts: [content]))
                acknowledged = number
            } catch {
                refusal = error
                break
            }
        }
        guard case .unavailable(let words) = refusal else {
            Issue.record("\(acknowledged) acknowledged, then \(String(describing: refusal))")
            return
        }
        #expect(words.contains("the disk is full") && words.contains("bytes free"))
        #expect(ledger.readOnlyReason?.contains("opened again") == true)
        #expect(try ledger.head() == acknowledged)
        ledger.close()
        try disk.remount("size=4m")
        let again = try Ledger(at: disk.folder.file("company"))
        #expect(again.readOnlyReason == nil)
        #expect(try again.head() == acknowledged)
        #expect(try await again.append(.test(2_000, [.test("job/a", "x")])).first == acknowledged + 1)
        #expect(again.verify().problems == [])
        again.close()
    }

    @Test func `where files may not grow, that is said in words, and everything acknowledged is there`() async throws {
        let folder = try TemporaryFolder()
        let child = try Child.appending(400, to: folder.path, fileKilobytesMax: 512)
        let said = try child.said()
        let acknowledged = Child.parse(said)
        #expect(said.contains("may not write files larger than 524288 bytes. Raise `ulimit -f`"))
        #expect(child.exitStatus == 1 && !acknowledged.isEmpty && acknowledged.count < 400)
        let again = try Child.appending(400, to: folder.path, fileKilobytesMax: 102_400)
        let whole = Child.parse(try again.said().replacing(" repeat", with: ""))
        #expect(whole.count == 400 && whole.merging(acknowledged) { $1 } == whole)
        #expect(try Ledger.verify(at: folder.path).problems == [])
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/bindfs") && getuid() == 0, "needs bindfs"))
    func `a file system of a process is refused, unless it is allowed`() async throws {
        let (real, mounted) = (try TemporaryFolder(), try TemporaryFolder())
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/bindfs")
        server.arguments = ["-f", real.path, mounted.path]
        server.standardError = FileHandle.nullDevice
        try server.run()
        defer { try? SmallDisk.run("umount", "-l", mounted.path) }
        while server.isRunning, FileSystem.remoteKind(at: mounted.path) == nil { await Task.yield() }
        // Where the kernel allows no such mount there is nothing to refuse.
        guard server.isRunning else { return }
        let error = #expect(throws: LedgerError.self) { _ = try Ledger(at: mounted.path) }
        #expect(error?.description.contains("remote or user-space file system (FUSE)") == true)
        let allowed = try Ledger(at: mounted.path, .init(allowRemote: true))
        #expect(try await allowed.append(.test(1, [.test("job/a", "x")])).first == 1)
        allowed.close()
        #expect(try Ledger(at: real.path).head() == 1)
    }

    @Test(.enabled(if: whyNot == nil, "needs root and mount(8)"))
    func `on a read-only disk the ledger is read and says why it is not written`() async throws {
        let disk = try SmallDisk(kilobytes: 1_024)
        defer { disk.unmount() }
        let path = disk.folder.file("company")
        let first = try Ledger(at: path)
        _ = try await first.append(.test(1, [.test("job/a", "x")]))
        first.close()
        try disk.remount("ro")
        let second = try Ledger(at: path)
        #expect(second.readOnlyReason?.contains("read-only file system") == true)
        #expect(try second.head() == 1)
        #expect(second.verify().isOK)
        second.close()
        #expect(try Ledger.verify(at: path).isOK)
    }
}
