import Foundation
import Testing
import Wire

@Suite struct `The newsletter, end to end` {
    @Test func `waits for one yes, and then sends exactly one mail to each person`() throws {
        let company = try Company()
        let run = try company.daybook("run", "newsletter", "-f", "topic=pricing pages", "--json")
        #expect(run.status == 3)
        #expect(run.objects.first?["job"] == "newsletter-1")
        #expect(run.objects.first?["state"] == "awaiting_human")
        #expect(try company.mails().isEmpty)
        let waiting = try company.daybook("inbox", "--json").objects
        #expect(waiting.count == 1)
        #expect(waiting.first?["state"] == "awaiting_human")
        let review = try company.daybook("review", waiting.first?["id"]?.text ?? "", "--approve", "--json")
        #expect(review.status == 0)
        #expect(review.objects.first?["state"] == "completed")
        let people = try company.read("lists/weekly.csv").split(separator: "\n").count - 1
        #expect(try company.mails().count == people)
        #expect(try company.daybook("replay", "--all").status == 0)
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `sends what the editor left, byte for byte`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        let review = try company.daybook(
            "review", "newsletter-1", "--edit", environment: ["EDITOR": "sed -i '3s/.*/A first line of my own./'"])
        #expect(review.status == 0)
        let mail = try company.read("outbox/new/\(try company.mails()[0])")
        #expect(mail.contains("A first line of my own."))
        let decided = try company.daybook("job", "events", "newsletter-1", "--json").objects
            .first { $0["event"] == "ApprovalDecided" }
        #expect(decided?["data"]?["edit"]?["distanceMillionths"] != nil)
    }

    @Test func `is told what to change, and asks again`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        #expect(try company.daybook("review", "newsletter-1", "--respond", "shorter, please").status == 3)
        let events = try company.events("newsletter-1")
        #expect(events.filter { $0 == "ApprovalRequested" }.count == 2)
        #expect(try company.daybook("review", "newsletter-1.edit", "--reject").status == 2)
        #expect(try company.mails().isEmpty)
        #expect(try company.daybook("review", "newsletter-1", "--approve").status == 75)
    }

    @Test func `a rerun takes over what was made, asks again, and mails nobody twice`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        try company.daybook("review", "newsletter-1", "--approve")
        let before = try company.mails()
        try company.edit("agents/writer.md", "You write", "You always write")
        let rerun = try company.daybook("rerun", "newsletter-1", "--from", "draft", "--json")
        #expect(rerun.status == 3)
        let events = try company.events("newsletter-2")
        #expect(events.filter { $0 == "StepAdopted" }.count == 3)
        #expect(events.filter { $0 == "CallRequested" }.count == 1)
        #expect(try company.daybook("review", "newsletter-2", "--approve").status == 0)
        #expect(try company.mails() == before)
    }

    @Test func `a fixed agent file is used by a retry, which says so`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        try company.daybook("review", "newsletter-1", "--reject")
        try company.edit("agents/writer.md", "You write", "You always write")
        let retry = try company.daybook("job", "retry", "newsletter-1")
        #expect(retry.output.contains("Uses agent writer "))
        #expect(retry.status == 3)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `figures that come back reach the next plan`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        try company.daybook("review", "newsletter-1", "--approve")
        #expect(try company.daybook("outcome", "set", "newsletter-1", "opens", "46%").status == 0)
        try company.daybook("run", "newsletter")
        let context = try company.daybook("job", "events", "newsletter-2", "--json").objects
            .first { $0["event"] == "ContextAssembled" }
        let views = context?["data"]?["items"]?.elements?.compactMap { $0["view"]?["view"]?.text } ?? []
        #expect(views.contains("metrics"))
    }

    @Test func `an agent that is switched off is not asked, and its job goes on afterwards`() throws {
        let company = try Company()
        #expect(try company.daybook("agent", "disable", "writer").status == 0)
        let run = try company.daybook("run", "newsletter", "--json")
        #expect(run.status == 6)
        #expect(run.objects.first?["state"] == "parked")
        #expect(try company.events("newsletter-1").filter { $0 == "CallRequested" }.count == 3)
        #expect(try company.daybook("agent", "enable", "writer").status == 0)
        #expect(try company.daybook("work", "--waiting-ok").status == 0)
        #expect(try company.daybook("inbox", "--json").objects.count == 1)
    }
}
