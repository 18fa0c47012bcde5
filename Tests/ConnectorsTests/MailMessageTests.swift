import Foundation
import Jobs
import Testing
import Wire

@Suite struct `A rendered mail` {
    private struct Parsed: Decodable {
        let headers: [[String]]
        let addresses: [String: [[String]]]
        let date: String
        let type: String
        var parts: [[String]]
        let defects: [String]

        func header(_ name: String) -> String? { headers.first { $0[0] == name }?[1] }
    }

    private func mail(
        from: String = "The Lever <lever@example.com>", replyTo: String = "", to: String = "ana@example.org",
        subject: String = "Pricing pages", body: String = "Hello.\n", unsubscribe: String = ""
    ) throws(MailError) -> MailMessage {
        try MailMessage(
            from: from, replyTo: replyTo, to: to, subject: subject, body: body, date: 1_793_610_821_000_000,
            idempotencyKey: Digest.of(Array("key".utf8)), unsubscribe: unsubscribe)
    }

    private func parsed(_ mail: MailMessage) throws -> Parsed {
        var parsed = try JSONDecoder().decode(
            Parsed.self, from: PythonScript("parse_mail.py").answer(to: mail.bytes))
        parsed.parts = parsed.parts.map { $0.map { $0.replacing("\r\n", with: "\n") } }
        return parsed
    }

    @Test func `Python reads every header and both parts as they were meant`() throws {
        let body = """
            # Your pricing page is a conversation

            A **bold** claim, *soft* words, `code` & a [link](https://example.com/?a=1&b=2).
            Zweite Zeile — mit „Anführung“ und einer sehr langen Zeile, die weit über die sechsundsiebzig Zeichen geht.

            - one
            - two <b>raw</b>

            1. first
            2. second

            > quoted
            """
        let mail = try mail(
            from: "Jürgen Müller <lever@example.com>", replyTo: "\"Ask, me\" <ask@example.com>",
            to: "Ana Sousa <ana@example.org>", subject: "Größe zählt: 41 % sehen es", body: body,
            unsubscribe: "https://example.com/u?x=1")
        let read = try parsed(mail)
        #expect(read.defects == [])
        #expect(read.addresses["From"] == [["Jürgen Müller", "lever@example.com"]])
        #expect(read.addresses["Reply-To"] == [["Ask, me", "ask@example.com"]])
        #expect(read.addresses["To"] == [["Ana Sousa", "ana@example.org"]])
        #expect(read.header("Subject") == "Größe zählt: 41 % sehen es")
        #expect(read.date == "2026-11-02T09:13:41+00:00")
        #expect(read.header("List-Unsubscribe") == "<https://example.com/u?x=1>")
        #expect(read.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click")
        #expect(read.header("MIME-Version") == "1.0")
        #expect(read.header("Message-ID")?.hasSuffix("@example.com>") == true)
        #expect(read.type == "multipart/alternative")
        #expect(read.parts.map { Array($0.prefix(2)) } == [["text/plain", "utf-8"], ["text/html", "utf-8"]])
        #expect(read.parts[0][2] == body + "\n")
        let html = read.parts[1][2]
        for piece in [
            "<h1>Your pricing page is a conversation</h1>", "<strong>bold</strong>", "<em>soft</em>",
            "<code>code</code> &amp; a <a href=\"https://example.com/?a=1&amp;b=2\">link</a>",
            "<li>two &lt;b&gt;raw&lt;/b&gt;</li>", "<ol>\n<li>first</li>\n<li>second</li>\n</ol>",
            "<blockquote><p>quoted</p></blockquote>",
        ] {
            #expect(html.contains(piece), "\(piece)")
        }
    }

    @Test func `its bytes are ASCII with short lines that end in CRLF`() throws {
        let words = Array(repeating: "Wörter und noch mehr =20 Worte", count: 40).joined(separator: " ")
        let mail = try mail(subject: String(repeating: "lange Wörter ", count: 20), body: words + "  \n.\nFrom x\n")
        let text = String(decoding: mail.bytes, as: UTF8.self)
        #expect(mail.bytes.allSatisfy { $0 == 0x0d || $0 == 0x0a || 0x20..<0x7f ~= $0 })
        for line in text.components(separatedBy: "\r\n") {
            #expect(line.utf8.count <= 76, "\(line)")
            #expect(!line.contains("\n") && !line.contains("\r"))
        }
        #expect(text.hasSuffix("\r\n"))
        #expect(try parsed(mail).parts[0][2] == words + "  \n.\nFrom x\n")
    }

    @Test(arguments: [
        "Hi", "Hello there", "a=?utf-8?q?b?=", "  padded  ", "two  spaces", "ü", "日本語の件名はとても長いので折り返されるはずです、たぶん",
        String(repeating: "x", count: 90), "emoji 👩‍👩‍👧‍👦 family", "under_score = equals ? mark", "tab\u{a0}nbsp",
    ])
    func `a subject comes back as it went in`(subject: String) throws {
        let read = try parsed(try mail(subject: subject))
        #expect(read.header("Subject") == subject.trimmingCharacters(in: [" "]))
        #expect(read.defects == [])
    }

    @Test(arguments: ["a\r\nBcc: x@example.org", "a\nb", "a\u{0}b", "a\u{1b}[2Jb", "a\u{2028}b", "a\u{85}b"])
    func `a line end cannot slip into a header`(text: String) {
        #expect(throws: MailError.controlCharacter(header: "Subject")) { try mail(subject: text) }
        #expect(throws: MailError.controlCharacter(header: "From")) { try mail(from: "\(text) <a@example.org>") }
        #expect(throws: MailError.controlCharacter(header: "To")) { try mail(to: "\(text) <a@example.org>") }
        #expect(throws: MailError.controlCharacter(header: "Reply-To")) { try mail(replyTo: "\(text)@example.org") }
        #expect(throws: MailError.unsubscribe("https://example.com/\(text)")) {
            try mail(unsubscribe: "https://example.com/\(text)")
        }
    }

    @Test(arguments: [
        "", "ana", "ana@", "@example.org", "a b@example.org", "ana@exa mple.org", "ana@-example.org",
        "ana@example..org",
        ".ana@example.org", "ana@exämple.org", "<ana@example.org", "a@b@c", "list:weekly",
        "ana@example.org, bob@example.org",
    ])
    func `what is no address is refused`(text: String) {
        #expect(throws: MailError.address(header: "To", text: text)) { try mail(to: text) }
    }

    @Test func `unsubscribing is one click by https, an address by mail, and nothing else`() throws {
        let https = try parsed(mail(unsubscribe: "https://example.com/u"))
        #expect(https.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click")
        for text in ["mailto:stop@example.com?subject=stop", "stop@example.com"] {
            let read = try parsed(mail(unsubscribe: text))
            #expect(read.header("List-Unsubscribe") == "<mailto:\(text.replacing("mailto:", with: ""))>")
            #expect(read.header("List-Unsubscribe-Post") == nil)
        }
        #expect(try parsed(mail()).header("List-Unsubscribe") == nil)
        #expect(throws: MailError.unsubscribe("javascript:alert(1)")) { try mail(unsubscribe: "javascript:alert(1)") }
    }

    @Test func `equal pieces give equal bytes, and another key another Message-ID`() throws {
        #expect(try mail() == mail())
        let other = try MailMessage(
            from: "The Lever <lever@example.com>", replyTo: "", to: "ana@example.org", subject: "Pricing pages",
            body: "Hello.\n", date: 1_793_610_821_000_000, idempotencyKey: Digest.of(Array("other".utf8)),
            unsubscribe: "")
        #expect(try parsed(other).header("Message-ID") != parsed(mail()).header("Message-ID"))
    }

    @Test func `what it says can be read back from its bytes`() throws {
        for (subject, body) in [("Plain", "One.\n\nTwo =3D é\n"), ("Größe — \"x\"", "---\ntitle: y\n---\n"), ("a", "")]
        {
            let content = MailContent(of: try mail(subject: subject, body: body).bytes)
            #expect(content?.subject == subject)
            #expect(content?.body == (body.hasSuffix("\n") ? body : body + "\n"))
        }
        #expect(MailContent(of: Array("Subject: not ours\r\n\r\nHello".utf8)) == nil)
        #expect(MailContent(of: []) == nil)
    }
}

@Suite struct `HTML made of Markdown` {
    private func html(_ markdown: String) throws -> String {
        let mail = try MailMessage(
            from: "a@example.com", replyTo: "", to: "b@example.com", subject: "s", body: markdown, date: 0,
            idempotencyKey: Digest.of([]), unsubscribe: "")
        struct Parsed: Decodable { let parts: [[String]] }
        return try JSONDecoder().decode(Parsed.self, from: PythonScript("parse_mail.py").answer(to: mail.bytes)).parts[
            1][2]
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](data:text/html,y)",
        "![x](https://evil.example/t.gif)",
        "[x](https://a.example/\"onmouseover=\"y)", "<img src=x onerror=y>", "[x](https://a.example/ onclick)",
        "<https://a.example/\"><script>", "**<b>**", "`<i>`", "# <u>", "- <s>", "> <a href=\"x\">",
    ])
    func `nothing but known elements and web links ever comes of it`(markdown: String) throws {
        let allowed: Set = [
            "!DOCTYPE html", "html", "/html", "head", "/head", "meta charset=\"utf-8\"", "title", "/title", "body",
            "/body",
            "p", "/p", "h1", "/h1", "ul", "/ul", "li", "/li", "blockquote", "/blockquote", "strong", "/strong", "em",
            "/em",
            "code", "/code", "/a",
        ]
        for tag in try html(markdown).split(separator: "<").dropFirst() {
            let name = String(tag.prefix { $0 != ">" })
            #expect(allowed.contains(name) || name.wholeMatch(of: /a href="https?:\/\/[^"<> ]*"/) != nil, "\(name)")
        }
    }

    @Test func `marks that nothing closes stand for themselves`() throws {
        let page = try html("a * b ** c _d snake_case_name [x] (y) `z \\*kept\\* 2 * 3 * 4")
        #expect(page.contains("<p>a * b ** c _d snake_case_name [x] (y) `z *kept* 2 * 3 * 4</p>"))
    }

    @Test func `many open marks take no longer than their length`() throws {
        let marks = String(repeating: "[", count: 20_000) + String(repeating: "*", count: 20_001)
        #expect(try html(marks).contains("[[[["))
    }
}
