extension Durations {
    /// The upper bounds of all buckets but the last, in microseconds: 10 ms times powers of two, as OpenTelemetry's
    /// `gen_ai.client.operation.duration` has them.
    public static let boundsUs: [UInt64] = (0..<14).map { 10_000 << $0 }

    /// Counts one duration.
    mutating func add(_ duration: UInt64) {
        count += 1
        sumUs += duration
        maxUs = max(maxUs, duration)
        let bucket = UInt32(Self.boundsUs.firstIndex { duration <= $0 } ?? Self.boundsUs.count)
        if let index = buckets.firstIndex(where: { $0.bucket == bucket }) {
            buckets[index].count += 1
        } else {
            let index = buckets.firstIndex { $0.bucket > bucket } ?? buckets.endIndex
            buckets.insert(DurationBucket(bucket: bucket, count: 1), at: index)
        }
    }

    /// An upper estimate of a quantile, in microseconds: the bound of the bucket that holds it, and never more than the
    /// longest. Nil without durations.
    ///
    /// - Parameter percent: 50 for the median.
    public func quantile(percent: UInt64) -> UInt64? {
        guard count > 0 else { return nil }
        let rank = max(1, (count * min(percent, 100) + 99) / 100)
        var seen: UInt64 = 0
        for bucket in buckets {
            seen += bucket.count
            guard seen >= rank else { continue }
            let index = Int(bucket.bucket)
            return index < Self.boundsUs.count ? min(Self.boundsUs[index], maxUs) : maxUs
        }
        return maxUs
    }
}
