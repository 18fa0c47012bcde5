import Connectors
import Events
import Foundation
import Jobs
import Testing

private let hasTools = access("/usr/bin/openssl", X_OK) == 0 && hasServer

@Suite(.enabled(if: hasTools, "openssl and python3-aiosmtpd are needed: apt-get install openssl python3-aiosmtpd"))
struct `An SMTP server with TLS` {
    @Test func `is not given a mail under a certificate that nobody vouches for`() async throws {
        let folder = try TemporaryFolder()
        let keys = try TemporaryFolder()
        let made = Process.succeeds(
            "/usr/bin/openssl",
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
                + ["-keyout", "\(keys.path)/key.pem", "-out", "\(keys.path)/cert.pem"])
        try #require(made)
        let server = try PythonScript("smtp_server.py", [folder.path, "tls", keys.path])
        let kind = ConnectorDefinition.Kind.smtp(
            SmtpConnector(url: "smtp://127.0.0.1:\(try server.line())", user: "", passwordVariable: ""))
        let hub = ConnectorHub(workspace: folder.path, secret: { _ in nil })
        let failure = try #require(await hub.deliver(try delivery(by: kind), permit: permit()).failure)
        #expect(failure.error == .refused)
        #expect(!failure.retryable)
        #expect(failure.detail.contains("certificate"))
        #expect(folder.names(in: "") == [])
    }

    @Test func `must offer it before a password leaves this machine`() async throws {
        // Loopback, too, but not one of the names that we take for it.
        let folder = try TemporaryFolder()
        let server = try PythonScript("smtp_server.py", [folder.path, "auth-elsewhere"])
        let kind = ConnectorDefinition.Kind.smtp(
            SmtpConnector(url: "smtp://127.0.0.2:\(try server.line())", user: "owner", passwordVariable: "P"))
        let hub = ConnectorHub(workspace: folder.path, secret: { _ in "open sesame" })
        let failure = try #require(await hub.deliver(try delivery(by: kind), permit: permit()).failure)
        #expect(failure.error == .refused)
        #expect(failure.detail.contains("no TLS"))
        #expect(folder.names(in: "") == [])
    }
}
