import Documents
import Testing

@Suite struct `A table` {
    @Test func `gives an entry a row, with typed fields and what its columns are known for`() throws {
        let text = """
            id,Name,Price,Since,Active,Phone,Tags,Valid_To,Notes
            acme,Acme GmbH,39.00,2026-11-01,true,0049 30 12,"a, b",2027-01-01,"Pays late.

            Likes ""oil""."

            """
        let items = read("\u{feff}" + text, .csv, path: "lists/customers.csv")
        #expect(items.problems.isEmpty && items.notes.isEmpty)
        let acme = try #require(items.documents.first)
        #expect(acme.id == "acme" && acme.title == "Acme GmbH" && acme.kind == .customer)
        #expect(acme.text == "Pays late.\n\nLikes \"oil\".")
        #expect(
            acme.fields.map(\.value) == [
                .number("39.00"), .date("2026-11-01"), .truth(true), .text("0049 30 12"),
            ])
        #expect(acme.tags == ["a", "b"] && acme.validTo == 1_798_761_600_000_000)
        #expect(acme.origin.line == 2 && acme.origin.place == "lists/customers.csv#acme")
    }

    @Test(arguments: ["a;b\n1,5;x\n", "sep=;\na;b\n1,5;x\n", "a\tb\n1,5\tx\n", "a|b\r\n1,5|x\r\n"])
    func `finds out what separates its cells`(_ text: String) {
        #expect(read(text, .csv).documents.first?.fieldTexts == ["a=1,5", "b=x"])
    }

    @Test func `names entries by a column that it tells, or by their rows`() {
        let chosen = read("Color,Code\nred,R 1\n", .csv)
        #expect(chosen.documents.map(\.id) == ["r-1"] && chosen.notes == ["entries are named by \"code\""])
        let rows = read("Color\nred\n\nblue\n", .csv, path: "x/Nice Colors.csv")
        #expect(rows.documents.map(\.id) == ["nice-colors-1", "nice-colors-2"] && rows.notes.count == 1)
        var options = DocumentOptions()
        options.idColumn = "color"
        #expect(read("Color,Code\nred,1\n", .csv, options).documents.map(\.id) == ["red"])
        #expect(read("id,v\n17,x\n", .csv, path: "orders.csv").documents.map(\.id) == ["orders-17"])
        options.idColumn = "size"
        #expect(
            read("Color\nred\n", .csv, options).problems == ["file:1:1: there is no column \"size\" to name entries by"]
        )
    }

    @Test func `loses one row to a mistake, and says where it is`() {
        let text = "id,v\na,1\nb\nc,1,2\nd,\"x\" y\ne,5\n,6\nf,kind\n"
        let items = read(text, .csv)
        #expect(items.documents.map(\.id) == ["a", "e", "f"])
        #expect(
            items.problems == [
                "file:3:1: 1 column, and the header has 2", "file:4:1: 3 columns, and the header has 2",
                "file:5:7: something stands behind a closing quote",
                "file:7:1: \"id\" is empty, and it names the entry",
            ])
    }

    @Test func `goes on behind a quote that is never closed`() {
        let items = read("id,v\na,1\nb,\"2\nc,3\nd,4\n", .csv)
        #expect(items.documents.map(\.id) == ["a", "c", "d"])
        #expect(items.problems == ["file:3:1: a quote opens in this row and is never closed"])
        let rows = DocumentReader.recordBytesMax / 4 + 10
        let cut = read("id,v\na,1\n\"b\n" + String(repeating: "x,1\n", count: rows), .csv)
        #expect(cut.problems.count == 1 && cut.documents.count == rows + 1)
        #expect(cut.problems.first?.hasPrefix("file:3:1: the row is longer than") == true)
    }

    @Test(arguments: [
        ("", "file:1:1: there is no header"), ("a,,b\n", "file:1:1: column 2 has no name"),
        ("a,A\n1,2\n", "file:1:1: two columns are called \"A\""), ("\"a\n1\n", "file:1:1: a quote opens"),
    ])
    func `without a header that can be read gives nothing`(_ text: String, _ problem: String) {
        let items = read(text, .csv)
        #expect(items.documents.isEmpty && items.problems.count == 1)
        #expect(items.problems.first?.hasPrefix(problem) == true)
    }

    @Test func `in another charset is read if that is said, and refused with its place if not`() {
        let bytes = Array("id,v\na,".utf8) + [0x80, 0x0a]
        #expect(DocumentReader.items(of: bytes, .csv, path: "file").problems == ["file:2:3: this is not UTF-8"])
        let known = DocumentReader.items(of: bytes, .csv, path: "file", DocumentOptions(charset: .windows1252))
        #expect(known.documents.first?.fieldTexts == ["v=€"])
    }

    @Test func `says the same in whatever pieces it comes`() {
        let text = Array("id,v\r\na,\"1\r\n2\"\r\nb,\"\"\"\"\r\nc\r\nd,4".utf8)
        let whole = DocumentReader.items(of: text, .csv, path: "file")
        #expect(whole.documents.map(\.id) == ["a", "b", "d"])
        for size in 1...7 {
            var reader = DocumentReader(.csv, path: "file")
            var items: [DocumentItem] = []
            for start in stride(from: 0, to: text.count, by: size) {
                items += reader.take(text[start..<min(start + size, text.count)])
            }
            #expect(items + reader.finish() == whole)
        }
    }

    @Test func `full of mistakes is given up`() {
        let items = read("id,v\n" + String(repeating: "x\n", count: 5_000), .csv)
        #expect(items.problems.count == DocumentReader.problemsMax + 1)
        #expect(items.problems.last?.contains("the rest is not read") == true)
    }
}

@Suite struct `Lines of JSON` {
    @Test func `give an entry each, with typed fields`() throws {
        let text = """
            {"sku":"A-1","title":"Olive oil","price":39.50,"organic":true,"since":"2026-11-01","zip":"01234",\
            "maker":{"name":"Ana","city":"Bari"},"sizes":[1,2],"tags":["food","oil"],"none":null}

            {"sku":"A-2","text":"Dark.","kind":"document"}
            """
        let items = read(text, .jsonLines)
        #expect(items.problems.isEmpty && items.notes == ["entries are named by \"sku\""])
        let oil = try #require(items.documents.first)
        #expect(oil.id == "a-1" && oil.title == "Olive oil" && oil.kind == .fact && oil.tags == ["food", "oil"])
        #expect(
            oil.fields.map(\.value) == [
                .number("39.50"), .truth(true), .date("2026-11-01"), .text("01234"), .text("Ana"), .text("Bari"),
                .text("1, 2"),
            ])
        #expect(items.documents.last?.text == "Dark." && items.documents.last?.kind == .document)
        #expect(items.documents.last?.origin.line == 3)
    }

    @Test func `lose one line to a mistake, and say where it is`() {
        let deep = String(repeating: "{\"a\":", count: 6) + "1" + String(repeating: "}", count: 6)
        let lines = [
            #"{"id":"a","v":1}"#, #"{"id":"b","id":"c"}"#, #"[1]"#, #"{"id":"d","v":}"#, deep,
            #"{"id":"e","kind":"thing","v":1}"#, #"{"id":"f","v":2}"#, #"{"id":"g"}"#,
        ]
        let items = read(lines.joined(separator: "\n"), .jsonLines)
        #expect(items.documents.map(\.id) == ["a", "f"])
        #expect(items.problems.count == 6)
        #expect(items.problems[0] == "file:2:15: the field \"id\" is there twice")
        #expect(items.problems[2] == "file:4:15: this is no value")
        #expect(items.problems[4] == "file:6:1: \"thing\" is no kind of entry")
    }
}

@Suite struct `The name of an entry` {
    @Test(arguments: [
        ("Olive Oil", "olive-oil"), ("Größe & Maß", "groesse-mass"), ("  --x--  ", "x"), ("v1.2_b", "v1.2_b"),
        ("Ćevapčići", "cevapcici"), ("日本", ""), (String(repeating: "ab ", count: 40), ""),
    ])
    func `is made of a text`(_ text: String, _ name: String) {
        let made = EntryName.suggestion(for: text)
        if name.isEmpty { #expect(made.isEmpty || EntryName.isValid(made)) } else { #expect(made == name) }
    }

    @Test func `of a file is its own, and its path where another has that`() {
        #expect(EntryName.suggestion(forFile: "notes/olive-oil.md") == "olive-oil")
        #expect(EntryName.suggestion(forPath: "notes/kitchen/olive-oil.md") == "notes-kitchen-olive-oil")
        let long = EntryName.suggestion(forPath: String(repeating: "deep/", count: 30) + "x.md")
        #expect(EntryName.isValid(long) && long.utf8.count <= 64)
    }
}
