"""What is measured across the bridge, and its tables."""

from dataclasses import dataclass
from statistics import median

from . import report

OWN = "IRC→IRC"
DIRECTIONS = {
    OWN: ("fanout",),
    "MSN→IRC": ("bridge", "--from", "msn", "--to", "irc"),
    "IRC→MSN": ("bridge", "--from", "irc", "--to", "msn"),
    "MSN→MSN, room": ("bridge", "--from", "msn", "--to", "msn"),
    "MSN→MSN, switchboard": ("bridge", "--from", "msn", "--to", "msn", "--in", "switchboard"),
}
CROWD = "crowd"
CROWD_ACCOUNTS = 1000
MICROSECONDS_A_MILLISECOND = 1000


@dataclass(frozen=True)
class Scenario:
    row: str
    column: str
    arguments: tuple
    accounts: int


def scenarios(groups, receivers, windows):
    """In the order in which they are run: all directions of a row one after another."""
    chosen = []
    if "fanout" in groups:
        for window in windows:
            for count in receivers:
                chosen += [Scenario(f"1→{count}, window {window}", direction,
                                    (*mode, "--receivers", count, "--window", window), count + 1)
                           for direction, mode in DIRECTIONS.items()]
    if CROWD in groups:
        chosen.append(Scenario(CROWD, OWN, (CROWD,), CROWD_ACCOUNTS))
    return chosen


def summary(figures):
    text = f"{report.number(figures['cpu_us_per_line'])} CPU µs a message"
    if figures["mode"] == CROWD:
        text += f", p99 at half load {worst_half(figures, 'p99'):.1f} ms"
    return text


def worst_half(figures, which):
    """Milliseconds, of the slower of the two kinds of conversation."""
    return max(figures[f"half_{kind}_latency_{which}_us"] for kind in ("switchboard", "room")) \
        / MICROSECONDS_A_MILLISECOND


def cell(values, base):
    known = [value for value in values if value is not None]
    if not known:
        return "failed" if values else "–"
    factor = report.ratio(values, base) if base is not None else None
    text = report.number(median(known)) + (f" ({factor:.2f} ×)" if factor is not None else "")
    return text + (" !" if len(known) < len(values) else "")


def fanout_table(runs):
    rows = {}
    for run in runs:
        row = rows.setdefault(run["row"], {})
        row.setdefault(run["column"], []).append(run.get("figures", {}).get("cpu_us_per_line"))
    lines = ["| CPU µs a message | " + " | ".join(DIRECTIONS) + " |", "|---|" + "---|" * len(DIRECTIONS)]
    for title, row in rows.items():
        own = row.get(OWN, [])
        cells = [cell(row.get(name, []), None if name == OWN else own) for name in DIRECTIONS]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def crowd_table(runs):
    lines = ["| crowd | messages a second | deliveries a second | CPU µs a delivery | p50 at half load, ms | p99, ms |",
             "|---|---|---|---|---|---|"]
    for run in runs:
        if "figures" not in run:
            lines.append(f"| round {run['round'] + 1} | failed | | | | |")
            continue
        figures = run["figures"]
        values = [figures["messages_per_second"], figures["deliveries_per_second"], figures["cpu_us_per_line"],
                  worst_half(figures, "p50"), worst_half(figures, "p99")]
        lines.append(f"| round {run['round'] + 1} | " + " | ".join(map(report.number, values)) + " |")
    return "\n".join(lines)


def tables(runs):
    crowd = [run for run in runs if run["row"] == CROWD]
    rest = [run for run in runs if run["row"] != CROWD]
    return "\n\n".join(([fanout_table(rest)] if rest else []) + ([crowd_table(crowd)] if crowd else []))
