import EventSourcing
import Events
import Server
import Testing
import Wire

@testable import Views

@Suite struct `The metrics` {
    let job = Newsletter(job: "newsletter-8")

    @Test func `sum calls by flow, step, executor and model`() async throws {
        let book = Book()
        try await job.write(to: book)
        try await Newsletter(job: "newsletter-9").write(5, to: book)
        let calls = try Metrics.calls(in: book.rows(Metrics()))
        #expect(calls.map(\.step) == ["draft", "plan"])
        let plan = try #require(calls.last)
        #expect((plan.flow, plan.executor, plan.model) == ("newsletter", "writing", "small"))
        #expect((plan.requested, plan.completed) == (2, 2))
        #expect(plan.costMicrodollars == 200)
        #expect((plan.inputTokens, plan.outputTokens, plan.cachedTokens) == (20, 10, 2))
        #expect(
            plan.latency == Durations(count: 2, sumUs: 60_000, maxUs: 30_000, buckets: [.init(bucket: 2, count: 2)]))
        // The second job's draft was requested and has not ended.
        #expect((calls[0].requested, calls[0].completed) == (2, 1))
    }

    @Test func `count failures by their kind, and what followed`() async throws {
        let book = Book()
        try await job.write(3, to: book)
        try await book.write(
            job.stream, JobObservation.callEnded(job.failed(5, .server)),
            JobDecision.taskRequested(job.task("plan", why: .retry, attempt: 2)))
        try await book.write(
            job.stream, JobObservation.contextAssembled(job.context(7)), JobDecision.callRequested(job.call(7)))
        try await book.write(
            job.stream, JobObservation.callEnded(job.failed(9, .rateLimit)),
            JobDecision.taskRequested(job.task("plan", why: .fallback, executor: "heuristic", rung: 1)))
        try await book.write(
            job.stream, JobObservation.contextAssembled(job.context(11)), JobDecision.callRequested(job.call(11)))
        try await book.write(
            job.stream, JobObservation.callEnded(CallEnded(call: 13, outcome: .unresolved, latencyUs: 0)))
        try await book.write(
            job.stream, JobObservation.lateResult(LateResult(call: 13, response: nil, costMicrodollars: 3)))
        let rows = try book.rows(Metrics())
        let calls = try Metrics.calls(in: rows)
        #expect(calls.map(\.executor) == ["heuristic", "writing"])
        #expect(calls[1].errors == [ErrorCount(error: .rateLimit, count: 1), ErrorCount(error: .server, count: 1)])
        #expect((calls[1].failed, calls[1].retries, calls[1].fallbacks) == (2, 1, 0))
        #expect((calls[0].fallbacks, calls[0].unresolved, calls[0].late) == (1, 1, 1))
        #expect(calls[0].latency.count == 0)
        #expect(try Metrics.flows(in: rows).map(\.costMicrodollars) == [17])
    }

    @Test func `credit an edit to the review, and to the author of the draft`() async throws {
        let book = Book()
        try await job.write(8, to: book)
        let rows = try book.rows(Metrics())
        let approval = try #require(try Metrics.approvals(in: rows).first)
        #expect((approval.step, approval.requested, approval.edited) == ("edit", 1, 1))
        #expect(approval.editDistanceMillionths == 40_000)
        #expect(approval.waitSumUs == 1_000_000)
        let calls = try Metrics.calls(in: rows)
        #expect(calls.map(\.edited) == [1, 0])
        #expect(calls[0].editDistanceMillionths == 40_000)
    }

    @Test func `count deliveries and jobs`() async throws {
        let book = Book()
        try await job.write(to: book)
        let rows = try book.rows(Metrics())
        #expect(
            try Metrics.effects(in: rows) == [
                EffectMetricsRow(
                    flow: "newsletter", step: "publish", connector: "newsletter", prepared: 2, started: 1, succeeded: 1,
                    failed: 0, unknown: 0)
            ])
        let flow = try #require(try Metrics.flows(in: rows).first)
        #expect((flow.queued, flow.completed, flow.costMicrodollars, flow.lastJob) == (1, 1, 300, "newsletter-8"))
    }

    @Test func `give the newest outcomes of a flow in order, and only the last figure of each`() async throws {
        let book = Book()
        for number in 7...9 { try await Newsletter(job: "newsletter-\(number)").write(to: book) }
        try await book.write("job/newsletter-7", JobObservation.outcomeRecorded(job.outcome("opens", 300)))
        try await book.write("job/newsletter-7", JobObservation.outcomeRecorded(job.outcome("clicks / day", 12)))
        let rows = try book.rows(Metrics())
        let newest = try Metrics.outcomes(ofFlow: "newsletter", last: 3, in: rows)
        #expect(newest.map(\.job) == ["newsletter-7", "newsletter-7", "newsletter-9"])
        #expect(newest.map(\.metric) == ["clicks / day", "opens", "opens"])
        #expect(newest[1].valueMillionths == 300_000_000)
        #expect(try Metrics.outcomes(ofFlow: "newsletter", last: 9, in: rows).count == 4)
        #expect(try Metrics.outcomes(ofJob: "newsletter-7", in: rows).count == 2)
        #expect(try Metrics.outcomes(ofFlow: "news", last: 9, in: rows).isEmpty)
    }

    @Test func `give the newest outcomes of a flow from far back in the log`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7").write(to: book)
        func record(_ metric: String) async throws {
            try await book.write("job/newsletter-7", JobObservation.outcomeRecorded(job.outcome(metric, 1)))
            // As many events as make the next outcome stand in another row.
            try await book.note("job/other-1", 1_100)
        }
        for metric in ["replies", "bounces", "clicks", "replies"] { try await record(metric) }
        let rows = try book.rows(Metrics())
        func metrics(last limit: Int) throws -> [String] {
            try Metrics.outcomes(ofFlow: "newsletter", last: limit, in: rows).map(\.metric)
        }
        #expect(try metrics(last: 9) == ["replies", "clicks", "bounces", "opens"])
        #expect(try metrics(last: 3) == ["replies", "clicks", "bounces"])
        #expect(try metrics(last: 0).isEmpty)
    }
}

@Suite struct `Durations in a histogram` {
    @Test func `fall into buckets by powers of two, bounds included`() {
        var durations = Durations(count: 0, sumUs: 0, maxUs: 0, buckets: [])
        for duration: UInt64 in [1, 10_000, 10_001, 81_920_000, 81_920_001] { durations.add(duration) }
        #expect(durations.buckets.map(\.bucket) == [0, 1, 13, 14])
        #expect(durations.buckets.map(\.count) == [2, 1, 1, 1])
        #expect(durations.maxUs == 81_920_001)
    }

    @Test func `give quantiles as upper bounds, and nothing without durations`() {
        var durations = Durations(count: 0, sumUs: 0, maxUs: 0, buckets: [])
        #expect(durations.quantile(percent: 50) == nil)
        for duration: UInt64 in 1...100 { durations.add(duration * 1_000) }
        #expect(durations.quantile(percent: 50) == 80_000)
        #expect(durations.quantile(percent: 95) == 100_000)
        #expect(durations.quantile(percent: 5) == 10_000)
    }
}

@Suite struct `Metrics for Prometheus` {
    private func page() async throws -> [String] {
        let book = Book()
        try await Newsletter(job: "newsletter-8").write(to: book)
        let rows = try book.rows(Metrics())
        let text = PrometheusText(
            calls: try Metrics.calls(in: rows), approvals: try Metrics.approvals(in: rows),
            effects: try Metrics.effects(in: rows), jobs: try JobBoard.rows(in: book.rows(JobBoard()))
        ).text
        #expect(text.last == "\n")
        return text.split(separator: "\n").map(String.init)
    }

    @Test func `are samples of families that say what they are`() async throws {
        let lines = try await page()
        let plan = #"flow="newsletter",step="plan",executor="writing",gen_ai_request_model="small""#
        #expect(lines.contains("# TYPE gen_ai_client_operation_duration_seconds histogram"))
        #expect(lines.contains("gen_ai_client_operation_duration_seconds_bucket{\(plan),le=\"0.02\"} 0"))
        #expect(lines.contains("gen_ai_client_operation_duration_seconds_bucket{\(plan),le=\"0.04\"} 1"))
        #expect(lines.contains("gen_ai_client_operation_duration_seconds_bucket{\(plan),le=\"+Inf\"} 1"))
        #expect(lines.contains("gen_ai_client_operation_duration_seconds_sum{\(plan)} 0.03"))
        #expect(lines.contains("gen_ai_client_token_usage_total{\(plan),gen_ai_token_type=\"input\"} 10"))
        #expect(lines.contains("ledger_cost_usd_total{\(plan)} 0.0001"))
        #expect(lines.contains(#"ledger_jobs{flow="newsletter",state="completed"} 1"#))
        #expect(lines.contains(#"ledger_approval_wait_seconds_sum{flow="newsletter",step="edit"} 1"#))
    }

    @Test func `name no job, and begin each family once`() async throws {
        let lines = try await page()
        #expect(!lines.contains { $0.contains("newsletter-8") })
        let families = lines.filter { $0.hasPrefix("# TYPE") }.map { $0.split(separator: " ")[2] }
        #expect(Set(families).count == families.count)
        for line in lines where !line.hasPrefix("#") {
            #expect(families.contains { line.hasPrefix($0) }, "\(line)")
        }
    }

    @Test func `escape what a label may hold`() {
        var row = ApprovalMetricsRow(flow: "a\"b\\c\r\nd", step: "edit")
        row.requested = 1
        let text = PrometheusText(calls: [], approvals: [row], effects: [], jobs: []).text
        #expect(text.contains(#"{flow="a\"b\\c"# + "\r" + #"\nd",step="edit""#))
    }
}
