"""What is measured: each scenario is one call of the load generator and the figure taken from its answer."""

from dataclasses import dataclass

GROUPS = ("fanout", "crowd", "idle", "storm", "pingpong", "startup")
DEFAULT_GROUPS = tuple(group for group in GROUPS if group != "crowd")


@dataclass(frozen=True)
class Scenario:
    group: str
    title: str
    unit: str
    metric: str
    arguments: tuple
    descriptors: int = 100  # connections it opens


def fanout(receivers, window, duration, background=0, main_thread=False):
    crowd = f", {background:,} silent" if background else ""
    return Scenario(
        "crowd" if background else "fanout", f"1→{receivers}, window {window}{crowd}",
        "µs a line, main thread" if main_thread else "CPU µs a line",
        "main_thread_us_per_line" if main_thread else "cpu_us_per_line",
        ("fanout", "--receivers", receivers, "--window", window, "--duration", duration, "--background", background),
        1 + receivers + background)


def scenarios(groups, receivers, windows, clients, duration, main_thread=False):
    """The scenarios of `groups` in the order of the table's rows; start-up is not one of the load generator's."""
    chosen = []
    if "fanout" in groups:
        chosen += [fanout(count, window, duration, main_thread=main_thread)
                   for window in windows for count in receivers]
    if "crowd" in groups:
        chosen.append(fanout(10, 16, duration, clients))
    if "idle" in groups:
        chosen.append(Scenario("idle", f"{clients:,} idle clients", "resident bytes each", "resident_bytes_per_client",
                               ("idle", "--clients", clients, "--duration", 1), clients))
    if "storm" in groups:
        chosen.append(Scenario("storm", "registration", "CPU µs each", "cpu_us_per_registration",
                               ("storm", "--count", int(2000 * duration))))
    if "pingpong" in groups:
        chosen.append(Scenario("pingpong", "private message there and back", "p50 µs", "round_trip_p50_us",
                               ("pingpong", "--duration", duration)))
    return chosen
