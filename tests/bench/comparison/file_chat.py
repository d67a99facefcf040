"""How long messages take: two people on IRC and one on MSN talk in a room, at a steady pace."""

import re
import selectors
import time

from harness.bridge import room  # found by file_ways
from harness.msn_body import text_body

from .pump import PumpFailure

CHANNEL = "#lobby"
MARK = re.compile(rb"mark-(\d+)-")
PAUSE = 0.004  # seconds between two messages
LAST_WAIT = 10.0  # seconds for the last of them


class Talk:
    """Everybody speaks in turn, and everybody else is to hear it. One process does all of it, by one clock."""

    def __init__(self, stage):
        self._people = [stage.irc("carol").join(CHANNEL), stage.irc("dora").join(CHANNEL)]
        chat = stage.msn("eve").call(room(CHANNEL))
        self._sockets = [client.socket for client in (*self._people, chat)]
        self._chat = chat
        for client in (*self._people, chat):
            client.barrier()
        self._rest = [b"" for _ in self._sockets]
        self._sent = []
        self.latencies = []  # seconds, one a delivery
        self._selector = selectors.DefaultSelector()
        for number, end in enumerate(self._sockets):
            end.setblocking(False)
            self._selector.register(end, selectors.EVENT_READ, number)

    def run(self, seconds):
        """PumpFailure when a message got lost. `latencies` are those of the last run."""
        self.latencies.clear()
        self._sent.clear()
        begun = time.monotonic()
        while (due := begun + len(self._sent) * PAUSE) < begun + seconds:
            self._hear(due)
            self._say()
        deadline = time.monotonic() + LAST_WAIT
        wanted = len(self._sent) * (len(self._sockets) - 1)
        while len(self.latencies) < wanted and time.monotonic() < deadline:
            self._hear(time.monotonic() + PAUSE)
        if len(self.latencies) != wanted:
            raise PumpFailure(f"{len(self.latencies)} deliveries instead of {wanted}")

    def _say(self):
        """By whoever's turn it is."""
        number = len(self._sent)
        speaker = number % len(self._sockets)
        text = f"mark-{number}-"
        if speaker < len(self._people):
            wire = f"PRIVMSG {CHANNEL} :{text}\r\n".encode()
        else:
            body = text_body(text)
            wire = b"MSG %d U %d\r\n" % (self._chat.next_number(), len(body)) + body
        self._sent.append(time.monotonic())
        if self._sockets[speaker].send(wire) != len(wire):
            raise PumpFailure("the server does not read")

    def _hear(self, until):
        """What comes up to then."""
        while (left := until - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                data = self._sockets[key.data].recv(65536)
                now = time.monotonic()
                if not data:
                    raise PumpFailure("somebody who talks was thrown out")
                self._note(key.data, data, now)

    def _note(self, listener, data, now):
        data = self._rest[listener] + data
        end = 0
        for found in MARK.finditer(data):
            self.latencies.append(now - self._sent[int(found[1])])
            end = found.end()
        self._rest[listener] = data[max(end, len(data) - 32):]  # longer than a mark


def quantile(values, share):
    """The value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
