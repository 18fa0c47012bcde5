import Events
public import Wire

// Rows that nearly every event of a log changes: their fingerprints take in every field, without encoding them.

extension FlowMetricsRow {
    public func fingerprint(using _: inout WireWriter) -> UInt64 {
        var print = Fingerprint()
        print.add(flow.utf8.span.bytes)
        print.add(lastJob.utf8.span.bytes)
        print.add(queued, completed)
        print.add(failed, cancelled)
        print.add(costMicrodollars, UInt64(bitPattern: lastQueuedUs))
        return print.value
    }
}

extension SpendRow {
    public func fingerprint(using _: inout WireWriter) -> UInt64 {
        var print = Fingerprint(seed: UInt64(day))
        print.add(costMicrodollars, calls)
        return print.value
    }
}

extension CallMetricsRow {
    public func fingerprint(using _: inout WireWriter) -> UInt64 {
        var print = Fingerprint()
        print.add(flow.utf8.span.bytes)
        print.add(step.utf8.span.bytes)
        print.add(executor.utf8.span.bytes)
        print.add(model.utf8.span.bytes)
        print.add(requested, completed)
        print.add(failed, unresolved)
        print.add(late, retries)
        print.add(fallbacks, redos)
        print.add(cached, costMicrodollars)
        print.add(inputTokens, outputTokens)
        print.add(cachedTokens, approved)
        print.add(edited, rejected)
        print.add(responded, editDistanceMillionths)
        print.add(UInt64(errors.count))
        for error in errors { print.add(UInt64(error.error.rawValue), error.count) }
        latency.add(to: &print)
        return print.value
    }
}

extension Durations {
    fileprivate func add(to print: inout Fingerprint) {
        print.add(count, sumUs)
        print.add(maxUs, UInt64(buckets.count))
        for bucket in buckets { print.add(UInt64(bucket.bucket), bucket.count) }
    }
}

extension OutcomeRow {
    public func fingerprint(using _: inout WireWriter) -> UInt64 {
        var print = Fingerprint(seed: position)
        print.add(job.utf8.span.bytes)
        print.add(flow.utf8.span.bytes)
        print.add(step.utf8.span.bytes)
        print.add(metric.utf8.span.bytes)
        print.add(source.utf8.span.bytes)
        print.add(UInt64(bitPattern: valueMillionths), UInt64(bitPattern: timeUs))
        return print.value
    }
}
