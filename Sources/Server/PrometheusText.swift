public import Views

/// The view `metrics` in Prometheus' text format 0.0.4.
///
/// Names follow OpenTelemetry's conventions for generative AI where there are any; nothing is labelled with a job.
/// Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
public struct PrometheusText: Sendable {
    /// What an HTTP answer says of this text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private var page = PrometheusPage()

    /// The whole page.
    public var text: String { page.text }

    public init(
        calls: [CallMetricsRow], approvals: [ApprovalMetricsRow], effects: [EffectMetricsRow], jobs: [JobRow]
    ) {
        write(calls)
        writeApprovals(approvals)
        writeEffects(effects)
        writeJobs(jobs)
    }
}

// MARK: - Calls
extension PrometheusText {
    private mutating func write(_ calls: [CallMetricsRow]) {
        page.begin("gen_ai_client_operation_duration_seconds", .histogram, "Duration of calls to models and agents.")
        for row in calls { page.histogram(row.latency, row.labels) }

        page.begin("gen_ai_client_token_usage_total", .counter, "Tokens as the providers count them.")
        for row in calls {
            page.sample(row.labels + [("gen_ai_token_type", "input")], row.inputTokens)
            page.sample(row.labels + [("gen_ai_token_type", "output")], row.outputTokens)
        }

        page.begin("ledger_calls_total", .counter, "Calls that ended, by outcome; error_type says why one failed.")
        for row in calls {
            page.sample(row.labels + [("outcome", "completed"), ("error_type", "")], row.completed)
            page.sample(row.labels + [("outcome", "unresolved"), ("error_type", "")], row.unresolved)
            for error in row.errors {
                page.sample(row.labels + [("outcome", "failed"), ("error_type", "\(error.error)")], error.count)
            }
        }

        page.begin("ledger_repeated_calls_total", .counter, "Calls requested because of another one, by reason.")
        for row in calls {
            page.sample(row.labels + [("reason", "retry")], row.retries)
            page.sample(row.labels + [("reason", "fallback")], row.fallbacks)
            page.sample(row.labels + [("reason", "redo")], row.redos)
        }

        page.begin("ledger_cost_usd_total", .counter, "Cost of calls, in US dollars.")
        for row in calls { page.sample(row.labels, millionths: row.costMicrodollars) }

        page.begin("ledger_overrides_total", .counter, "Outputs that a person edited, rejected or sent back.")
        for row in calls {
            page.sample(row.labels + [("kind", "edited")], row.edited)
            page.sample(row.labels + [("kind", "rejected")], row.rejected)
            page.sample(row.labels + [("kind", "responded")], row.responded)
        }

        page.begin(
            "ledger_edit_distance_total", .counter, "Sum of the parts of outputs that people changed, 0 to 1 each.")
        for row in calls { page.sample(row.labels, millionths: row.editDistanceMillionths) }
    }
}

// MARK: - Approvals, deliveries, jobs
extension PrometheusText {
    private mutating func writeApprovals(_ approvals: [ApprovalMetricsRow]) {
        page.begin("ledger_approvals_total", .counter, "Questions to a person that were closed, by how.")
        for row in approvals {
            for (decision, count) in row.decisions { page.sample(row.labels + [("decision", decision)], count) }
        }

        page.begin("ledger_approval_wait_seconds", .summary, "Time from a question to its answer.")
        for row in approvals {
            page.sample(row.labels, millionths: row.waitSumUs, suffix: "_sum")
            page.sample(row.labels, row.answered, suffix: "_count")
        }
    }

    private mutating func writeEffects(_ effects: [EffectMetricsRow]) {
        page.begin("ledger_deliveries_total", .counter, "Attempts to deliver, by outcome.")
        for row in effects {
            let labels = [("flow", row.flow), ("step", row.step), ("connector", row.connector)]
            page.sample(labels + [("outcome", "succeeded")], row.succeeded)
            page.sample(labels + [("outcome", "failed")], row.failed)
            page.sample(labels + [("outcome", "unknown")], row.unknown)
        }
    }

    private mutating func writeJobs(_ jobs: [JobRow]) {
        page.begin("ledger_jobs", .gauge, "Jobs by flow and state.")
        let counts = Dictionary(grouping: jobs) { [$0.flow, $0.state.name] }.mapValues { UInt64($0.count) }
        for (labels, count) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            page.sample([("flow", labels[0]), ("state", labels[1])], count)
        }
    }
}

extension CallMetricsRow {
    fileprivate var labels: [(String, String)] {
        [("flow", flow), ("step", step), ("executor", executor), ("gen_ai_request_model", model)]
    }
}

extension ApprovalMetricsRow {
    fileprivate var labels: [(String, String)] { [("flow", flow), ("step", step)] }

    fileprivate var answered: UInt64 { approved + edited + rejected + responded + takenOver }

    fileprivate var decisions: [(String, UInt64)] {
        [
            ("approved", approved), ("edited", edited), ("rejected", rejected), ("responded", responded),
            ("taken_over", takenOver), ("expired", expired), ("withdrawn", withdrawn),
        ]
    }
}
