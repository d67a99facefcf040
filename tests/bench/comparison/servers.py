"""The servers that are compared: how each is configured, started, recognised as ready, and stopped."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from .report import FORGETFUL

CONF = Path(__file__).resolve().parent.parent / "conf"
START_SECONDS = 20
STOP_SECONDS = 10


class ServerFailure(Exception):
    """A server did not start, or ended by itself."""


@dataclass(frozen=True)
class ServerKind:
    """One server program. `command` makes its arguments from the configuration file and the port.

    `concurrency` is how many connections it is best set up with at a time: InspIRCd completes registrations once a
    second, as many as there are then; ngIRCd's listen backlog of 10 drops what is more.
    """

    name: str
    program: Optional[str]
    template: Optional[str]
    command: Callable[[Path, int], list]
    concurrency: int = 64
    ready_line: Optional[str] = None
    more_settings: str = ""  # behind what the template says
    data: Optional[Path] = None  # copied to `data` in the directory of each run

    @property
    def installed(self):
        return self.program is not None and os.access(self.program, os.X_OK)


def find_program(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def server_kinds(patchcord, raw_relay):
    """All servers in the order of the table's columns."""
    inspircd, ngircd = find_program("inspircd"), find_program("ngircd")
    as_root = ["--runasroot"] if os.geteuid() == 0 else []
    return [
        ServerKind("raw relay", raw_relay, None, lambda conf, port: [raw_relay, str(port)]),
        ServerKind("InspIRCd", inspircd, "inspircd.conf",
                   lambda conf, port: [inspircd, f"--config={conf}", "--nofork", "--nopid", *as_root],
                   concurrency=1000),
        ServerKind("ngIRCd", ngircd, "ngircd.conf",
                   lambda conf, port: [ngircd, "--nodaemon", "--config", str(conf)], concurrency=8),
        ServerKind("Patchcord", patchcord, "patchcord.toml",
                   lambda conf, port: [patchcord, "run", "--config", str(conf)], ready_line="patchcord ready "),
        ServerKind(FORGETFUL, patchcord, "patchcord.toml",
                   lambda conf, port: [patchcord, "run", "--config", str(conf)], ready_line="patchcord ready ",
                   more_settings="\n[history]\nenabled = false\n"),
    ]


def patchcord_with_msn(patchcord, data):
    """Patchcord with its MSN side; `data` holds its accounts."""
    return ServerKind("Patchcord", patchcord, "patchcord-msn.toml",
                      lambda conf, port: [patchcord, "run", "--config", str(conf)], ready_line="patchcord ready ",
                      data=data)


def fill_in(template, port, msn_port, directory):
    """A configuration from its template in conf/."""
    for word, value in (("@PORT@", port), ("@MSN_PORT@", msn_port), ("@RUN@", directory)):
        template = template.replace(word, str(value))
    return template


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RunningServer:
    """A started server with a directory of its own; `with` stops it and removes the directory."""

    def __init__(self, kind, cpu=None):
        self.kind = kind
        self.port = free_port()
        self.msn_port = free_port()
        self.directory = Path(tempfile.mkdtemp(prefix="patchcord-bench-"))
        self._configuration = self._write_configuration()
        if kind.data is not None:
            shutil.copytree(kind.data, self.directory / "data")
        self._cpu = cpu
        self._process = None
        self._ready = threading.Event()
        self._ready_at = None
        self._last_error = ""

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self):
        """Starts the program and waits until it listens. Returns the seconds that took."""
        self._ready.clear()
        self._ready_at = None
        command = self.kind.command(self._configuration, self.port)
        with pinned_to(self._cpu):
            begin = time.monotonic()
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                             stderr=subprocess.PIPE, cwd=self.directory)
        self._reader = threading.Thread(target=self._read_errors, daemon=True)
        self._reader.start()
        if self.kind.ready_line is None:
            self._wait_for_port()
            return time.monotonic() - begin
        if not self._ready.wait(START_SECONDS) or self._ready_at is None:
            raise ServerFailure(f"{self.kind.name} did not get ready: {self._last_error}")
        return self._ready_at - begin

    def stop(self):
        """Ends the process: asks first, insists after a while."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(STOP_SECONDS)
        self._process.stderr.close()
        self._process = None

    def _write_configuration(self):
        if self.kind.template is None:
            return None
        text = (CONF / self.kind.template).read_text() + self.kind.more_settings
        path = self.directory / self.kind.template
        path.write_text(fill_in(text, self.port, self.msn_port, self.directory))
        return path

    def _read_errors(self):
        """Reads standard error to its end, so that a talkative server never waits for us."""
        for line in self._process.stderr:
            moment = time.monotonic()
            text = line.decode(errors="replace").strip()
            if self.kind.ready_line and text.startswith(self.kind.ready_line) and self._ready_at is None:
                self._ready_at = moment
                self._ready.set()
            self._last_error = text or self._last_error
        self._ready.set()

    def _wait_for_port(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise ServerFailure(f"{self.kind.name} ended at once: {self._last_error}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise ServerFailure(f"{self.kind.name} does not listen after {START_SECONDS} s")


class pinned_to:
    """What is started inside `with` runs on this processor only; None leaves the choice to the kernel."""

    def __init__(self, cpu):
        self._cpu = cpu

    def __enter__(self):
        if self._cpu is not None:
            self._before = os.sched_getaffinity(0)
            os.sched_setaffinity(0, {self._cpu})

    def __exit__(self, *_):
        if self._cpu is not None:
            os.sched_setaffinity(0, self._before)
