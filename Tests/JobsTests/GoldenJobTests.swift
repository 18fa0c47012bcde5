import Events
import Foundation
import JobFixtures
import Jobs
import Testing
import Wire

@Suite struct `Golden jobs` {
    @Test func `are reproduced by today's decider, decision by decision`() throws {
        var decisions = 0
        let names = try GoldenJob.names()
        #expect(names.count >= 8)
        for name in names {
            let golden = try GoldenJob(named: name)
            let (count, first) = try golden.divergences(JobDecider(artifacts: golden.shelf))
            #expect(first == nil)
            decisions += count
        }
        #expect(decisions > 60)
        print("golden jobs: \(names.count), \(decisions) decisions re-derived, all the same")
    }

    @Test(arguments: FaultyDecider.Fault.allCases)
    func `catch a planted fault`(_ fault: FaultyDecider.Fault) throws {
        for name in try GoldenJob.names() {
            let golden = try GoldenJob(named: name)
            let decider = FaultyDecider(base: JobDecider(artifacts: golden.shelf), fault: fault)
            if let first = try golden.divergences(decider).first {
                print("caught \(fault.rawValue): \(first)")
                return
            }
        }
        Issue.record("no golden job catches \(fault.rawValue)")
    }

    /// Stories are written down once. A change of behaviour needs a new rules number, never a new recording.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["DAYBOOK_RECORD_GOLDEN"] == "1"))
    func `are recorded from stories that are not kept yet`() throws {
        for (name, story) in Stories.all { try GoldenJob.record(story, named: name) }
    }
}
