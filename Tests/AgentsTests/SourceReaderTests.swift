import Events
import Foundation
import Jobs
import Testing
import Wire

@Suite struct `The reader of sources` {
    private let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path

    private func read(
        _ sources: String, in workspace: String, itemsMax: Int = 50, allowPrivate: Bool = false
    ) async -> CallReport {
        await report(
            of: .read, request: #"{"format":1,"sources":[\#(sources)],"items_max":\#(itemsMax)}"#, workspace: workspace,
            allowPrivate: allowPrivate)
    }

    private func items(_ report: CallReport) throws -> [JSON] {
        let content = try #require(report.content, "\(report.outcome)")
        let answer = try JSON(parsing: content)
        return try #require(answer["items"]?.elements)
    }

    private func write(_ text: String, to path: String, in folder: borrowing TemporaryFolder) throws {
        let url = URL(filePath: "\(folder.path)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    @Test func `an RSS feed gives its items with their text`() async throws {
        let items = try self.items(await read(#"{"feed":"feed.rss"}"#, in: fixtures))
        #expect(
            items == [
                .fields(
                    ("id", "shop-17"), ("title", "Three prices & a decoy"),
                    ("url", "https://shop.example/three-prices"),
                    ("published", "2026-10-26T07:30:00Z"),
                    ("text", "We tried three prices.\n\n41 % chose the middle one…"), ("source", "feed.rss")),
                .fields(
                    ("id", "https://shop.example/no-body"), ("title", "No body"),
                    ("url", "https://shop.example/no-body"),
                    ("published", ""), ("text", "Escaped & told."), ("source", "feed.rss")),
            ])
    }

    @Test func `an Atom feed gives its entries with their text`() async throws {
        let items = try self.items(await read(#"{"feed":"feed.atom"}"#, in: fixtures))
        #expect(
            items == [
                .fields(
                    ("id", "urn:uuid:1"), ("title", "Churn & care"), ("url", "https://numbers.example/churn"),
                    ("published", "2026-10-21T01:30:00Z"), ("text", "First line.\n\nSecond line."),
                    ("source", "feed.atom")),
                .fields(
                    ("id", "urn:uuid:2"), ("title", "Bad link"), ("url", ""), ("published", "2026-10-21T00:00:00Z"),
                    ("text", "Only a summary."), ("source", "feed.atom")),
            ])
    }

    @Test func `a folder gives its notes by name, and frontmatter is honoured`() async throws {
        let folder = try TemporaryFolder()
        let frontmatter = "---\ntitle: \"Given: title\"\nurl: https://a.example/x\ndate: 2026-01-02\n---\n"
        try write("\(frontmatter)\nBody.\n", to: "n/b.md", in: folder)
        try write("# Heading\r\n\r\nText.\r\n", to: "n/a.md", in: folder)
        try write("plain", to: "n/C.txt", in: folder)
        try write("no", to: "n/d.pdf", in: folder)
        try write("no", to: "n/.hidden.md", in: folder)
        let items = try self.items(await read(#"{"folder":"n"}"#, in: folder.path))
        #expect(items.map { $0["title"] } == ["C", "Heading", "Given: title"])
        #expect(items.map { $0["id"] } == ["n/C.txt", "n/a.md", "n/b.md"])
        #expect(items.last?["url"] == "https://a.example/x")
        #expect(items.last?["published"] == "2026-01-02T00:00:00Z")
        #expect(items.last?["text"] == "Body.")
        #expect(try self.items(await read(#"{"folder":"n"}"#, in: folder.path, itemsMax: 2)).count == 2)
    }

    @Test func `sources come in their order and items up to their number`() async throws {
        let sources = #"{"feed":"feed.atom"},{"feed":"feed.rss"}"#
        let all = try items(await read(sources, in: fixtures))
        #expect(all.map { $0["source"] } == ["feed.atom", "feed.atom", "feed.rss", "feed.rss"])
        #expect(try items(await read(sources, in: fixtures, itemsMax: 3)) == Array(all.prefix(3)))
    }

    @Test func `nothing outside of the workspace is read`() async throws {
        let folder = try TemporaryFolder()
        try write("x", to: "inside/a.md", in: folder)
        symlink("/etc/hostname", "\(folder.path)/link.xml")
        symlink("/etc", "\(folder.path)/etc")
        symlink("inside", "\(folder.path)/alias")
        symlink("/etc/hostname", "\(folder.path)/inside/b.md")
        for source in [
            #"{"feed":"/etc/hostname"}"#, #"{"feed":"../x"}"#, #"{"feed":"inside/../../x"}"#, #"{"feed":"link.xml"}"#,
            #"{"feed":"etc/hostname"}"#, #"{"folder":"/etc"}"#, #"{"folder":".."}"#, #"{"folder":"etc"}"#,
            #"{"folder":"inside"}"#, #"{"feed":"file:///etc/hostname"}"#, #"{"feed":""}"#,
        ] {
            let report = await read(source, in: folder.path)
            #expect(report.failed?.error == .missing, "\(source)")
            #expect(report.artifacts == [])
        }
    }

    @Test func `what cannot be read is named`() async throws {
        let folder = try TemporaryFolder()
        try write("<rss><channel><item><title>x</item>", to: "broken.xml", in: folder)
        try write("<html></html>", to: "page.xml", in: folder)
        mkfifo("\(folder.path)/pipe.xml", 0o600)
        try write(String(repeating: "x", count: (4 << 20) + 1), to: "big.xml", in: folder)
        for (name, part) in [
            ("absent.xml", "absent.xml"), ("broken.xml", "broken.xml:1:"), ("page.xml", "neither an Atom nor an RSS"),
            ("pipe.xml", "regular file"), ("big.xml", "larger than"),
        ] {
            let failed = await read(#"{"feed":"\#(name)"}"#, in: folder.path).failed
            #expect(failed?.detail.contains(part) == true, "\(name): \(failed?.detail ?? "no failure")")
            #expect(failed?.detail.contains(name) == true)
        }
    }

    @Test func `entities of the document's own are refused`() async throws {
        let folder = try TemporaryFolder()
        try write("secret", to: "secret.txt", in: folder)
        let bombs = (0..<9).map { "<!ENTITY e\($0 + 1) \"\(String(repeating: "&e\($0);", count: 10))\">" }.joined()
        for (name, head) in [
            ("bomb.xml", "<!DOCTYPE rss [<!ENTITY e0 \"ha\">\(bombs)]>"),
            ("outer.xml", "<!DOCTYPE rss [<!ENTITY e9 SYSTEM \"file://\(folder.path)/secret.txt\">]>"),
            ("parameter.xml", "<!DOCTYPE rss [<!ENTITY % e9 SYSTEM \"file://\(folder.path)/secret.txt\"> %e9;]>"),
        ] {
            let text = "<?xml version=\"1.0\"?>\(head)<rss><channel><item><title>&e9;</title></item></channel></rss>"
            try write(text, to: name, in: folder)
            let report = await read(#"{"feed":"\#(name)"}"#, in: folder.path)
            #expect(report.completed == nil, "\(name)")
        }
    }

    @Test func `deep nesting is refused`() async throws {
        let folder = try TemporaryFolder()
        let deep = String(repeating: "<a>", count: 10_000) + String(repeating: "</a>", count: 10_000)
        try write("<rss><channel><item>\(deep)</item></channel></rss>", to: "deep.xml", in: folder)
        let report = await read(#"{"feed":"deep.xml"}"#, in: folder.path)
        #expect(report.failed?.error == .malformed)
        #expect(report.failed?.detail.contains("deeper than 64") == true)
    }

    @Test func `strange HTML ends as text, in time`() async throws {
        let folder = try TemporaryFolder()
        for html in [
            String(repeating: "<", count: 100_000), String(repeating: "<a", count: 50_000), "<!--x",
            "&#x0;&#99999999;&nope;&",
        ] {
            let escaped = html.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            try write(
                "<rss><channel><item><title>t</title><description>\(escaped)</description></item></channel></rss>",
                to: "f.xml", in: folder)
            let report = await read(#"{"feed":"f.xml"}"#, in: folder.path)
            #expect(try items(report).count == 1)
        }
    }

    @Test func `a feed of the web is fetched, with its redirect`() async throws {
        let server = try PythonScript("scripted_http.py", ["\(fixtures)/feed.rss"])
        let base = "http://127.0.0.1:\(try server.line())"
        for path in ["feed?key=secret", "feed-redirect"] {
            let report = await read(#"{"feed":"\#(base)/\#(path)"}"#, in: "/nonexistent", allowPrivate: true)
            let items = try self.items(report)
            #expect(items.count == 2)
            #expect(items.first?["source"] == .string("\(base)/\(path.prefix { $0 != "?" })"))
        }
        let looping = await read(#"{"feed":"\#(base)/feed-loop"}"#, in: "/nonexistent", allowPrivate: true)
        #expect(looping.failed?.error == .refused)
        let missing = await read(#"{"feed":"\#(base)/404"}"#, in: "/nonexistent", allowPrivate: true)
        #expect(missing.failed?.status == 404)
        #expect(missing.failed?.detail.contains("\(base)/404") == true)
    }

    @Test func `a private address is not asked unless that is allowed`() async throws {
        let server = try PythonScript("scripted_http.py", ["\(fixtures)/feed.rss"])
        let port = try server.line()
        for host in [
            "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "[::1]",
            "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.0.0.1.", "x@127.0.0.1",
        ] {
            let report = await read(#"{"feed":"http://\#(host):\#(port)/feed"}"#, in: "/nonexistent")
            #expect(report.completed == nil, "\(host)")
        }
    }

    @Test(arguments: ["{", "{}", #"{"format":1,"sources":[{}]}"#, #"{"format":2,"sources":[]}"#])
    func `what is no request is refused`(request: String) async {
        #expect(await report(of: .read, request: request).failed?.error == .refused)
    }
}
