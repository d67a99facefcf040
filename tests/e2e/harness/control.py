"""The control socket of a running daemon: as its command line uses it, and bare."""

import json
import os
import socket
from pathlib import Path

from .daemon import Daemon, patchcord
from .machine import reply_timeout


def socket_path(daemon: Daemon) -> Path:
    """Where a daemon with the tests' configuration listens."""
    return Path(daemon.config["gateway"]["data_dir"]) / "control.sock"


def status(daemon: Daemon) -> dict:
    """What `patchcord status --json` says."""
    result = patchcord("status", "--json", "--config", daemon.config_file)
    if result.returncode != 0:
        raise AssertionError(f"patchcord status failed ({result.returncode}): {result.stderr}")
    return json.loads(result.stdout)


class ControlConnection:
    """A connection to the socket, before anything was said."""

    def __init__(self, path: Path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.socket.connect(str(path))  # waits for its turn; with a timeout it would fail when there is a queue
        except OSError:
            self.socket.close()
            raise
        self.socket.settimeout(reply_timeout())

    def close(self) -> None:
        self.socket.close()

    def send(self, request: bytes) -> None:
        """Whatever of it the daemon takes; one that has answered takes no more."""
        try:
            self.socket.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def read_to_end(self) -> bytes:
        """All that comes until the daemon closes."""
        answer = b""
        while True:
            try:
                piece = self.socket.recv(65536)
            except ConnectionResetError:
                return answer
            if not piece:
                return answer
            answer += piece

    def ask(self, request: bytes) -> dict:
        """The answer to a request, its line and nothing else."""
        self.send(request)
        answer = self.read_to_end()
        self.close()
        if answer.count(b"\n") != 1 or not answer.endswith(b"\n"):
            raise AssertionError(f"not one line: {answer!r}")
        return json.loads(answer)


def ask(path: Path, request: bytes) -> dict:
    return ControlConnection(path).ask(request)


def as_user(uid: int, work) -> str:
    """What `work()` gives back when it is run with another user id, in a child process; root may do that."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            said = str(work())
        except BaseException as error:  # the parent is to hear of anything
            said = repr(error)
        os.write(write_end, said.encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said
