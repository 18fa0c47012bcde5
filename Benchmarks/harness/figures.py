"""Histograms, quantiles, and ratios between participants of the same round."""

import statistics


def quantile(histogram, share):
    """A latency in nanoseconds; buckets as in Benchmarks/README.md. None for an empty histogram."""
    total = sum(histogram.values())
    if total == 0:
        return None
    wanted, seen = share * (total - 1), 0
    for bucket in sorted(histogram):
        seen += histogram[bucket]
        if seen > wanted:
            return value(bucket)
    return value(max(histogram))


def value(bucket):
    """The middle of a bucket: 128 of them in each octave."""
    octave, part = divmod(bucket, 128)
    return (128 + part + 0.5) * 2.0 ** octave / 128


def bucket(ns):
    """Where a latency falls."""
    ns = max(int(ns), 1)
    octave = ns.bit_length() - 1
    return octave * 128 + ((ns << 7 >> octave) & 127)


def pooled(rounds):
    """One histogram of several."""
    together = {}
    for share in rounds:
        for bucket, count in share["histogram"].items():
            together[int(bucket)] = together.get(int(bucket), 0) + count
    return together


def measure(share, metric):
    """One figure of one share: `rate` in events a second, `seconds`, or a quantile in nanoseconds."""
    if metric == "rate":
        return share["events"] / share["seconds"] if share["seconds"] else None
    if metric == "seconds":
        return share["seconds"]
    return quantile({int(bucket): count for bucket, count in share["histogram"].items()}, float(metric[1:]) / 100)


def speed_ratios(ours, theirs, metric):
    """For each round how many times as fast as the peer we were: more than 1 is faster."""
    ratios = []
    for our, their in zip(ours, theirs):
        a, b = measure(our, metric), measure(their, metric)
        if a and b:
            ratios.append(a / b if metric == "rate" else b / a)
    return ratios


def spread(values):
    """Median, lowest and highest; None for nothing."""
    return (statistics.median(values), min(values), max(values)) if values else None
