import Foundation
import Testing
import Wire

/// Jobs about one client learn nothing of another.
@Suite struct `Two clients` {
    /// A company whose flow `letter` is about a client: a program repeats all that it is shown, and remembers it.
    private func company() throws -> Company {
        let company = try Company()
        try company.edit(
            "daybook.yaml", "  writing: heuristic\n",
            "  writing: heuristic\n  echo: {command: [/bin/sh, echo.sh], workdir: ., reconcile: pure}\n")
        let said = #""$(grep -o 'z[a-z]*zz' | sort -u | tr '\n' ' ')""#
        try company.write("echo.sh", #"printf '{"title":"What was said","body":"seen: %s"}' "# + said + "\n")
        try company.write(
            "agents/clerk.md",
            """
            ---
            name: clerk
            description: Repeats what it is shown
            model: echo
            knowledge: {read: [clients, said], k: 20, max_tokens: 4000}
            output: {title: text(60), body: markdown}
            ---
            Repeat it.

            """)
        try company.write(
            "flows/letter.yaml",
            """
            name: letter
            customer: "${{ inputs.client }}"
            on: {manual: {inputs: {client: {type: text, required: false, default: ""}}}}
            steps:
              - id: draft
                agent: clerk
                with: {topic: "what was agreed on the price"}
                recall:
                  deals: {from: clients, query: "price agreed", k: 20}
                  said: {from: said, last: 20}
                  figures: {from: outcomes, last: 20}
                remember: {into: said, form: past_output}

            """)
        for (entry, customer, text) in [
            ("acme-deal", "acme", "The price agreed with Acme is zacmezz."),
            ("birch-deal", "birch", "The price agreed with Birch is zbirchzz."),
            ("open-deal", "", "The price agreed with whoever asks is zopenzz."),
        ] {
            let more = customer.isEmpty ? [] : ["--customer", customer]
            let added = try DaybookBinary.run(
                ["knowledge", "add", entry, "-", "--title", entry, "--collection", "clients"] + more,
                in: company.folder,
                input: text + "\n")
            #expect(added.status == 0, "\(added.errors)")
        }
        return company
    }

    /// What a new job was shown: it is what it would have the company know.
    private func seen(_ company: Company, _ arguments: String...) throws -> String {
        let run = try DaybookBinary.run(["run", "letter", "--json"] + arguments, in: company.folder)
        return try said(by: try #require(run.objects.first?["job"]?.text, "\(run.errors)"), company)
    }

    private func said(by job: String, _ company: Company) throws -> String {
        let proposals = try company.daybook("knowledge", "proposals", "--json").objects
        let said = proposals.last { $0["source"]?.text?.hasPrefix("\(job).draft") == true }
        return try #require(said?["text"]?.text)
    }

    @Test func `are never shown each other's knowledge, outputs or figures`() throws {
        let company = try company()
        let nobody = try seen(company)
        #expect(nobody.contains("zopenzz") && !nobody.contains("zacmezz") && !nobody.contains("zbirchzz"))
        let acme = try seen(company, "-f", "client=acme")
        #expect(acme.contains("zopenzz") && acme.contains("zacmezz") && !acme.contains("zbirchzz"))
        // What the job learnt is this client's.
        for id in try company.daybook("knowledge", "proposals", "--json").objects.compactMap({ $0["id"]?.text }) {
            #expect(try company.daybook("knowledge", "accept", id).status == 0)
        }
        let learnt = try company.daybook("knowledge", "show", "acme.what-was-said", "--json").objects.first
        #expect(learnt?["customer"] == "acme" && learnt?["text"]?.text?.contains("zacmezz") == true)
        let first = try company.daybook("knowledge", "show", "what-was-said", "--json").objects.first
        #expect(first?["customer"] == .null)
        // Nor does it come back through what was remembered.
        let birch = try seen(company, "--customer", "birch")
        #expect(birch.contains("zbirchzz") && !birch.contains("zacmezz"))
        // A rerun is about the same client.
        let again = try company.daybook("rerun", "letter-2", "--from", "draft", "--json")
        let job = try #require(again.objects.first?["job"]?.text)
        let shown = "\(try company.events(job, named: "ContextAssembled"))"
        #expect(shown.contains("acme-deal") && !shown.contains("birch"))
        // Nothing of the other is even named among what was left out.
        let events = try company.events("letter-3", named: "ContextAssembled")
        #expect(!events.isEmpty && events.allSatisfy { !"\($0)".contains("acme") })
        #expect(try company.daybook("replay", "letter-3").status == 0)
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `are told apart by a search as well`() throws {
        let company = try company()
        func found(_ more: String...) throws -> Set<String> {
            let result = try DaybookBinary.run(
                ["knowledge", "search", "price agreed", "-k", "50", "--json"] + more, in: company.folder)
            #expect(result.status == 0, "\(result.errors)")
            return Set(result.objects.compactMap { $0["entry"]?.text }.filter { $0.hasSuffix("-deal") })
        }
        #expect(try found() == ["acme-deal", "birch-deal", "open-deal"])
        #expect(try found("--customer", "acme") == ["acme-deal", "open-deal"])
        #expect(try found("--as", "clerk") == ["open-deal"])
        #expect(try found("--as", "clerk", "--customer", "birch") == ["birch-deal", "open-deal"])
        #expect(try found("--as", "writer", "--customer", "birch").isEmpty)
    }

    @Test func `have ids, and a client is never made of a step's output`() throws {
        let company = try company()
        let refused = try company.daybook("run", "letter", "-f", "client=Acme & Co")
        #expect(refused.status == 64 && refused.errors.contains("is no client's id"))
        try company.edit("flows/letter.yaml", "inputs.client", "steps.draft.title")
        let checked = try company.daybook("check")
        #expect(checked.status == 65)
        #expect((checked.output + checked.errors).contains("letter.yaml:2:"))
    }
}
