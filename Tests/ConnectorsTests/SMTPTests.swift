import Connectors
import Events
import Foundation
import Jobs
import Testing

let hasServer = Process.succeeds(PythonScript.python, ["-c", "import aiosmtpd.controller"])

@Suite(.enabled(if: hasServer, "python3-aiosmtpd is not installed: apt-get install python3-aiosmtpd"))
struct `A real SMTP server` {
    private struct Taken: Decodable {
        let from: String
        let to: [String]
        let content: String
        let authenticated: Bool?
    }

    private func taken(_ folder: borrowing TemporaryFolder) throws -> [Taken] {
        try folder.names(in: "").map { try JSONDecoder().decode(Taken.self, from: Data(folder.read($0))) }
    }

    @Test func `gets the exact message with its envelope, and its reply is the receipt`() async throws {
        let folder = try TemporaryFolder()
        let server = try PythonScript("smtp_server.py", [folder.path])
        defer { server.stop() }
        let kind = ConnectorDefinition.Kind.smtp(
            SmtpConnector(url: "smtp://127.0.0.1:\(try server.line())", user: "", passwordVariable: ""))
        let hub = ConnectorHub(workspace: folder.path, secret: { _ in nil })
        let delivery = try delivery(by: kind, body: "Hello.\n.\n..two dots\n")
        let report = await hub.deliver(delivery, permit: permit())
        #expect(report.receipt == "250 2.0.0 taken as 1\r\n")
        let mails = try taken(folder)
        #expect(mails.map(\.from) == ["lever@example.com"])
        #expect(mails.map(\.to) == [["ana@example.org"]])
        #expect(mails.map(\.content) == [String(decoding: delivery.message, as: UTF8.self)])
        #expect(await hub.find(delivery) == nil)
    }

    @Test func `takes a user with the password from the named variable`() async throws {
        let folder = try TemporaryFolder()
        let server = try PythonScript("smtp_server.py", [folder.path, "auth"])
        defer { server.stop() }
        let url = "smtp://127.0.0.1:\(try server.line())"
        let kind = ConnectorDefinition.Kind.smtp(
            SmtpConnector(url: url, user: "owner", passwordVariable: "SMTP_PASSWORD"))
        func report(_ password: String?) async throws -> DeliveryReport {
            let hub = ConnectorHub(workspace: folder.path, secret: { $0 == "SMTP_PASSWORD" ? password : nil })
            return await hub.deliver(try delivery(by: kind), permit: permit())
        }
        #expect(try await report("open sesame").receipt != nil)
        #expect(try taken(folder).map(\.authenticated) == [true])
        let wrong = try await report("guess")
        #expect(wrong.failure?.retryable == false)
        #expect(wrong.failure?.status == 535)
        let none = try await report(nil)
        #expect(none.failure?.error == .missing)
        #expect(none.failure?.detail.contains("SMTP_PASSWORD") == true)
        #expect(try taken(folder).count == 1)
    }
}

@Suite struct `What is known of a delivery` {
    /// - Parameter lines: how long the message is; one of many does not fit into the buffers on its way.
    private func report(
        _ mode: String, lines: Int = 10_000, timeoutMs: UInt64 = 10_000
    ) async throws -> DeliveryReport {
        let server = try PythonScript("scripted_smtp.py", [mode])
        defer { server.stop() }
        let url = "smtp://127.0.0.1:\(try server.line())"
        let kind = ConnectorDefinition.Kind.smtp(SmtpConnector(url: url, user: "", passwordVariable: ""))
        let short = try delivery(by: kind, timeoutMs: timeoutMs)
        let long = Delivery(
            connector: short.connector, job: short.job, recipient: short.recipient,
            idempotencyKey: short.idempotencyKey,
            message: short.message + Array(String(repeating: "A line of a long mail.\r\n", count: lines).utf8),
            timeoutMs: short.timeoutMs)
        return await ConnectorHub(workspace: "", secret: { _ in nil }).deliver(long, permit: permit())
    }

    @Test func `every line of a good reply is the receipt`() async throws {
        #expect(try await report("good").receipt == "250-2.0.0 taken\r\n250 2.0.0 and kept\r\n")
    }

    @Test(
        arguments: [
            ("reject", 550, false), ("greylist", 451, true), ("busy", 421, true), ("reject-after-data", 554, false),
            ("later-after-data", 452, true),
        ] as [(String, UInt32, Bool)])
    func `a refusal is certain, and only 4xx may be tried again`(
        mode: String, status: UInt32, retryable: Bool
    ) async throws {
        let report = try await report(mode)
        #expect(report.failure?.status == status)
        #expect(report.failure?.retryable == retryable)
    }

    @Test func `a connection lost within the message is certainly nothing`() async throws {
        #expect(try await report("close-in-data", lines: 1_000_000).failure?.retryable == true)
    }

    @Test func `a connection lost behind the message leaves it unknown`() async throws {
        #expect(try await report("close-after-data").isUnknown)
    }

    @Test func `no reply in time leaves it unknown`() async throws {
        #expect(try await report("hang-after-data", timeoutMs: 1_500).isUnknown)
    }

    @Test func `a connection lost behind the reply changes nothing`() async throws {
        #expect(try await report("close-after-reply").receipt != nil)
    }

    @Test func `nobody at the port is certainly nothing and may be tried again`() async throws {
        let kind = ConnectorDefinition.Kind.smtp(
            SmtpConnector(url: "smtp://127.0.0.1:\(try closedPort())", user: "", passwordVariable: ""))
        let hub = ConnectorHub(workspace: "", secret: { _ in nil })
        let report = await hub.deliver(try delivery(by: kind), permit: permit())
        #expect(report.failure?.error == .unreachable)
        #expect(report.failure?.retryable == true)
    }

    @Test(arguments: ["http://127.0.0.1:1/", "file:///etc/passwd", "nonsense", "smtp://user:pw@127.0.0.1:1"])
    func `another kind of address is refused`(url: String) async throws {
        let kind = ConnectorDefinition.Kind.smtp(SmtpConnector(url: url, user: "", passwordVariable: ""))
        let hub = ConnectorHub(workspace: "", secret: { _ in nil })
        #expect(await hub.deliver(try delivery(by: kind), permit: permit()).failure != nil)
    }
}

extension Process {
    static func succeeds(_ executable: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
