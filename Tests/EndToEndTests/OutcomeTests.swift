import Foundation
import Testing
import Wire

@Suite struct `Outcomes, end to end` {
    private func company() throws -> Company {
        let company = try Company()
        try company.addParrot()
        try company.daybook("run", "offer")
        try company.daybook("run", "offer")
        return company
    }

    @Test func `a figure is exact, and the same one again writes nothing`() throws {
        let company = try company()
        let set = try company.daybook("outcome", "set", "offer-1", "open_rate", "46.25%", "--json").objects.first
        #expect(set?["step"] == "publish" && set?["value"] == .number("0.4625") && set?["result"] == "recorded")
        let again = try company.daybook("outcome", "set", "offer-1.publish", "open_rate", "0.4625", "--json").objects
            .first
        #expect(again?["result"] == "unchanged")
        try company.daybook("outcome", "set", "offer-1.draft", "hours_saved", "1.5")
        let rows = try company.daybook("outcome", "list", "--json").objects
        #expect(rows.compactMap { $0["value_millionths"]?.integer } == [462_500, 1_500_000])
        #expect(try company.daybook("outcome", "list", "offer-2", "--json").output.isEmpty)
    }

    @Test func `a CSV file is recorded in one commit, and once`() throws {
        let company = try company()
        try company.write(
            "figures.csv",
            "metric,job,value,source\nopens,offer-1,214,buttondown\nopens,offer-2,\"31\",\nrate,offer-2,5%,x\n")
        let first = try company.daybook("outcome", "import", "figures.csv", "--json").objects.first
        #expect(first?["recorded"]?.integer == 3)
        let events = try company.daybook("log", "--json").objects.filter { $0["event"] == "OutcomeRecorded" }
        #expect(Set(events.compactMap { $0["time"]?.text }).count == 1 && events.count == 3)
        let again = try company.daybook("outcome", "import", "figures.csv", "--json").objects.first
        #expect(again?["recorded"]?.integer == 0 && again?["unchanged"]?.integer == 3)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test(arguments: [
        ("job,metric,value\noffer-1,opens,1\noffer-9,opens,2\n", "figures.csv:3:1: there is no job offer-9"),
        ("job,step,metric,value\noffer-1,nope,opens,1\n", "figures.csv:2:1: offer-1 has no step nope"),
        ("job,metric,value\noffer-1,opens,many\n", "figures.csv:2:15: `value` cannot be \"many\""),
        ("job,metric,value\noffer-1,opens\n", "figures.csv:2:1: 2 cells, and the header has 3"),
        ("job,metrik,value\n", "figures.csv:1:5: no column is called \"metrik\""),
        ("job,value\n", "figures.csv:1:1: the header has no column `metric`"),
        ("job,metric,value\n\"offer-1", "figures.csv:2:1: the quote that opens here is never closed"),
        ("", "figures.csv: there is nothing in it"),
    ])
    func `a file with one bad line is refused as a whole, by its line`(_ text: String, _ message: String) throws {
        let company = try company()
        try company.write("figures.csv", text)
        let refused = try company.daybook("outcome", "import", "figures.csv")
        #expect(refused.status == 65)
        #expect(refused.errors.contains(message), "\(refused.errors)")
        #expect(try company.daybook("outcome", "list", "--json").output.isEmpty)
    }

    @Test(arguments: [
        "66 offer-9 opens 1", "66 offer-1.nope opens 1", "64 offer-1 opens many", "64 offer-1 Opens 1",
        "64 pricing opens 1", "64 offer-1 opens 1234567890123",
    ])
    func `a figure that fits nowhere is refused`(_ line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let company = try company()
        let refused = try DaybookBinary.run(["outcome", "set"] + words.dropFirst(), in: company.folder)
        #expect(String(refused.status) == words[0], "\(refused.errors)")
        #expect(try company.daybook("outcome", "list", "--json").output.isEmpty)
    }
}
