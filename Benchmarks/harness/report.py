"""The report in Markdown: what was wanted, what was measured, and on what."""

from . import figures, outcomes, workloads
from .outcomes import median

REASONS_MAX = 5


def duration(ns):
    if ns is None:
        return "–"
    us = ns / 1_000
    return f"{us:,.0f} µs" if us < 10_000 else f"{us / 1_000:,.1f} ms" if us < 10_000_000 else f"{us / 1e6:,.2f} s"


def count(value):
    return f"{value:,.0f}" if value is not None else "–"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows] + [""]


def bytes_per_event(shares):
    return median([share["bytes_written"] / share["events"] for share in shares
                   if share["events"] and "bytes_written" in share])


def markdown(data, cases, plot_name):
    lines = [f"# Benchmarks of {data['date']}", ""]
    reasons = sorted(set(data["refusals"]))
    if data["is_quick"]:
        reasons.insert(0, "a quick run shows that everything works, and nothing else")
    if reasons:
        more = f"; and {len(reasons) - REASONS_MAX} more reasons" if len(reasons) > REASONS_MAX else ""
        lines += [f"**NOT PUBLISHABLE:** {'; '.join(reasons[:REASONS_MAX])}{more}.", ""]
    lines += [
        f"All participants of a case take their shares in turns, {data['rounds']} rounds of them, on the same disk, "
        "and each ratio is made within one round. \"Speed\" is how many times as fast as a peer Daybook was: more than "
        "1 is faster. Given are the median of the rounds, the lowest and the highest. What is measured, and how: "
        "`Benchmarks/README.md`.", "", f"![Daybook's speed against each peer, with targets]({plot_name})", ""]
    if data.get("runs", 1) > 1:
        lines += [f"The cases were measured in {data['runs']} runs of this day, each case within one of them.", ""]
    judged = outcomes.outcomes(data, cases)
    if judged:
        lines += ["## Targets", "", *table(
            ["case", "target", "wanted", "measured", ""],
            [(one.case, one.words, one.wanted, one.measured, "met" if one.is_met else "**missed**")
             for one in judged])]
    amplified = [result for result in data["cases"] if cases[result["name"]].workload == "WA"]
    for result in data["cases"]:
        if result not in amplified:
            lines += section(cases[result["name"]], result)
    lines += amplification(cases, amplified) + conditions(data)
    return "\n".join(lines).rstrip() + "\n"


def section(case, result):
    """One case: a row for each participant, without columns that say nothing."""
    rows = []
    for name, part in result["participants"].items():
        shares = part["shares"]
        pool, is_one = figures.pooled(shares), case.share.startswith("verify")
        spread = outcomes.speeds(case, result["participants"], name) if name != "ledger" else None
        most = max((share.get("rss_anon", 0) for share in shares), default=0)
        rates = [figures.measure(share, "rate") for share in shares if share["events"]]
        rows.append((
            workloads.LABELS[name], *(duration(figures.quantile(pool, place)) for place in (0.1, 0.5, 0.99)),
            count(median(rates)) if case.procedure == "shares" else "–",
            outcomes.spread_words(spread) if spread else "–",
            count(bytes_per_event(shares)) if not is_one and case.share.split()[0] in ("append", "import") and
            case.procedure == "shares" else "–",
            f"{most / 1e6:,.0f} MB" if most else "–"))
    heads = ("", "p10", "p50", "p99", "events/s", "Daybook's speed", "bytes written/event", "RssAnon")
    kept = [column for column in range(len(heads)) if column < 4 or any(row[column] != "–" for row in rows)]
    lines = [f"## {case.name}: {case.title}", "",
             *table([heads[column] for column in kept], [[row[column] for column in kept] for row in rows])]
    if case.procedure == "grow":
        free, held = ([share["file_bytes"][place] for share in result["participants"]["ledger"]["shares"]]
                      for place in (0, 1))
        lines += [f"The file grew by {count(median(free))} bytes an event without a reader, and by "
                  f"{count(median(held))} while another process held one open.", ""]
    checking = median([share.get("checking_ns") for share in result["participants"]["ledger"]["shares"]])
    if checking:
        lines += [f"To check one took {duration(checking)}.", ""]
    lines += fold_words(result["participants"]["ledger"]["shares"])
    if case.notes:
        lines += [case.notes, ""]
    loads = ", ".join(f"{one['load']:.2f}" for one in result["rounds"])
    return lines + [f"Load average before each round, its own making included: {loads}.", ""]


def fold_words(shares):
    """What each view's time went into, built alone: the medians of all rounds."""
    timed = [share["fold_ns"] for share in shares if "fold_ns" in share]
    if not timed:
        return []
    views = []
    for view in timed[0]:
        kinds = {kind: median([one[view][kind] for one in timed]) for kind in timed[0][view]}
        total = sum(kinds.values())
        parts = ", ".join(f"{kind} {100 * value / total:.0f} %" for kind, value in kinds.items())
        views.append(f"the {view} {duration(total)} ({parts})")
    return [f"Built alone, with a look at the clock for one event in 32: {'; '.join(views)}.", ""]


def amplification(cases, results):
    """Bytes that reached the disk for each event, by the size of a commit."""
    if not results:
        return []
    names = list(results[0]["participants"])
    rows = [(cases[result["name"]].title,
             *(count(bytes_per_event(result["participants"][name]["shares"])) for name in names)) for result in results]
    return ["## Write amplification", "", "Bytes that the disk wrote for each event, those of the file system "
            "itself included.", "", *table(["", *(workloads.LABELS[name] for name in names)], rows)]


def floor_words(data):
    """What one flush cost in this very run."""
    for result in data["cases"]:
        if result["name"] == "W1":
            pool = figures.pooled(result["participants"]["floor"]["shares"])
            low, middle, high = (duration(figures.quantile(pool, place)) for place in (0.1, 0.5, 0.99))
            return [f"One flush of a small write cost {middle} in this very run (p10 {low}, p99 {high}).", ""]
    return []


def conditions(data):
    shares = [share for result in data["cases"] for part in result["participants"].values()
              for share in part["shares"]]
    foreign, steal = (max((share[name] for share in shares), default=0) for name in ("foreign", "steal"))
    settings = {}
    for result in data["cases"]:
        for name, part in result["participants"].items():
            settings.setdefault(workloads.PROGRAMS.get(name, name), part["settings"])
    return ["## Conditions", "", *table(["", ""], data["machine"]), *floor_words(data),
            f"Other processes kept at most {foreign:.2f} processors busy during any share, and the host took at most "
            f"{steal:.2f} away.", "", "Settings, as the participants themselves report them:", "",
            *table(["", ""], [(workloads.LABELS[name], words) for name, words in settings.items()])]
