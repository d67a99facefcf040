"""The ways of a file from who gives it to who takes it: through the gateway, and through socat.

The clients are those of the end-to-end tests, up to the moment when the first byte of the file can go.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "e2e"))

from harness.accounts import make_account  # noqa: E402
from harness.bridge import person  # noqa: E402
from harness.client import Client  # noqa: E402
from harness.daemon import Daemon, patchcord  # noqa: E402
from harness.dcc import DccReceiver, DccSender, accepted, listen  # noqa: E402
from harness.file_content import Content  # noqa: E402
from harness.http_files import ACCOUNT, AUTHORIZATION, PASSWORD  # noqa: E402
from harness.msn import MsnClient  # noqa: E402
from harness.msn_ftp import RECEIVER_DONE, FtpReceiver, FtpSender  # noqa: E402
from harness.msn_slp import SlpReceiver, SlpSender  # noqa: E402

from . import pump  # noqa: E402
from .servers import free_port, pinned_to  # noqa: E402

NAME = "big.bin"
FTP, SLP = 7, 12  # dialects whose clients are offered files so
SOCAT_SECONDS = 10
NO_LIMIT = {"max_clients_per_address": 0, "max_connects_per_address": 0}
CONFIGURATION = {
    "log": {"level": "warn"},
    "irc": NO_LIMIT,
    "msn": {**NO_LIMIT, "max_clients": 0},
    "http": NO_LIMIT,
    "files": {"max_size": "4 GiB", "max_offers": 1000, "max_transfers_per_user": 1000, "max_transfers": 1000,
              "quota": "8 GiB", "total_quota": "8 GiB"},
}


@dataclass
class Transfer:
    """A file that can go. `give` and `take` are for a process each; `finish` says what has to be said once all is
    there. `taken_from` is the connection on which it comes."""

    pid: int
    give: Callable[[], None]
    take: Callable[[], None]
    taken_from: socket.socket
    finish: Callable[[], None] = lambda: None


class Stage:
    """A daemon with people on both sides; `with` ends it and removes its directory."""

    def __init__(self, cpu=None):
        self._holder = tempfile.TemporaryDirectory(prefix="patchcord-bench-")
        self.daemon = Daemon(Path(self._holder.name).resolve(), CONFIGURATION)
        self._cpu = cpu
        self._clients = []

    def __enter__(self):
        try:
            with pinned_to(self._cpu):
                self.daemon.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for client in self._clients:
            client.close()
        self.daemon.kill()
        self._holder.cleanup()

    @property
    def pid(self):
        return self.daemon.process.pid

    def irc(self, nick):
        client = Client(self.daemon.address()).register(nick)
        self._clients.append(client)
        return client

    def msn(self, name, dialect=SLP):
        handle = f"{name}@example.com"
        if dialect == FTP:
            arguments = ("account", "add", handle, "--legacy-md5", "--config", self.daemon.config_file)
            patchcord(*arguments, stdin=b"secret\n").check_returncode()
        client = MsnClient(self.daemon, handle, dialect=dialect)
        self._clients.append(client)
        return client.sign_in(name.capitalize())


class BatchingSender(SlpSender):
    """Says many pieces at once, as who has much to say does."""

    BATCH, WINDOW = 32, 64

    def __init__(self, *arguments):
        self._batch = []
        super().__init__(*arguments)

    def _post_fast(self, body):
        number = self.chat.next_number()
        self._in_flight.add(number)
        self._batch.append(b"MSG %d D %d\r\n" % (number, len(body)) + body)
        if len(self._batch) < self.BATCH:
            return
        self._say_batch()
        while len(self._in_flight) > self.WINDOW:
            self._wait_for_the_switchboard()

    def _wait_for_the_switchboard(self):
        self._say_batch()
        super()._wait_for_the_switchboard()

    def _say_batch(self):
        self.chat.socket.sendall(b"".join(self._batch))
        self._batch.clear()


class Counted:
    """What came, without a look at it."""

    def __init__(self):
        self.size = 0

    def add(self, data):
        self.size += len(data)


# --- through the gateway: called with the stage, a conversation of somebody on MSN, somebody on IRC, and a size


def msnftp_to_dcc(stage, chat, client, size, moved=None):
    sender = FtpSender(chat, NAME, Content(size))
    taker = DccReceiver(client, nick_of(chat)).accept().connection
    lines = sender.expect_accept().shake_hands()
    supply = pump.in_blocks(size)

    def finish():
        lines.expect(f"BYE {RECEIVER_DONE}")
        sender.close()
        taker.close()

    return Transfer(stage.pid, lambda: pump.give(sender.connection, supply),
                    lambda: pump.take(taker, size, moved, acknowledges=True), taker, finish)


def dcc_to_msnftp(stage, chat, client, size, moved=None):
    giver = DccSender(client, nick_of(chat), NAME, Content(size))
    receiver = FtpReceiver(chat).accept()
    receiver.shake_hands()
    giver.connect()
    supply = pump.plain(size)
    taken_from = receiver.connection

    def finish():
        taken_from.sendall(f"BYE {RECEIVER_DONE}\r\n".encode())
        taken_from.close()

    return Transfer(stage.pid, lambda: pump.give_by_dcc(giver.connection, supply),
                    lambda: pump.take(taken_from, pump.framed_size(size), moved), taken_from, finish)


def msnslp_to_dcc(stage, chat, client, size):
    sender = BatchingSender(chat, NAME, Content(size))
    taker = DccReceiver(client, nick_of(chat)).accept().connection
    sender.expect_accept()
    return Transfer(stage.pid, sender.send, lambda: pump.take(taker, size, acknowledges=True), taker, taker.close)


def dcc_to_msnslp(stage, chat, client, size):
    giver = DccSender(client, nick_of(chat), NAME, Content(size))
    receiver = SlpReceiver(chat).accept()
    receiver.got = Counted()
    giver.connect()
    supply = pump.plain(size)
    return Transfer(stage.pid, lambda: pump.give_by_dcc(giver.connection, supply), receiver.receive, chat.socket)


def nick_of(chat):
    return chat.owner.handle.partition("@")[0].capitalize()


# --- over HTTP


class Upload:
    """A request that sends a file, and the link in its answer."""

    def __init__(self, stage, size):
        self.connection = socket.create_connection(stage.daemon.address("http"))
        self.link = ""
        self._supply = pump.plain(size)
        head = f"PUT /upload/{NAME} HTTP/1.1\r\nHost: bench\r\nAuthorization: {AUTHORIZATION}\r\n" \
               f"Content-Length: {size}\r\n\r\n"
        self._head = head.encode()

    def give(self):
        self.connection.sendall(self._head)
        pump.give(self.connection, self._supply)

    def take(self):
        self.link = header_of(read_head(self.connection), "location", status="201")


def http_upload(stage, size):
    make_account(stage.daemon, ACCOUNT, PASSWORD)
    upload = Upload(stage, size)
    return Transfer(stage.pid, upload.give, upload.take, upload.connection, upload.connection.close)


def http_download(stage, size):
    make_account(stage.daemon, ACCOUNT, PASSWORD)
    upload = Upload(stage, size)
    upload.give()
    upload.take()
    upload.connection.close()
    path = urllib.parse.urlsplit(upload.link).path
    connection = socket.create_connection(stage.daemon.address("http"))

    def take():
        if int(header_of(read_head(connection), "content-length", status="200")) != size:
            raise pump.PumpFailure("not the size of the file")
        pump.take(connection, size)

    request = f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
    return Transfer(stage.pid, lambda: connection.sendall(request), take, connection, connection.close)


def read_head(connection):
    """Byte by byte, so that all of what follows is still there."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            raise pump.PumpFailure(f"the answer broke off after {head!r}")
        head += byte
    return head.decode()


def header_of(head, name, status):
    if head.split(" ")[1] != status:
        raise pump.PumpFailure(f"not {status}: {head}")
    return next(line.partition(": ")[2] for line in head.split("\r\n") if line.lower().startswith(name + ":"))


# --- through socat


class Socat:
    """Relays one connection; `with` ends it. `buffer_bytes`: of one read, its own default being 8192."""

    def __init__(self, port, buffer_bytes: Optional[int], cpu=None):
        self.port = free_port()
        options = ["-b", str(buffer_bytes)] if buffer_bytes else []
        command = ["socat", *options, f"TCP-LISTEN:{self.port},bind=127.0.0.1", f"TCP:127.0.0.1:{port}"]
        with pinned_to(cpu):
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    @property
    def pid(self):
        return self._process.pid

    def connect(self):
        deadline = time.monotonic() + SOCAT_SECONDS
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port))
            except ConnectionRefusedError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise pump.PumpFailure("socat does not listen") from None
                time.sleep(0.01)


def through_socat(socat, listener, supply, acknowledges=False):
    giver = socat.connect()
    taker = accepted(listener)

    def finish():
        taker.close()
        giver.close()

    give = pump.give_by_dcc if acknowledges else pump.give
    return Transfer(socat.pid, lambda: give(giver, supply),
                    lambda: pump.take(taker, supply.total, acknowledges=acknowledges), taker, finish)


class Way:
    """What a row of the table is about: `open` is a context with a file that can go, which is `size` bytes long."""

    def __init__(self, title, make, dialect=None, slow=False):
        self.title = title
        self.slow = slow  # goes in small pieces, of which the scripted client makes each
        self._make = make
        self._dialect = dialect

    @contextmanager
    def open(self, size, cpu):
        with Stage(cpu) as stage:
            if self._dialect is None:
                yield self._make(stage, size)
            else:
                client = stage.irc("ana")
                yield self._make(stage, stage.msn("bob", self._dialect).call(person("ana")), client, size)


class SocatWay(Way):
    """The yardsticks."""

    def __init__(self, title, supply, buffer_bytes=None, acknowledges=False):
        super().__init__(title, None)
        self._supply = supply
        self._buffer_bytes = buffer_bytes
        self._acknowledges = acknowledges

    @contextmanager
    def open(self, size, cpu):
        with listen() as listener, Socat(listener.getsockname()[1], self._buffer_bytes, cpu) as socat:
            yield through_socat(socat, listener, self._supply(size), self._acknowledges)


PEER = SocatWay("socat -b 65536, raw", pump.plain, 65536)
WAYS = (
    PEER,
    SocatWay("socat, raw", pump.plain),
    SocatWay("socat, blocks of MSNFTP", pump.in_blocks),
    SocatWay("socat, DCC with acknowledgements", pump.plain, None, True),
    Way("MSNFTP → DCC", msnftp_to_dcc, SLP),
    Way("DCC → MSNFTP", dcc_to_msnftp, FTP),
    Way("MSNSLP → DCC", msnslp_to_dcc, SLP, slow=True),
    Way("DCC → MSNSLP", dcc_to_msnslp, SLP, slow=True),
    Way("HTTP upload", http_upload),
    Way("HTTP download", http_download),
)


def processor_seconds(pid):
    """User and kernel, all threads."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def resident_bytes(pid):
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    raise pump.PumpFailure("the daemon has ended")


def use_binary(path):
    """Before anything is started."""
    os.environ["PATCHCORD_BINARY"] = str(path)
