"""What was measured against what was wanted."""

import dataclasses
import statistics

from . import figures

# How far apart two sizes may be and still count as equal.
EQUAL_MAX = 1.25


@dataclasses.dataclass(frozen=True)
class Outcome:
    case: str
    words: str
    wanted: str
    measured: str
    is_met: bool


def ratio(value):
    return f"{value:.2f}x" if value < 9.95 else f"{value:,.0f}x"


def spread_words(spread):
    return f"{ratio(spread[0])} ({ratio(spread[1])} – {ratio(spread[2])})"


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def speeds(case, participants, peer, ours="ledger"):
    """How many times as fast as a peer we were: median, lowest and highest of the rounds."""
    if peer not in participants or ours not in participants:
        return None
    return figures.spread(figures.speed_ratios(
        participants[ours]["shares"], participants[peer]["shares"], case.metric))


def own_figure(shares, metric):
    """One figure of ours over all rounds, in the unit of its limit."""
    if metric == "rss_anon":
        return max((share["rss_anon"] for share in shares if "rss_anon" in share), default=0) / 1e6
    if metric == "lost":
        return sum(share["lost"] for share in shares)
    if metric == "proof_bytes":
        return max(share["proof_bytes"] for share in shares)
    if metric == "recall":
        return min(share["recall"] for share in shares)
    if metric == "growth":
        return median([share["growth"] for share in shares])
    value = median([figures.measure(share, metric) for share in shares])
    return value / 1e6 if value is not None and metric.startswith("p") else value


def tree_cost(case, participants):
    """The tree's share of our own time, in percent: the time that the C loop takes longer with it than without."""
    with_tree, without, ours = (
        [1 / figures.measure(share, "rate") for share in participants[name]["shares"]]
        for name in ("lmdb", "lmdb0", "ledger"))
    return median([100 * (a - b) / c for a, b, c in zip(with_tree, without, ours)])


# What is to be at least its bound, and not at most.
RISING = ("rate", "recall")
UNITS = {"recall": "{:.3f}", "rss_anon": "{:,.0f} MB", "lost": "{:,.0f}", "proof_bytes": "{:,.0f} bytes",
         "growth": "{:.2f}x", "rate": "{:,.0f} events/s", "tree_cost": "{:.0f} %"}


def outcomes(data, cases):
    """Every target of the cases that ran."""
    found, times = [], {}
    for result in data["cases"]:
        case, participants = cases[result["name"]], result["participants"]
        for target in case.targets:
            spread = speeds(case, participants, target.peer, target.ours)
            if spread:
                found.append(Outcome(case.name, target.words, f"speed ≥ {ratio(target.speed)}", spread_words(spread),
                                     spread[0] >= target.speed))
        shares = participants["ledger"]["shares"]
        for limit in case.limits:
            value = tree_cost(case, participants) if limit.metric == "tree_cost" else own_figure(shares, limit.metric)
            words = UNITS.get(limit.metric, "{:,.2f} ms")
            is_rising = limit.metric in RISING
            is_met = value >= limit.bound if is_rising else value <= limit.bound
            found.append(Outcome(case.name, limit.words, ("≥ " if is_rising else "≤ ")
                                 + words.format(limit.bound), words.format(value), is_met))
        times[case.name] = own_figure(shares, "p50")
    if "W6.1M" in times and "W6.10M" in times:
        apart = times["W6.10M"] / times["W6.1M"]
        found.append(Outcome("W6", "equal at both sizes", f"≤ {ratio(EQUAL_MAX)}", ratio(apart),
                             apart <= EQUAL_MAX))
    return found
