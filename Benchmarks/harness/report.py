"""The report: Markdown tables, and what they do not hide."""

from . import figures, workloads


def microseconds(ns):
    if ns is None:
        return "–"
    us = ns / 1_000
    return f"{us:,.0f} µs" if us < 10_000 else f"{us / 1_000:,.1f} ms" if us < 10_000_000 else f"{us / 1e6:,.2f} s"


def rate(value):
    return f"{value:,.0f}" if value else "–"


def ratio(value):
    return f"{value:.2f}x" if value < 10 else f"{value:,.0f}x"


def spread_words(spread):
    return f"{ratio(spread[0])} ({ratio(spread[1])} – {ratio(spread[2])})"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]


def judge(is_met):
    return "met" if is_met else "**missed**"


def median(values):
    found = figures.spread([value for value in values if value is not None])
    return found[0] if found else None


class Report:
    """All that was measured, against what was wanted."""

    def __init__(self, data, cases):
        self.data = data
        self.cases = {case.name: case for case in cases}

    def outcomes(self):
        """Each target of each case that ran: case, target, spread of the ratio (or our figure), whether it is met."""
        found = []
        for result in self.data["cases"]:
            case, participants = self.cases[result["name"]], result["participants"]
            for target in case.targets:
                if target.peer not in participants:
                    continue
                spread = figures.spread(figures.speed_ratios(
                    participants["ledger"]["shares"], participants[target.peer]["shares"], case.metric))
                if spread:
                    found.append((case, target, spread, spread[0] >= target.speed))
        return found

    def limits(self):
        found = []
        for result in self.data["cases"]:
            case, shares = self.cases[result["name"]], result["participants"]["ledger"]["shares"]
            for limit in case.limits:
                value = own_figure(shares, limit.metric)
                if value is not None:
                    is_met = value >= limit.bound if limit.metric == "rate" else value <= limit.bound
                    found.append((case, limit, value, is_met))
        return found

    def markdown(self, plot_name):
        lines = [f"# Benchmarks of {self.data['date']}", ""]
        if self.data["refusals"] or self.data["is_quick"]:
            lines += ["**NOT PUBLISHABLE.** " + ("A quick run shows that everything works, and nothing else. "
                                                 if self.data["is_quick"] else "")
                      + " ".join(sorted(set(self.data["refusals"]))[:5]), ""]
        lines += ["Every figure is a ratio first: all participants of a case take their shares in turns, round after "
                  "round, on the same disk, and each ratio is made within one round. \"Speed\" is how many times as "
                  "fast as the peer Daybook was; more than 1 is faster. Given are the median of the rounds, and the "
                  "lowest and highest.", "", f"![Speed against each peer, with targets]({plot_name})", ""]
        lines += self.targets_table()
        for result in self.data["cases"]:
            lines += self.case_section(result)
        lines += self.conditions()
        return "\n".join(lines).rstrip() + "\n"

    def targets_table(self):
        rows = [(case.name, target.words, f"≥ {ratio(target.speed)}",
                 spread_words(spread), judge(is_met))
                for case, target, spread, is_met in self.outcomes()]
        rows += [(case.name, limit.words, "–", own_words(limit.metric, value), judge(is_met))
                 for case, limit, value, is_met in self.limits()]
        return ["## Targets", "", *table(["case", "target", "speed wanted", "measured", ""], rows), ""] if rows else []

    def case_section(self, result):
        case = self.cases[result["name"]]
        ours = result["participants"]["ledger"]["shares"]
        rows = []
        for name, part in result["participants"].items():
            shares = part["shares"]
            pool = figures.pooled(shares)
            spread = figures.spread(figures.speed_ratios(ours, shares, case.metric))
            rows.append((
                workloads.LABELS[name], *(microseconds(figures.quantile(pool, share)) for share in (0.1, 0.5, 0.99)),
                rate(median([figures.measure(share, "rate") for share in shares])),
                "–" if name == "ledger" or not spread else spread_words(spread),
                bytes_per_event(shares), memory(shares)))
        heads = ["", "p10", "p50", "p99", "events/s", "Daybook's speed", "bytes written/event", "RssAnon"]
        lines = [f"## {case.name}: {case.title}", "", *table(heads, rows), ""]
        if case.notes:
            lines += [case.notes, ""]
        loads = ", ".join(f"{one['load']:.2f}" for one in result["rounds"])
        lines += [f"Load average before each round (its own making included): {loads}.", ""]
        return lines

    def conditions(self):
        lines = ["## Conditions", "", *table(["", ""], self.data["machine"]), ""]
        steal = max((share["steal"] for result in self.data["cases"] for part in result["participants"].values()
                     for share in part["shares"]), default=0)
        foreign = max((share["foreign"] for result in self.data["cases"] for part in result["participants"].values()
                       for share in part["shares"]), default=0)
        lines += [f"Other processes kept at most {foreign:.2f} processors busy during any share, and the host took at "
                  f"most {steal:.2f} away.", "", "Settings, as the participants themselves report them:", ""]
        settings = {}
        for result in self.data["cases"]:
            for name, part in result["participants"].items():
                settings.setdefault(name, part["settings"])
        lines += table(["", ""], [(workloads.LABELS[name], words) for name, words in settings.items()])
        return lines


def own_figure(shares, metric):
    if metric == "rss_anon":
        return max((share["rss_anon"] for share in shares if "rss_anon" in share), default=0) / 1e6
    value = median([figures.measure(share, metric) for share in shares])
    return value / 1e6 if value is not None and metric.startswith("p") else value


def own_words(metric, value):
    if metric == "rss_anon":
        return f"{value:,.0f} MB"
    return f"{value:,.0f} events/s" if metric == "rate" else f"{value:,.2f} ms"


def bytes_per_event(shares):
    value = median([share["bytes_written"] / share["events"] for share in shares
                    if share["events"] and "bytes_written" in share])
    return f"{value:,.0f}" if value is not None else "–"


def memory(shares):
    most = max((share.get("rss_anon", 0) for share in shares), default=0)
    return f"{most / 1e6:,.0f} MB" if most else "–"
