"""Two people who talk with each other while others attack: one on IRC, one on MSN, in a thread of their own."""

import itertools
import threading
import time

from harness.bridge import person
from harness.client import Client
from harness.connection import Ended
from harness.daemon import Daemon
from harness.msn import MsnClient

EVERY = 0.1  # seconds between two exchanges, if flood control lets them
COMMANDS = {"irc": 1, "msn": 2}  # that each of them says in an exchange
ADDRESS = "127.0.0.77"  # theirs alone: limits of an address that attackers meet are not theirs
NICK, NAME = "watchirc", "Watchmsn"


class Watch:
    """`problems` and `delays` are to be read after `stop`. That the daemon is ended by the test itself is no problem."""

    def __init__(self, daemon: Daemon):
        self.daemon = daemon
        self._fault: Exception | None = None
        self.delays: list[float] = []
        self._pid = daemon.process.pid
        self._every = pace(daemon.config)
        self._numbers = itertools.count(1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._to_msn: list[str] = []
        self._to_irc: list[str] = []

    def start(self) -> None:
        """Both are there, and have talked once."""
        self.irc = Client(self.daemon.address(), source=ADDRESS)
        self.msn = MsnClient(self.daemon, f"{NAME.lower()}@example.com", source=ADDRESS)
        self.irc.register(NICK)
        self.board = self.msn.sign_in(NAME).call(person(NICK))
        self._exchange()
        self._thread.start()

    def stop(self) -> None:
        """The last exchange has ended, and both have gone."""
        self._over.set()
        if self._thread.ident:
            self._thread.join()
        for client in ("msn", "irc"):
            if hasattr(self, client):
                getattr(self, client).close()

    @property
    def problems(self) -> list[str]:
        """Why they could not go on talking."""
        ended = isinstance(self._fault, (Ended, OSError)) and self._was_ended()
        return [] if self._fault is None or ended else [f"{type(self._fault).__name__}: {self._fault}"]

    def ledgers(self) -> list[tuple[list[str], list[str]]]:
        """Both ways: what was sent, and what came. What was on its way when the daemon was ended is left out."""
        if self._was_ended():
            return []
        at_irc = [line.text for line in self.irc.history if line.command == "PRIVMSG" and line.nick == NAME]
        at_msn = self.board.texts(self.board.history)
        return [(self._to_irc, at_irc), (self._to_msn, at_msn)]

    def _was_ended(self) -> bool:
        return self.daemon.process.pid != self._pid or not self.daemon.is_running()

    def _talk(self) -> None:
        late = 0.0
        try:
            while True:
                last = self._over.wait(self._every)
                started = time.monotonic()
                self._exchange()
                delay = time.monotonic() - started
                self.delays.append(max(0.0, delay - late))
                self.msn.barrier()  # what comes of contacts and presence is read, too
                late = _lateness()
                if last:
                    return
        except (AssertionError, OSError) as error:
            self._fault = error

    def _exchange(self) -> None:
        """A message each way, each with a number of its own."""
        text = f"tweet {next(self._numbers)}"
        self._to_msn.append(text)
        self.irc.send(f"PRIVMSG {NAME} :{text}")
        self.board.expect_text(text, person(NICK))
        text = f"tweet {next(self._numbers)}"
        self._to_irc.append(text)
        self.board.say(text)
        self.irc.expect("PRIVMSG", NICK, text)


def pace(config: dict) -> float:
    """Seconds between two exchanges, with which neither of them is ever held back by flood control."""
    rates = ((number, config.get(side, {}).get("flood_rate", 0.0)) for side, number in COMMANDS.items())
    return max(EVERY, *(2 * number / rate if rate else 0.0 for number, rate in rates))


def _lateness() -> float:
    """By how much this machine is late by itself, being busy with other things: a timer that should fire at once."""
    started = time.monotonic()
    threading.Event().wait(0.001)
    return time.monotonic() - started - 0.001
