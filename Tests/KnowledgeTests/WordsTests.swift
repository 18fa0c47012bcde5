import EventSourcingTesting
import Events
import Knowledge
import Testing

@Suite struct `Texts that are alike` {
    private let issue = """
        Last week I rewrote our pricing page from scratch. The old one listed eleven features. The new one asks
        three questions, and shows one price. Forty-one people wrote to say that they finally understood it.
        """

    @Test func `have one digest where only case, spacing and markup differ`() {
        #expect(Words.digest(of: "# Keep it **dark**.\n") == Words.digest(of: "keep it\ndark"))
        #expect(Words.digest(of: "It costs $39.") != Words.digest(of: "It costs $29."))
        #expect(Words.digest(of: "1.5") != Words.digest(of: "15"))
    }

    @Test func `are found by the words they share`() {
        let edited = issue.replacing("from scratch", with: "again")
        #expect(Shingles(issue).likeness(to: Shingles(issue)) == 1_000_000)
        #expect(Shingles(issue).likeness(to: Shingles(edited)) >= Shingles.likenessMin)
        #expect(Shingles(issue).likeness(to: Shingles("Olive oil keeps best in the dark, far from the stove.")) == 0)
        #expect(Shingles("Pro costs $39.").likeness(to: Shingles("Pro costs $39.")) == 0)
    }

    @Test func `are an echo where every sentence was shown before`() {
        let echo = Echo(of: [issue, "Pro costs $39 a month. It has no trial."])
        #expect(echo.isAll(of: "The new one asks three questions, and shows one price."))
        #expect(echo.isAll(of: "- pro costs $39 a month\n- it has no trial"))
        #expect(!echo.isAll(of: "Pro costs $29 a month."))
        #expect(!echo.isAll(of: "Pro costs $39 a month. Three people asked for a trial."))
        #expect(!Echo(of: []).isAll(of: "Anything."))
    }
}

@Suite struct `Blame of a text` {
    private func ref(_ version: UInt32) -> EntryRef { EntryRef(entry: "pricing", version: version) }

    @Test func `names for each line the version that brought it in`() {
        var blame = Blame()
        blame.take(["a", "b", "c"], from: ref(1))
        let first = blame
        blame.take(["a", "B", "c"], from: ref(2))
        blame.take(["a", "B", "c", "d"], from: ref(3))
        #expect(blame.lines.map(\.from.version) == [1, 2, 1, 3])
        blame.take(["a", "b", "c", "d"], from: ref(4), others: [first])
        #expect(blame.lines.map(\.from.version) == [1, 1, 1, 3])
    }
}

@Suite struct `A proposal's stream` {
    private let proposed = ProposalObservation.entryProposed(
        EntryProposed(
            entry: "pricing", base: 1,
            content: EntryContent(form: .fact, title: "Pricing", collection: "product", body: Words.digest(of: "x")),
            source: .job(JobSource(job: "support-1", version: 7)), evidence: []))

    private func decided(_ verdict: ProposalVerdict) -> ProposalObservation {
        .proposalDecided(ProposalDecided(verdict: verdict, rule: "", version: 0))
    }

    @Test func `takes the first decision, and a repeat leaves no trace`() {
        var stream = Specification(ProposalDecider())
        #expect(stream.when(decided(.accepted)).rejection == .missing)
        stream.when(proposed)
        stream.when(proposed)
        #expect(stream.version == 1)
        stream.when(decided(.rejected))
        stream.when(decided(.rejected))
        #expect(stream.version == 2)
        #expect(stream.when(decided(.accepted)).rejection == .decided(.rejected))
    }
}

@Suite struct `A contradiction's stream` {
    private func noted(_ first: UInt32, _ second: UInt32, _ kind: ContradictionKind = .values)
        -> ContradictionObservation
    {
        .contradictionNoted(
            ContradictionNoted(
                kind: kind, first: EntryRef(entry: "a", version: first), second: EntryRef(entry: "b", version: second),
                field: "price", likenessMillionths: 0))
    }

    private func settled(_ verdict: SettlementVerdict) -> ContradictionObservation {
        .contradictionSettled(ContradictionSettled(verdict: verdict))
    }

    @Test func `asks once, and again only when something new is said`() {
        var stream = Specification(ContradictionDecider())
        #expect(stream.when(settled(.both)).rejection == .missing)
        stream.when(noted(1, 1))
        stream.when(noted(2, 1))
        #expect(stream.version == 1)
        stream.when(settled(.both))
        #expect(stream.when(settled(.first)).rejection == .settled)
        stream.when(noted(1, 1))
        #expect(stream.version == 2)
        stream.when(noted(2, 1))
        #expect(stream.version == 3 && stream.state.settled == nil)
    }

    @Test func `asks no more whether two texts are alike that may be`() {
        var stream = Specification(ContradictionDecider())
        stream.when(noted(1, 1, .similar))
        stream.when(settled(.both))
        stream.when(noted(2, 1, .similar))
        #expect(stream.version == 2)
    }
}
