"""What goes wrong, one thing at a time: each fault begins, lasts, and ends."""

import contextlib
import signal
import sqlite3
from dataclasses import dataclass
from typing import Callable

from harness.connection import Connection
from harness.fault_proxy import CHUNK
from world import World

JUST_SAID = 20  # messages: what is said in two rounds


def nothing() -> None:
    """What some faults do at their end."""


@dataclass
class Fault:
    """`begin` makes it happen; `seconds` later `end` stops it."""

    name: str
    begin: Callable[[], None]
    end: Callable[[], None] = nothing
    seconds: float = 0.0


class Faults:
    """Everything that can be done to a world."""

    def __init__(self, world: World):
        self._world = world
        self._held = contextlib.ExitStack()
        self.all = [*self._ways_fail(), *self._people_go(), *self._hosts_fail()]

    def _ways_fail(self) -> list[Fault]:
        world = self._world
        faults = []
        for name, ways in (("clients", world.client_ways), ("link", world.link_ways)):
            faults += [
                Fault(f"{name}: FIN", lambda ways=ways: _each(ways, "cut")),
                Fault(f"{name}: RST", lambda ways=ways: _each(ways, "reset")),
                Fault(f"{name}: silence, then RST", lambda ways=ways: _set(ways, hole=True), lambda ways=ways: _open(ways), 4.0),
                Fault(f"{name}: slow", lambda ways=ways: _set(ways, rate=3000.0), lambda ways=ways: _set(ways, rate=0.0), 5.0),
                Fault(f"{name}: byte by byte", lambda ways=ways: _set(ways, most=3), lambda ways=ways: _set(ways, most=CHUNK), 5.0),
                Fault(f"{name}: late", lambda ways=ways: _set(ways, jitter=0.2), lambda ways=ways: _set(ways, jitter=0.0), 5.0),
            ]
        return faults

    def _people_go(self) -> list[Fault]:
        world = self._world
        return [
            Fault("eva signs out", lambda: self._stay_away(world.eva), lambda: self._come_back(world.eva), 3.0),
            Fault("bob signs out", lambda: self._stay_away(world.bob), lambda: self._come_back(world.bob), 3.0),
            Fault("eva is cut off", lambda: self._cut_off(world.eva)),
            Fault("everything is cut off", self._cut_all),
        ]

    def _hosts_fail(self) -> list[Fault]:
        near, far = self._world.near, self._world.far
        return [
            Fault("near hangs", lambda: near.signal(signal.SIGSTOP), lambda: near.signal(signal.SIGCONT), 3.0),
            Fault("far hangs", self._far_hangs, self._far_goes_on, 4.0),
            Fault("near reloads", lambda: near.signal(signal.SIGHUP)),
            Fault("near reloads nonsense", self._bad_config, self._good_config, 1.0),
            Fault("near is killed", self._kill_near, lambda: self._world.start_again(near)),
            Fault("near is stopped", near.stop, lambda: self._world.start_again(near)),
            Fault("far is killed", far.kill, lambda: self._world.start_again(far), 1.0),
            Fault("far is stopped", far.stop, lambda: self._world.start_again(far), 1.0),
            Fault("databases are locked", self._lock, self._held.close, 3.0),
            Fault("no file descriptors", self._exhaust, self._held.close, 2.0),
        ]

    def _stay_away(self, one) -> None:
        one.comes = False
        one.go()

    def _come_back(self, one) -> None:
        one.comes = True

    def _cut_off(self, one) -> None:
        if one.is_here:
            one.tend()
            since = max(0, len(self._world.ledger.entries) - 50)
            one.abort()
            self._world.ledger.receiver_cut(one.name, since)

    def _cut_all(self) -> None:
        _each([*self._world.client_ways, *self._world.link_ways], "reset")
        self._cut_off(self._world.eva)

    def _far_hangs(self) -> None:
        self._world.bob.tend()
        self._stood_still_at = len(self._world.ledger.entries)
        self._world.far.signal(signal.SIGSTOP)

    def _far_goes_on(self) -> None:
        self._world.ledger.stalled("bob", "ana", self._stood_still_at)
        self._world.far.signal(signal.SIGCONT)

    def _kill_near(self) -> None:
        self._world.ledger.killed(max(0, len(self._world.ledger.entries) - JUST_SAID))
        self._world.near.kill()

    def _bad_config(self) -> None:
        self._good = self._world.near.config_file.read_text(encoding="utf-8")
        self._world.near.config_file.write_text(self._good + "\nnonsense = [\n", encoding="utf-8")
        self._world.near.signal(signal.SIGHUP)

    def _good_config(self) -> None:
        self._world.near.config_file.write_text(self._good, encoding="utf-8")
        self._world.near.signal(signal.SIGHUP)

    def _lock(self) -> None:
        for file in sorted((self._world.near.directory / "data").glob("*.db")):
            base = sqlite3.connect(file, timeout=5.0, isolation_level=None, check_same_thread=False)
            self._held.callback(base.close)
            base.execute("BEGIN EXCLUSIVE")

    def _exhaust(self) -> None:
        """More connections than the process may have; they are let go in the end."""
        near = self._world.near
        before = near.limit_open_files(near.open_file_count() + 10)
        self._held.callback(near.limit_open_files, before)
        for _ in range(30):
            with contextlib.suppress(OSError):
                self._held.callback(Connection(near.address("irc")).close)


def _each(ways, action: str) -> None:
    for way in ways:
        getattr(way, action)()


def _set(ways, **values) -> None:
    for way in ways:
        for name, value in values.items():
            setattr(way, name, value)


def _open(ways) -> None:
    _set(ways, hole=False)
    _each(ways, "reset")
