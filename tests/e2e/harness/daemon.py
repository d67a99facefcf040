"""One running daemon, in a directory of its own, ended by its process id."""

import functools
import os
import re
import resource
import signal
import subprocess
import time
from pathlib import Path

from .activation import PassedSockets
from .config import merged, to_toml
from .logbook import Logbook
from .machine import binary, patience, reply_timeout, sanitizers

OPERATOR_NAME = "overseer"
OPERATOR_PASSWORD = "an-operator's-secret"
READY = re.compile(r"^patchcord ready (.*)$")


def patchcord(
    *arguments, stdin: bytes = b"", cwd=None, timeout: float = 0.0, user: int | None = None
) -> subprocess.CompletedProcess:
    """Runs one of the daemon's commands to its end, as `user` if that is named; standard output and error as text."""
    result = subprocess.run(
        [binary(), *map(str, arguments)],
        input=stdin,
        cwd=cwd,
        capture_output=True,
        timeout=timeout or reply_timeout(),
        user=user,
    )
    result.stdout = result.stdout.decode("utf-8", "backslashreplace")
    result.stderr = result.stderr.decode("utf-8", "backslashreplace")
    return result


@functools.cache
def password_hash(password: str) -> str:
    """The hash that `patchcord password-hash` makes; made once a process, because it is slow on purpose."""
    result = patchcord("password-hash", stdin=password.encode() + b"\n")
    if result.returncode != 0:
        raise AssertionError(f"patchcord password-hash failed: {result.stderr}")
    return result.stdout.strip()


def lab_config(directory: Path) -> dict:
    """What the tests start from: a free port, own data, an operator, no flood control, no wait for new accounts, everybody
    shown each time they come, files on this machine; the rest are the defaults."""
    return {
        "gateway": {
            "name": "irc.lab.test",
            "data_dir": str(directory / "data"),
            **({"max_memory": "0 B"} if sanitizers() else {}),  # which need several times as much
        },
        "log": {"level": "debug"},
        "chat": {"account_rate": 0.0, "flap_interval": "0s"},
        "irc": {"listen": ["127.0.0.1:0"], "flood_rate": 0.0},
        "msn": {"listen": ["127.0.0.1:0"], "switchboard_listen": ["127.0.0.1:0"], "flood_rate": 0.0},
        "http": {"listen": ["127.0.0.1:0"]},
        "files": {"allow_loopback": True},  # where all clients of tests are
        "irc.operator": [{"name": OPERATOR_NAME, "password_hash": password_hash(OPERATOR_PASSWORD)}],
        "room": [{"name": "lobby", "topic": "Everybody"}],
    }


class Daemon:
    """`patchcord run` with a configuration; `stop` ends it and says how it ended."""

    def __init__(
        self,
        directory: Path,
        config: dict | str,
        *,
        open_files: int = 0,
        read_log: bool = True,
        environment: dict[str, str] | None = None,
        sockets: PassedSockets | None = None,
    ):
        """`config` is laid over `lab_config`, or is a complete file when it is text. `open_files` is a ulimit -n;
        `environment` is added to our own; `sockets` are passed as a service manager does it."""
        self.directory = directory
        self.config_file = directory / "gateway.toml"
        self.process: subprocess.Popen | None = None
        self.config: dict = {}
        self.addresses: dict[str, list[tuple[str, int]]] = {}
        self._read_log = read_log
        self._logs: list[Logbook] = []  # one a start
        self._open_files = open_files
        self._environment = environment or {}
        self._sockets = sockets or PassedSockets([])
        self._write(config if isinstance(config, str) else self._complete(config))

    def start(self) -> "Daemon":
        """Starts the process and waits until it says that it is ready."""
        self.process = subprocess.Popen(
            self._sockets.command(binary(), "run", "--config", self.config_file),
            cwd=self.directory,
            env={**os.environ, **self._environment, **self._sockets.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=self._prepare_process if self._open_files or self._sockets else None,
            close_fds=not self._sockets,
        )
        if self._read_log:
            self.log = Logbook(self.process.stderr)
            self._logs.append(self.log)
            self._note_addresses(self.log.wait_for("patchcord ready "))
        else:
            self._note_addresses(self._read_until_ready())
        return self

    def address(self, listener: str = "irc") -> tuple[str, int]:
        """Host and port of the first listener of a kind, "irc" or "irc-tls", as the readiness line told them."""
        return self.addresses[listener][0]

    def rewrite(self, config: dict | str) -> None:
        """Changes the file on disk; `signal(SIGHUP)` makes the daemon look at it."""
        self._write(config if isinstance(config, str) else merged(self.config, config))

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def is_running(self) -> bool:
        return self.process.poll() is None

    def wait(self, timeout: float = 0.0) -> int:
        """The exit code, when the process ends by itself in time."""
        code = self.process.wait(timeout or reply_timeout())
        if self._read_log:
            self.log.join()
        return code

    def stop(self) -> int:
        """SIGTERM, then the exit code; a process that does not go is killed and counts as failed."""
        if self.is_running():
            self.signal(signal.SIGTERM)
        try:
            return self.wait(11 * patience())
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the daemon did not stop on SIGTERM") from None

    def kill(self) -> None:
        """For the clean-up: ends the process if it is still there."""
        if self.process is None:
            return
        if self.is_running():
            self.process.kill()
        self.process.wait()
        if self._read_log:
            self.log.join()
        else:
            self.process.stderr.close()

    def sanitizer_report(self) -> str:
        """What a sanitizer wrote to the log, or nothing."""
        return self.log.sanitizer_report() if self._read_log and self.process else ""

    def all_logs(self) -> bytes:
        """Every byte that every start of it has logged."""
        return b"".join(log.raw() for log in self._logs)

    def resident_bytes(self) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("the daemon has no memory: it is gone")

    def cpu_seconds(self) -> float:
        """User and system time of all threads so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_file_count(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def limit_open_files(self, most: int) -> int:
        """Changes `ulimit -n` of the running process; gives back what it was."""
        pid = self.process.pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, hard))
        return soft

    def _complete(self, config: dict) -> dict:
        return merged(lab_config(self.directory), config)

    def _write(self, config: dict | str) -> None:
        if isinstance(config, dict):
            self.config = config
            config = to_toml(config)
        self.config_file.write_text(config, encoding="utf-8")
        self.config_file.chmod(0o600)

    def _prepare_process(self) -> None:
        if self._open_files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self._open_files, self._open_files))
        self._sockets.hand_over()

    def _read_until_ready(self) -> str:
        deadline = time.monotonic() + reply_timeout()
        while time.monotonic() < deadline:
            line = self.process.stderr.readline().decode("utf-8", "backslashreplace").rstrip("\n")
            if READY.match(line):
                return line
            if not line and not self.is_running():
                break
        raise AssertionError("the daemon did not become ready")

    def _note_addresses(self, line: str) -> None:
        found = READY.match(line)
        if not found:
            raise AssertionError(f"not a readiness line: {line!r}")
        for word in found[1].split():  # irc=127.0.0.1:6667,[::1]:6667
            listener, _, addresses = word.partition("=")
            parts = (address.rpartition(":") for address in addresses.split(","))
            self.addresses[listener] = [(host.strip("[]"), int(port)) for host, _, port in parts]
