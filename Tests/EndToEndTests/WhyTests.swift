import Testing
import Wire

@Suite struct `The reason` {
    @Test func `for a mail leads through every hand back to the goal`() throws {
        let company = try Company()
        let job = try company.send("-f", "topic=pricing pages")
        let sent = try #require(try company.events(job, named: "EffectEnded").last)
        let why = try company.daybook("why", sent.place)
        #expect(why.status == 0)
        #expect(why.lines.first?.hasPrefix(sent.place) == true)
        #expect(why.output.contains("your goal: \(job), topic = pricing pages"))
        let chain = try company.daybook("why", sent.place, "--json").objects
        let positions = chain.compactMap { $0["position"]?.integer }
        #expect(Set(positions).count == positions.count)
        // Whatever an event rests on stands in the chain too, before it in time and never above it.
        for event in chain {
            for reason in event["because"]?.elements ?? [] {
                let other = try #require(chain.first { $0["position"] == reason })
                #expect((other["position"]?.integer ?? 0) < (event["position"]?.integer ?? 0))
                #expect((other["depth"]?.integer ?? 0) >= (event["depth"]?.integer ?? 0))
            }
        }
        let names = chain.compactMap { $0["event"]?.text }
        for name in ["ApprovalDecided", "ApprovalRequested", "EffectPrepared", "CallRequested", "JobQueued"] {
            #expect(names.contains(name), "\(name)")
        }
        let steps = Set(chain.compactMap { $0["step"]?.text })
        #expect(steps == ["plan", "sources", "research", "draft", "edit", "publish"])
    }

    @Test func `can be asked by the hash of a mail, a request or an output`() throws {
        let company = try Company()
        let job = try company.send()
        let start = try #require(try company.events(job, named: "EffectStarted").first)
        let mail = try company.daybook("why", start["data"]?["message"]?.text ?? "", "--json").objects
        #expect(mail.first?["event"] == "EffectEnded")
        #expect(mail.dropFirst().first?["position"] == start["position"])
        let call = try #require(try company.events(job, named: "CallRequested").first)
        let request = try company.daybook("why", call["data"]?["request"]?.text ?? "", "--json").objects
        #expect(request.first?["position"] == call["position"])
        #expect(try company.daybook("why", "\(job).draft", "--json").objects.first?["event"] == "TaskCompleted")
    }

    @Test func `for a rerun goes on in the job that it came from`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        try company.daybook("rerun", "newsletter-1", "--from", "draft")
        let chain = try company.daybook("why", "newsletter-2.draft", "--json").objects
        let streams = Set(chain.compactMap { $0["stream"]?.text })
        #expect(streams == ["job/newsletter-1", "job/newsletter-2"])
    }

    @Test func `for knowledge names the file`() throws {
        let company = try Company()
        #expect(try company.daybook("why", "pricing@1").output.contains("from knowledge/pricing.md"))
        #expect(try company.daybook("why", "nothing").status == 66)
    }
}
