import EventSourcing
import Foundation
import Testing
import Views
import Wire

@Suite struct `A rebuild` {
    @Test func `of every view is identical`() throws {
        let company = try Company()
        try company.send()
        let head = try company.head()
        let views = try company.daybook("rebuild", "--json").objects
        #expect(
            views.compactMap { $0["view"]?.text }
                == ["jobs", "inbox", "knowledge", "timeline", "metrics", "lineage", "session"])
        #expect(views.allSatisfy { $0["identical"] == true && $0["live_rows"] == $0["rebuilt_rows"] })
        #expect(views.allSatisfy { $0["position"]?.integer == head })
        // Looking writes nothing down.
        #expect(try company.head() == head)
    }

    @Test func `finds a wrong row, says since when, and who was shown it`() throws {
        let company = try Company()
        let job = try company.send()
        try company.daybook("outcome", "set", job, "opens", "46%")
        try company.daybook("run", "newsletter")
        let outcome = try #require(try company.daybook("log", "--type", "OutcomeRecorded", "--json").objects.first)
        try Self.plant(in: company, outcome, wrong: 470_000)
        let diff = try company.daybook("rebuild", "metrics", "--diff")
        #expect(diff.status == 0)
        let line = try #require(diff.lines.first { $0.contains("outcome \(job) publish opens") })
        #expect(line.contains("value 0.47 -> 0.46"))
        #expect(line.contains("parts at \(outcome.place) OutcomeRecorded"))
        let shown = try #require(
            try company.events("newsletter-2", named: "ContextAssembled").first {
                $0["data"]?["items"]?.elements?.contains { $0["view"] != nil } ?? false
            })
        #expect(diff.output.contains("1 call was shown a wrong value:"))
        #expect(diff.output.contains("newsletter-2.plan \(shown.place)"))
        #expect(diff.output.contains("Live is still the old view."))
        let verify = try company.daybook("verify")
        #expect(verify.status == 1)
        #expect(verify.output.contains("the view metrics"))
        #expect(try company.daybook("rebuild", "metrics", "--switch").status == 0)
        #expect(try company.daybook("verify").status == 0)
        let names = try company.daybook("log", "--stream", "ledger", "--json").objects.compactMap { $0["event"]?.text }
        #expect(names.suffix(2) == ["ViewRebuilt", "ViewSwitched"])
        #expect(try company.daybook("rebuild", "metrics", "--switch-back").status == 0)
        #expect(try company.daybook("verify").status == 1)
    }

    @Test func `refuses what it cannot do`() throws {
        let company = try Company()
        #expect(try company.daybook("rebuild", "nothing").status == 64)
        #expect(try company.daybook("rebuild", "--switch-back").status == 64)
        #expect(try company.daybook("rebuild", "jobs", "--switch-back").status == 66)
    }

    /// Puts another figure into the live view, with the trail that a wrong fold would have left.
    private static func plant(in company: Company, _ outcome: JSON, wrong: Int64) throws {
        let data = try #require(outcome["data"])
        let recorded = try #require(outcome["time"]?.text)
        func row(_ value: Int64) throws -> OutcomeRow {
            OutcomeRow(
                job: "newsletter-1", flow: "newsletter", step: data["step"]?.text ?? "",
                metric: data["metric"]?.text ?? "",
                valueMillionths: value, source: data["source"]?.text ?? "",
                position: UInt64(outcome["position"]?.integer ?? 0), timeUs: try microseconds(recorded))
        }
        let right = try row(data["valueMillionths"]?.integer ?? 0)
        let other = try row(wrong)
        let path = company.path(".daybook/views/metrics-1.mdb")
        #expect(try Damage.replace(right.wireBytes, with: other.wireBytes, in: path) > 0)
        #expect(try Damage.replace(hash(right), with: hash(other), in: path) > 0)
    }

    private static func microseconds(_ text: String) throws -> Int64 {
        let parts = text.dropLast().split(separator: ".")
        let date = try Date("\(parts[0])Z", strategy: .iso8601)
        return Int64(date.timeIntervalSince1970) * 1_000_000 + (Int64(parts[1]) ?? 0)
    }

    /// Half of the fingerprint of a row, as the trail of a view has it.
    private static func hash(_ row: OutcomeRow) -> [UInt8] {
        var writer = WireWriter()
        return withUnsafeBytes(of: row.fingerprint(using: &writer).littleEndian) { Array($0.prefix(4)) }
    }
}
