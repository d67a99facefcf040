"""The Markdown table."""

from statistics import median

YARDSTICK = "raw relay"
PEER = "InspIRCd"
FORGETFUL = "Patchcord that keeps no history"


def number(value):
    """Three significant digits, more where the whole part has them."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def ratio(values, base):
    """The median of the ratios of each round, or None: two values of one round were measured minutes apart at most."""
    pairs = [a / b for a, b in zip(values, base) if a is not None and b]
    return median(pairs) if pairs else None


def cell(name, row):
    values = row.get(name, [])
    known = [value for value in values if value is not None]
    if not known:
        return "failed" if values else "–"
    ratios = []
    for base, label in ((YARDSTICK, "raw"), (PEER, "Insp"), (FORGETFUL, "without history")):
        own = name in (YARDSTICK, base) or (base == FORGETFUL and name != "Patchcord")
        factor = None if own else ratio(values, row.get(base, []))
        if factor is not None:
            ratios.append(f"{factor:.2f} × {label}")
    text = number(median(known)) + (f" ({', '.join(ratios)})" if ratios else "")
    return text + (" !" if len(known) < len(values) else "")


def table(rows, names):
    """`rows`: list of (title, unit, {server name: [value or None for each round]})."""
    lines = ["| | | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    for title, unit, row in rows:
        lines.append(f"| {title} | {unit} | " + " | ".join(cell(name, row) for name in names) + " |")
    return "\n".join(lines)
