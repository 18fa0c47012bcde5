import Testing
import Wire

@Suite struct `An audit` {
    @Test func `says what was asked, seen, made and paid, and what followed`() throws {
        let company = try Company()
        let job = try company.send("-f", "topic=pricing pages")
        let audit = try company.daybook("audit", "\(job).draft")
        #expect(audit.status == 0)
        let call = try #require(try company.events(job, named: "CallRequested").last)
        let request = call["data"]?["request"]?.text ?? ""
        let draft = try company.events(job, named: "TaskCompleted").first { $0["data"]?["step"] == "draft" }
        let output = draft?["data"]?["output"]?.text ?? ""
        for words in [
            "Asked  writer ", "sha256 \(request.prefix(8))", "instructions  agents/writer.md", "\(job).plan ",
            "\(job).research ", "Made   draft \(output.prefix(8))", "Cost   nothing: no model was used",
            "you saw \(output.prefix(8)), approved it", "by maildir, each once", "Seal   complete",
        ] { #expect(audit.output.contains(words), "\(words)") }
        // The pieces of the request are the pieces of the event, and every chunk of the context is listed.
        let json = try #require(try company.daybook("audit", "\(job).draft", "--json").objects.first)
        #expect(json["pieces"]?.elements?.count == call["data"]?["pieces"]?.elements?.count)
        let context = try company.events(job, named: "ContextAssembled").first { $0["data"]?["task"] == json["task"] }
        let items = json["context"]?["items"]?.elements ?? []
        #expect(items.count == context?["data"]?["items"]?.elements?.count)
        for item in items { #expect(audit.output.contains(item["source"]?.text ?? "?")) }
        for cut in json["context"]?["cut"]?.elements ?? [] {
            let source = cut["source"]?.text ?? "?"
            #expect(try company.daybook("audit", "\(job).draft", "--cut").output.contains(source))
        }
    }

    @Test func `of a job has a page for every call, question and effect`() throws {
        let company = try Company()
        let job = try company.send()
        let pages = try company.daybook("audit", job, "--json").objects
        let names = try company.events(job)
        #expect(pages.count { $0["kind"] == "call" } == names.count { $0 == "CallRequested" })
        #expect(pages.count { $0["kind"] == "question" } == names.count { $0 == "ApprovalRequested" })
        let effect = pages.first { $0["kind"] == "effect" }
        #expect(effect?["deliveries"]?.elements?.count == names.count { $0 == "EffectStarted" })
        #expect(effect?["deliveries"]?.elements?.allSatisfy { $0["outcome"] == "succeeded" } == true)
    }

    @Test func `shows every attempt of a step that failed first, and where it fell back`() throws {
        let company = try Company()
        try company.edit(
            "daybook.yaml", "  writing: heuristic\n",
            "  writing: {command: [/bin/false], workdir: ., reconcile: pure}\n")
        let run = try company.daybook("run", "newsletter", "--patience", "30")
        #expect(run.status == 3)
        let pages = try company.daybook("audit", "newsletter-1.draft", "--json").objects
        #expect(pages.count > 1)
        #expect(pages.first?["outcome"] == "the command failed" && pages.first?["seal"] == "open")
        #expect(pages.last?["executor"] == "heuristic" && pages.last?["seal"] == "complete")
        let words = try company.daybook("audit", "newsletter-1.draft").output
        #expect(words.contains("Seal   open: this program made its own calls"))
        #expect(words.contains("tried again @") && words.contains("falls back to heuristic @"))
    }

    @Test func `of an edited draft says what was approved instead`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        try company.daybook(
            "review", "newsletter-1", "--edit", environment: ["EDITOR": "sed -i '3s/.*/A first line of my own./'"])
        let decided = try #require(try company.events("newsletter-1", named: "ApprovalDecided").first)
        let edited = decided["data"]?["edit"]?["draft"]?.text ?? "?"
        let audit = try company.daybook("audit", "newsletter-1.draft").output
        #expect(audit.contains("approved \(edited.prefix(8)) \(decided.place)"))
        #expect(audit.contains("written @"))
    }

    @Test func `of knowledge says what made each score`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        let page = try #require(try company.daybook("audit", "newsletter-1.draft", "--json").objects.first)
        let items = try #require(page["context"]?["items"]?.elements?.filter { $0["why"] == "similar" })
        #expect(items.count == 6 && items.allSatisfy { $0["bm25_millionths"]?.integer ?? 0 > 0 })
        // Without the embedder's weights nothing is found by meaning.
        let isByMeaning = page["context"]?["embedder"]?.text != nil
        #expect(items.allSatisfy { ($0["cosine_millionths"]?.integer != nil) == isByMeaning })
        let score = try #require(items.first?["bm25_millionths"]?.integer)
        #expect(
            try company.daybook("audit", "newsletter-1.draft").output.contains("similar: BM25 \(score / 1_000_000)."))
    }
}
