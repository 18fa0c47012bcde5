"""The plot: our speed against each peer on a logarithmic scale, and how fast we wanted to be; SVG by hand."""

import math
import xml.sax.saxutils

from . import outcomes, workloads

LEFT, WIDTH, RIGHT, TOP, ROW, GROUP = 300, 560, 90, 92, 22, 38
LOWEST, HIGHEST = 1 / 16, 64
TICKS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32, 64]

STYLE = """
svg { font-family: system-ui, -apple-system, "Segoe UI", sans-serif; background: #fff; }
text { fill: #24292f; font-size: 12px; } .title { font-size: 18px; font-weight: 600; }
.group { font-weight: 600; font-size: 13px; } .soft { fill: #6e7781; }
.grid { stroke: #d0d7de; stroke-width: 1; } .one { stroke: #57606a; stroke-width: 1.5; }
.range { stroke-width: 3; stroke-linecap: round; opacity: .45; } .target { stroke: #24292f; stroke-width: 2; }
.met { fill: #1a7f5a; stroke: #1a7f5a; } .missed { fill: #cf222e; stroke: #cf222e; }
.open { fill: #8c959f; stroke: #8c959f; } .value { font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) {
  svg { background: #0d1117; } text { fill: #e6edf3; } .soft { fill: #8b949e; } .grid { stroke: #21262d; }
  .one { stroke: #6e7681; } .target { stroke: #e6edf3; } .met { fill: #3fb68b; stroke: #3fb68b; }
  .missed { fill: #f85149; stroke: #f85149; }
}
"""


def place(speed):
    """Where a speed lies on the scale."""
    share = math.log(min(max(speed, LOWEST), HIGHEST) / LOWEST) / math.log(HIGHEST / LOWEST)
    return LEFT + share * WIDTH


def tick_words(tick):
    return f"{tick:g}x" if tick >= 1 else f"1/{1 / tick:g}"


def text(x, y, words, classes="", anchor="start"):
    escaped = xml.sax.saxutils.escape(words)
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{classes}" text-anchor="{anchor}">{escaped}</text>'


def line(x1, y1, x2, y2, classes):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{classes}"/>'


def groups(data, cases):
    """The cases with a ratio: the peers of each, their spread, and the target if there is one."""
    for result in data["cases"]:
        case, rows = cases[result["name"]], []
        if case.workload == "WA":
            continue
        for name in result["participants"]:
            target = next((one for one in case.targets if one.peer == name), None)
            ours = target.ours if target else "ledger"
            spread = outcomes.speeds(case, result["participants"], name, ours) if name != ours else None
            if spread and not (name == "ledger1" and ours == "ledger1"):
                rows.append((workloads.LABELS[name], spread, target.speed if target else None))
        if rows:
            yield case, rows


def row_marks(y, spread, target):
    verdict = "open" if target is None else "met" if spread[0] >= target else "missed"
    middle, low, high = (place(value) for value in spread)
    marks = [line(low, y, high, y, f"range {verdict}")]
    if target is not None:
        marks.append(line(place(target), y - 8, place(target), y + 8, "target"))
    if LOWEST <= spread[0] <= HIGHEST:
        return [*marks, f'<circle cx="{middle:.1f}" cy="{y:.1f}" r="5" class="{verdict}"/>']
    # Off the scale: an arrow.
    tip = 7 if spread[0] > HIGHEST else -7
    return [*marks, f'<path d="M{middle - tip:.1f} {y - 6:.1f} l{2 * tip} 6 l{-2 * tip} 6 z" class="{verdict}"/>']


def svg(data, cases):
    marks, y = [], TOP
    for case, rows in groups(data, cases):
        y += GROUP - ROW
        marks.append(text(16, y + 4, f"{case.name}  {case.title}", "group"))
        y += ROW
        for label, spread, target in rows:
            marks.append(text(LEFT - 14, y + 4, label, "", "end"))
            marks += row_marks(y, spread, target)
            marks.append(text(LEFT + WIDTH + 14, y + 4, outcomes.ratio(spread[0]), "value"))
            y += ROW
    height = y + 56
    width = LEFT + WIDTH + RIGHT
    back = []
    for tick in TICKS:
        back.append(line(place(tick), TOP - 12, place(tick), y, "one" if tick == 1 else "grid"))
        for level in (TOP - 20, y + 18):
            back.append(text(place(tick), level, tick_words(tick), "soft", "middle"))
    warning = "not publishable" if data["refusals"] or data["is_quick"] else ""
    head = [
        text(16, 32, f"Daybook's speed against each peer, {data['date']}", "title"),
        text(width - 16, 32, warning, "title missed", "end"),
        text(16, 52, "Right of 1x Daybook is faster. Dot: median of the rounds; bar: lowest to highest; upright mark: "
             "target (green met, red missed).", "soft")]
    foot = [text(16, height - 14, "Same disk, same payload, acknowledged only when durable, in turns. The floor is a "
                 "plain file with one flush and no index.", "soft")]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-label="Speed of Daybook against each peer">', f"<style>{STYLE}</style>", *head, *back, *marks,
        *foot, "</svg>", ""])
