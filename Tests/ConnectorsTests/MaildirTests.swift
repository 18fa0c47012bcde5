import Connectors
import Events
import Foundation
import Jobs
import Testing

@Suite struct `The maildir` {
    private let kind = ConnectorDefinition.Kind.maildir(MaildirConnector(path: "outbox"))

    private func hub(_ folder: borrowing TemporaryFolder) -> ConnectorHub {
        ConnectorHub(workspace: folder.path, secret: { _ in nil })
    }

    @Test func `a delivery becomes one file with the exact bytes, and an archive`() async throws {
        let folder = try TemporaryFolder()
        let delivery = try delivery(by: kind)
        let report = await hub(folder).deliver(delivery, permit: permit())
        let place = try #require(report.receipt)
        #expect(place == "outbox/new/newsletter-1.\(delivery.idempotencyKey).eml")
        #expect(try folder.read(place) == delivery.message)
        let archive = String(decoding: try folder.read("outbox/archive/newsletter-1.md"), as: UTF8.self)
        #expect(archive == "---\ntitle: \"Pricing pages\"\njob: newsletter-1\n---\n\nHello.\n")
        #expect(folder.names(in: "outbox/tmp") == [])
    }

    @Test func `the same key never gives a second file, not even for another job`() async throws {
        let folder = try TemporaryFolder()
        let first = await hub(folder).deliver(try delivery(by: kind), permit: permit())
        let second = await hub(folder).deliver(try delivery(by: kind), permit: permit(2))
        let third = await hub(folder).deliver(try delivery(by: kind, job: "newsletter-2"), permit: permit(3))
        #expect(first.receipt != nil && first.receipt == second.receipt && first.receipt == third.receipt)
        #expect(folder.names(in: "outbox/new").count == 1)
    }

    @Test func `many deliveries of a few keys at once give a file a key`() async throws {
        let folder = try TemporaryFolder()
        let hub = hub(folder)
        let succeeded = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<60 {
                group.addTask {
                    guard let delivery = try? delivery(by: self.kind, key: "key \(number % 6)") else { return false }
                    return await hub.deliver(delivery, permit: permit(UInt32(number))).receipt != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(succeeded == 60)
        #expect(folder.names(in: "outbox/new").count == 6)
        #expect(folder.names(in: "outbox/tmp") == [])
    }

    @Test func `a mail that its reader has moved and flagged still counts`() async throws {
        let folder = try TemporaryFolder()
        let delivery = try delivery(by: kind)
        let place = try #require(await hub(folder).deliver(delivery, permit: permit()).receipt)
        let read = place.replacing("/new/", with: "/cur/") + ":2,S"
        try FileManager.default.moveItem(atPath: "\(folder.path)/\(place)", toPath: "\(folder.path)/\(read)")
        #expect(await hub(folder).deliver(delivery, permit: permit(2)).receipt == read)
        #expect(await hub(folder).find(delivery)?.receipt == read)
        #expect(folder.names(in: "outbox/new") == [])
    }

    @Test func `asked afterwards, it knows what was delivered and what was not`() async throws {
        let folder = try TemporaryFolder()
        let delivery = try delivery(by: kind)
        let before = try #require(await hub(folder).find(delivery))
        #expect(before.failure?.retryable == true)
        let report = await hub(folder).deliver(delivery, permit: permit())
        #expect(await hub(folder).find(delivery)?.receipt == report.receipt)
    }

    @Test func `what a killed process left half written is taken over`() async throws {
        let folder = try TemporaryFolder()
        let delivery = try delivery(by: kind)
        let tmp = "\(folder.path)/outbox/tmp"
        try FileManager.default.createDirectory(atPath: tmp, withIntermediateDirectories: true)
        try Data(repeating: 0x78, count: 100_000).write(to: URL(filePath: "\(tmp)/\(delivery.idempotencyKey)"))
        let report = await hub(folder).deliver(delivery, permit: permit())
        #expect(try folder.read(try #require(report.receipt)) == delivery.message)
    }

    @Test(arguments: ["/etc/mail", "../outside", "a/../../b", ""])
    func `a path out of the workspace is refused`(path: String) async throws {
        let folder = try TemporaryFolder()
        let delivery = try delivery(by: .maildir(MaildirConnector(path: path)))
        let report = await hub(folder).deliver(delivery, permit: permit())
        #expect(report.failure?.retryable == false)
    }

    @Test func `a folder that cannot be written is a failure that may pass, with its reason`() async throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(filePath: "\(folder.path)/outbox"))
        let report = await hub(folder).deliver(try delivery(by: kind), permit: permit())
        #expect(report.failure?.retryable == true)
        #expect(report.failure?.detail.contains("Not a directory") == true)
    }
}
