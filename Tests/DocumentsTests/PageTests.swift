import Documents
import Testing

@Suite struct `A page` {
    private func page(_ html: String, path: String = "site/guide/index.html") -> Document? {
        read(html, .html, path: path).documents.first
    }

    @Test func `becomes Markdown, without scripts, styles and navigation`() throws {
        let html = """
            <!DOCTYPE html><html><head><title>Guide - Site</title><style>p{}</style>
            <link rel=canonical href="https://example.com/guide/"></head>
            <body><nav><a href="/">Home</a></nav><header role="banner">Site</header>
            <main><h1>Guide <a class=headerlink href="#guide">¶</a></h1>
            <p>Read <a href="../install.html">how to&nbsp;install</a>,
              then <code>run</code> it &amp; rest.</p>
            <ul><li>One</li><li>Two<ol><li>Deep</li></ol></li></ul>
            <pre>a  b
              c</pre><blockquote><p>So said.</p></blockquote>
            <table><tr><th>Name</th><th>Price</th></tr><tr><td>Oil</td><td>39 | 40</td></tr></table>
            <p># no heading</p><script>alert(1)</script><p hidden>No</p>
            </main><footer>Imprint</footer></body></html>
            """
        let guide = try #require(page(html))
        #expect(guide.id == "site-guide" && guide.title == "Guide ¶" || guide.title == "Guide")
        #expect(guide.origin.url == "https://example.com/guide/" && guide.origin.place == "site/guide/index.html")
        for line in [
            "# Guide", "Read [how to install](../install.html), then `run` it & rest.", "- One", "- Two",
            "  1. Deep", "```\na  b\n  c\n```", "> So said.", "| Name | Price |", "| --- | --- |",
            "| Oil | 39 \\| 40 |", "\\# no heading",
        ] { #expect(guide.text.contains(line), "\(line) is not in:\n\(guide.text)") }
        for word in ["Home", "alert", "Imprint", "Site", "No\n", "p{}"] { #expect(!guide.text.contains(word)) }
    }

    @Test func `that is broken is read as far as it goes`() {
        #expect(page("<p>One<p>Two<b>Three</p></div><li>Four<a href=x>Five")?.text.contains("[Five](x)") == true)
        #expect(read("", .html).notes == ["a page without text is left out"])
        #expect(read("<html><body><script>x</script></body></html>", .html).documents.isEmpty)
        let deep = String(repeating: "<div>", count: 20_000) + "deep" + String(repeating: "<ul><li>", count: 20_000)
        #expect(read(deep, .html).problems.isEmpty)
    }

    @Test func `is read in the charset that it names`() {
        let latin = Array("<meta charset=\"iso-8859-15\"><p>5 ".utf8) + [0xa4] + Array("</p>".utf8)
        #expect(DocumentReader.items(of: latin, .html, path: "x.html").documents.first?.text == "5 €")
        let said = Array("<meta charset=utf-8><p>5 ".utf8) + [0x80] + Array("</p>".utf8)
        #expect(DocumentReader.items(of: said, .html, path: "x.html").documents.first?.text == "5 €")
        let unsaid = Array("<p>5 ".utf8) + [0x80] + Array("</p>".utf8)
        #expect(DocumentReader.items(of: unsaid, .html, path: "x.html").problems.count == 1)
    }
}

@Suite struct `A feed` {
    @Test func `in Atom gives an entry an item`() throws {
        let xml = """
            <?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>All</title>
            <entry><title type="html">Olive &amp;amp; oil</title><id>urn:1</id><category term="food"/>
            <link rel="edit" href="https://x/edit"/><link href="https://x/1"/>\
            <published>2026-11-02T09:13:41Z</published>
            <author><name>Ana</name></author>
            <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><h2>Dark</h2><p>Keep it.</p></div></content>
            </entry>
            <entry><title>Plain &lt;b&gt;</title><id>urn:2</id><summary>1 &lt; 2</summary></entry></feed>
            """
        let items = read(xml, .feed, path: "feeds/a.atom")
        #expect(items.problems.isEmpty && items.documents.count == 2)
        let oil = try #require(items.documents.first)
        #expect(oil.title == "Olive & oil" && oil.text == "## Dark\n\nKeep it." && oil.tags == ["food"])
        #expect(oil.origin.url == "https://x/1" && oil.origin.line == 2 && oil.id.hasPrefix("olive-oil-"))
        #expect(oil.fieldTexts == ["published=2026-11-02", "author=Ana", "url=https://x/1"])
        #expect(items.documents.last?.title == "Plain <b>" && items.documents.last?.text == "1 < 2")
    }

    @Test func `in RSS gives an entry an item`() throws {
        let xml = """
            <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
              xmlns:media="http://search.yahoo.com/mrss/"><channel><title>All</title>
            <item><media:title>Not this</media:title><title>Oil</title><guid>https://x/1</guid>
            <pubDate>Mon, 02 Nov 2026 23:13:41 -0500</pubDate><description>Short</description>
            <content:encoded><![CDATA[<p>Long <a href="/b">text</a></p>]]></content:encoded></item>
            <item><description/></item></channel></rss>
            """
        let items = read(xml, .feed)
        let oil = try #require(items.documents.first)
        #expect(oil.title == "Oil" && oil.text == "Long [text](/b)")
        #expect(oil.fieldTexts == ["published=2026-11-03", "url=https://x/1"])
        #expect(items.problems == ["file:6:1: an item without title and text"])
    }

    @Test(arguments: [
        "<feed><entry></feed>", "<html/>", "", "<!DOCTYPE x [<!ENTITY a \"b\">]><feed>&a;</feed>", "<feed", "\0",
    ])
    func `that is none is refused with its place`(_ xml: String) {
        let items = read(xml, .feed)
        #expect(items.documents.isEmpty && items.problems.count == 1 && items.problems[0].hasPrefix("file:1:"))
    }
}
