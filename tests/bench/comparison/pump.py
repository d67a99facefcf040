"""Bytes put into and taken out of connections, as cheaply as Linux can, so that what is between them is measured.

Who gives sends pages of a file that is in memory, which costs no copy; who takes has the kernel drop what came, and
counts. Each works in a process of its own.
"""

import mmap
import multiprocessing
import os
import socket
import struct
import time
from typing import NamedTuple

MEBIBYTE = 1024 * 1024
BLOCK = 2045  # bytes of a file in a block of MSNFTP
BLOCK_HEAD = 3
TAKEN_AT_ONCE = 4 * MEBIBYTE
FORK = multiprocessing.get_context("fork")


class PumpFailure(Exception):
    """Not all went over, or not in time."""


class Supply:
    """The bytes of a file as they are on the wire: one mebibyte again and again, and the rest."""

    def __init__(self, part, repeats, rest):
        self.repeats = repeats
        self.rest = rest
        self.part_bytes = len(part)
        self.total = repeats * len(part) + len(rest)
        self._file = os.fdopen(os.memfd_create("supply"), "wb", buffering=0)
        self._file.write(part)

    @property
    def descriptor(self):
        return self._file.fileno()


def plain(size):
    """As it is."""
    part = os.urandom(MEBIBYTE)
    repeats, rest = divmod(size, MEBIBYTE)
    return Supply(part, repeats, part[:rest])


def in_blocks(size):
    """In blocks of MSNFTP."""
    data = os.urandom(BLOCK * (MEBIBYTE // (BLOCK + BLOCK_HEAD)))
    repeats, rest = divmod(size, len(data))
    return Supply(framed(data), repeats, framed(data[:rest]))


def framed(data):
    pieces = (data[start:start + BLOCK] for start in range(0, len(data), BLOCK))
    return b"".join(b"\0" + struct.pack("<H", len(piece)) + piece for piece in pieces)


def framed_size(size):
    return size + BLOCK_HEAD * -(-size // BLOCK)


def give(connection, supply):
    """All of it."""
    connection.settimeout(None)
    for _ in range(supply.repeats):
        give_part(connection, supply)
    connection.sendall(supply.rest)


def give_part(connection, supply):
    sent = 0
    while sent < supply.part_bytes:
        sent += os.sendfile(connection.fileno(), supply.descriptor, sent, supply.part_bytes - sent)


class Acknowledgements:
    """What a receiver by DCC says that it has: numbers of four bytes, of which the last counts."""

    def __init__(self):
        self.count = 0
        self._rest = b""

    def add(self, data):
        data = self._rest + data
        whole = len(data) - len(data) % 4
        if whole:
            self.count = struct.unpack_from("!I", data, whole - 4)[0]
        self._rest = data[whole:]


def give_by_dcc(connection, supply):
    """The same, reading the acknowledgements on the way, up to that of the whole file."""
    connection.settimeout(None)
    said = Acknowledgements()
    for _ in range(supply.repeats):
        give_part(connection, supply)
        try:
            said.add(connection.recv(65536, socket.MSG_DONTWAIT))
        except BlockingIOError:
            pass
    connection.sendall(supply.rest)
    while said.count != supply.total & 0xFFFFFFFF:
        more = connection.recv(65536)
        if not more:
            raise PumpFailure("the file was not acknowledged")
        said.add(more)


def take(connection, total, moved=None, acknowledges=False):
    """`total` bytes, which nobody looks at. `moved`: where to tell how many there are by now."""
    connection.settimeout(None)
    room = mmap.mmap(-1, TAKEN_AT_ONCE)  # stays untouched
    got = 0
    while got < total:
        count = connection.recv_into(room, min(TAKEN_AT_ONCE, total - got), socket.MSG_TRUNC)
        if not count:
            raise PumpFailure(f"{got} bytes came instead of {total}")
        got += count
        if moved is not None:
            moved.value = got
        if acknowledges:
            connection.sendall(struct.pack("!I", got & 0xFFFFFFFF))


def make_slow(connection):
    """Before anything comes: the kernel is to keep little of it."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)


def take_slowly(connection, bytes_at_once=16 * 1024, pause=0.05):
    """For as long as it is let."""
    connection.settimeout(None)
    while connection.recv(bytes_at_once):
        time.sleep(pause)


class Work(NamedTuple):
    """When it began and when it ended, by the monotonic clock, and what it needed: seconds."""

    begun: float
    ended: float
    processor: float


class Worker:
    """A function in a process of its own, which begins at once."""

    def __init__(self, function, nice=0):
        self._answers, answers = FORK.Pipe(duplex=False)
        self._process = FORK.Process(target=self._run, args=(function, answers, nice), daemon=True)
        self._process.start()
        answers.close()

    @staticmethod
    def _run(function, answers, nice):
        os.nice(nice)
        begun = time.monotonic()
        try:
            function()
            answers.send(Work(begun, time.monotonic(), time.process_time()))
        except (Exception, SystemExit) as error:  # told to whoever waits
            answers.send(f"{type(error).__name__}: {error}")

    @property
    def running(self):
        return self._process.is_alive()

    def result(self, timeout):
        """PumpFailure when it failed or takes too long."""
        if not self._answers.poll(timeout):
            self.stop()
            raise PumpFailure(f"no end after {timeout:.0f} seconds")
        answer = self._answers.recv()
        self.stop()
        if isinstance(answer, str):
            raise PumpFailure(answer)
        return answer

    def stop(self):
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
