import Documents
import Testing

@Suite struct `A mailbox` {
    private let mark = "From ana@example.com Mon Nov  2 09:13:41 2026\n"

    private func message(_ headers: String, _ body: String) -> [DocumentItem] {
        read("\(mark)Message-ID: <1@x>\nSubject: Oil\n\(headers)\n\(body)", .mbox)
    }

    @Test func `gives an entry a message, with who, when and what`() throws {
        let text = """
            \(mark)From: =?UTF-8?Q?Ana_M=C3=BCller?= <ana@example.com>
            To: me@example.com
            Date: Mon, 2 Nov 2026 10:13:41 +0100
            Subject: =?iso-8859-1?B?T2xpdmUg?= =?iso-8859-1?Q?=D6l?=
            Message-ID: <1@example.com>

            >From now on it is dark.
            >>From here too.
            From then on, always.

            From the cellar at night.

            \(mark)From: me@example.com
            Subject: Re: Olive =?utf-8?q?=C3=96l?=
            Message-ID: <2@example.com>
            References: <1@example.com> <x@y>

            Thanks.
            """
        let items = read(text, .mbox, path: "mail/in.mbox")
        #expect(items.problems.isEmpty)
        let (first, second) = (try #require(items.documents.first), try #require(items.documents.last))
        #expect(items.documents.count == 2)
        #expect(first.title == "Olive Öl" && first.id.hasPrefix("olive-oel-") && first.id.utf8.count == 16)
        #expect(
            first.text
                == "From now on it is dark.\n>From here too.\nFrom then on, always.\n\nFrom the cellar at night.")
        #expect(
            first.fieldTexts == [
                "from=Ana Müller <ana@example.com>", "to=me@example.com", "date=2026-11-02 09:13 UTC",
                "message_id=1@example.com",
            ])
        #expect(second.id.hasPrefix("olive-oel-") && second.id != first.id)
        #expect(second.fieldTexts.contains("thread=1@example.com") && second.origin.line == 14)
    }

    @Test(arguments: [
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", "R3LD\nvMOfZQ==", "Grüße"),
        (
            "Content-Type: text/plain; charset=\"ISO-8859-15\"\nContent-Transfer-Encoding: quoted-printable\n",
            "5 =A4, so=\n ist es", "5 €, so ist es"
        ),
        (
            "Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: Quoted-Printable\n", "=93a=94",
            "“a”"
        ),
        (
            "Content-Type: text/html; charset=utf-8\n", "<p>One <b>two</b></p><script>x</script><p>Three",
            "One two\n\nThree"
        ),
        ("Content-Type: text/plain; format=flowed\n", "One \ntwo\n\nThree", "One two\n\nThree"),
    ])
    func `is read as it was encoded`(_ headers: String, _ body: String, _ text: String) {
        #expect(message(headers, body).documents.first?.text == text)
    }

    @Test func `prefers plain text, and names what hangs on a message`() throws {
        let body = """
            ignored
            --A
            Content-Type: multipart/alternative; boundary=B

            --B
            Content-Type: text/html

            <p>no</p>
            --B
            Content-Type: text/plain

            yes
            --B--
            --A
            Content-Type: application/pdf; name="a.pdf"
            Content-Disposition: attachment; filename*=utf-8''%C3%96l.pdf
            Content-Transfer-Encoding: base64

            AAAA
            --A--
            ignored too
            """
        let mail = try #require(message("Content-Type: multipart/mixed; boundary=\"A\"\n", body).documents.first)
        #expect(mail.text == "yes" && mail.fieldTexts.contains("attachments=Öl.pdf"))
    }

    @Test func `loses one message to a charset that nobody knows`() {
        let text = "\(mark)Subject: a\nContent-Type: text/plain; charset=shift_jis\n\n"
        let bytes = Array(text.utf8) + [0x83, 0x65, 0x0a, 0x0a] + Array("\(mark)Subject: b\n\nFine.\n".utf8)
        let items = DocumentReader.items(of: bytes, .mbox, path: "file")
        #expect(items.documents.map(\.title) == ["b"])
        #expect(items.problems == ["file:1:1: its charset shift_jis is not known"])
    }

    @Test func `that is none is refused`() {
        #expect(read("Dear diary\n", .mbox).problems == ["file:1:1: a mailbox begins with a line `From `"])
    }

    @Test func `nested without end has an end`() {
        var body = "text"
        for depth in 0..<100 {
            body = "Content-Type: multipart/mixed; boundary=b\(depth)\n\n--b\(depth)\n\(body)\n--b\(depth)--\n"
        }
        let items = read("\(mark)Subject: deep\n\(body)", .mbox)
        #expect(items.documents.isEmpty && items.notes.count == 1)
    }
}
