"""What is measured of files, and the tables: speed, memory, and what others feel of it."""

import time
from statistics import median

from . import file_ways, pump, report
from .file_chat import Talk, quantile
from .servers import pinned_to

RUN_SECONDS = 300
STEADY_SECONDS = 3.0  # in which memory has not grown any more: all buffers are full
LARGEST = 4 * 1024 * pump.MEBIBYTE - 1  # bytes that MSN can announce
GIBIBYTE = 1024 * pump.MEBIBYTE
TRANSFERS_BESIDE_CHAT = 4
CHAT_WARM_UP = 0.5  # seconds


# --- speed


def speed(way, size, cpus):
    """One file: bytes a second, and what the relaying process needs."""
    relay_cpu, pump_cpu = cpus
    with pinned_to(pump_cpu), way.open(size, relay_cpu) as transfer:
        before = file_ways.processor_seconds(transfer.pid)
        giver, taker = pump.Worker(transfer.give), pump.Worker(transfer.take)
        try:
            taken = taker.result(RUN_SECONDS)
            processor = file_ways.processor_seconds(transfer.pid) - before
            transfer.finish()
            given = giver.result(RUN_SECONDS)
        finally:
            giver.stop()
            taker.stop()
    seconds = taken.ended - given.begun
    return {"mebibytes_per_second": size / pump.MEBIBYTE / seconds,
            "cpu_seconds_per_gibibyte": processor / size * GIBIBYTE,
            "busy": processor / seconds, "clients_busy": (given.processor + taken.processor) / seconds}


def speed_table(runs):
    lines = ["| way of a file | MiB a second | CPU s a GiB | relay busy | clients busy |", "|---|---|---|---|---|"]
    for way in file_ways.WAYS:
        cells = []
        for metric in ("mebibytes_per_second", "cpu_seconds_per_gibibyte"):
            values, base = figures(runs, way.title, metric), figures(runs, file_ways.PEER.title, metric)
            cells.append(cell(values, None if way is file_ways.PEER else base))
        cells += [share(figures(runs, way.title, metric)) for metric in ("busy", "clients_busy")]
        if cells[0]:
            lines.append(f"| {way.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


# --- memory

MEMORY_WAYS = {
    "MSNFTP → DCC": (file_ways.msnftp_to_dcc, file_ways.SLP),
    "DCC → MSNFTP": (file_ways.dcc_to_msnftp, file_ways.FTP),
    "MSNSLP → DCC": (file_ways.msnslp_to_dcc, file_ways.SLP),
    "DCC → MSNSLP": (file_ways.dcc_to_msnslp, file_ways.SLP),
}


def memory(title, transfers, size, cpus):
    """What each transfer adds to the daemon at most, while whoever takes it is slow."""
    make, dialect = MEMORY_WAYS[title]
    relay_cpu, pump_cpu = cpus
    workers = []
    with pinned_to(pump_cpu), file_ways.Stage(relay_cpu) as stage:
        try:
            client = stage.irc("ana")
            chats = [stage.msn(f"bob{number}", dialect).call(file_ways.person("ana")) for number in range(transfers)]
            before = file_ways.resident_bytes(stage.pid)
            for chat in chats:
                transfer = make(stage, chat, client, size)
                pump.make_slow(transfer.taken_from)
                workers.append(pump.Worker(transfer.give))
                workers.append(pump.Worker(lambda transfer=transfer: pump.take_slowly(transfer.taken_from)))
            most = most_resident(stage.pid)
            if not all(worker.running for worker in workers):
                raise pump.PumpFailure("a file was through, or broke off, before its taker could be slow")
        finally:
            for worker in workers:
                worker.stop()
    return {"kibibytes_per_transfer": (most - before) / transfers / 1024, "resident_before": before}


def most_resident(pid):
    """Bytes, once they do not grow any more."""
    most, grown = 0, time.monotonic()
    while time.monotonic() < grown + STEADY_SECONDS:
        now = file_ways.resident_bytes(pid)
        if now > most:
            most, grown = now, time.monotonic()
        time.sleep(0.02)
    return most


def memory_table(runs, transfers):
    lines = [f"| {transfers} transfers at once, slow takers | KiB each |", "|---|---|"]
    for title in MEMORY_WAYS:
        lines.append(f"| {title} | {cell(figures(runs, title, 'kibibytes_per_transfer'))} |")
    return "\n".join(lines)


# --- chat

QUIET, BUSY = "nothing else goes on", f"{TRANSFERS_BESIDE_CHAT} files at full speed"


def chat(title, seconds, cpus):
    """Latencies of messages in a room."""
    relay_cpu, pump_cpu = cpus
    workers, moved = [], []
    with pinned_to(pump_cpu), file_ways.Stage(relay_cpu) as stage:
        try:
            talk = Talk(stage)
            if title == BUSY:
                workers, moved = start_transfers(stage)
            talk.run(CHAT_WARM_UP)
            before, begun = sum(each.value for each in moved), time.monotonic()
            talk.run(seconds)
            speed_meanwhile = (sum(each.value for each in moved) - before) / (time.monotonic() - begun)
            if not all(worker.running for worker in workers):
                raise pump.PumpFailure("a file was through before the talk was: a shorter --duration is needed")
        finally:
            for worker in workers:
                worker.stop()
    return {**{name: quantile(talk.latencies, share) * 1000 for name, share in QUANTILES.items()},
            "deliveries": len(talk.latencies), "mebibytes_per_second": speed_meanwhile / pump.MEBIBYTE}


QUANTILES = {"p50": 0.5, "p99": 0.99, "max": 1.0}


def start_transfers(stage):
    """Two each way. Who gives and who takes lets the ones that measure go first."""
    client = stage.irc("ana")
    there = stage.msn("bob", file_ways.SLP).call(file_ways.person("ana"))
    back = stage.msn("mal", file_ways.FTP).call(file_ways.person("ana"))
    workers, moved = [], []
    for number in range(TRANSFERS_BESIDE_CHAT):
        count = pump.FORK.Value("Q", lock=False)
        make, where = ((file_ways.msnftp_to_dcc, there), (file_ways.dcc_to_msnftp, back))[number % 2]
        transfer = make(stage, where, client, LARGEST, count)
        moved.append(count)
        workers += [pump.Worker(work, nice=5) for work in (transfer.give, transfer.take)]
    return workers, moved


def chat_table(runs):
    lines = ["| messages in a room, while | p50, ms | p99, ms | max, ms | files, MiB a second |",
             "|---|---|---|---|---|"]
    for title in (QUIET, BUSY):
        cells = [cell(figures(runs, title, metric)) for metric in (*QUANTILES, "mebibytes_per_second")]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


# --- of all tables


def figures(runs, title, metric):
    """One value a round; None where it failed."""
    return [run.get("figures", {}).get(metric) for run in runs if run["title"] == title]


def share(values):
    known = [value for value in values if value is not None]
    return f"{median(known):.0%}" if known else "–"


def cell(values, base=None):
    known = [value for value in values if value is not None]
    if not known:
        return "failed" if values else ""
    factor = report.ratio(values, base) if base else None
    text = report.number(median(known)) + (f" ({factor:.2f} ×)" if factor is not None else "")
    return text + (" !" if len(known) < len(values) else "")
