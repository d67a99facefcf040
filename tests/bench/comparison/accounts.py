"""The accounts that MSN clients sign in with: made once, by the daemon's own command, and copied into every run.

Each costs a password hash that is meant to be slow (64 MiB, about 0.1 s): a thousand take minutes. Signing in with MD5,
as old clients do, costs none.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from .servers import CONF, fill_in

PASSWORD = "bench"
DOMAIN = "msn.bench"


class AccountFailure(Exception):
    """An account could not be made."""


class AccountStock:
    """A data directory with the accounts m0@msn.bench, m1@msn.bench, ... that is kept from call to call."""

    def __init__(self, patchcord, directory):
        self._patchcord = str(patchcord)
        self._directory = directory
        self._configuration = directory / "patchcord-msn.toml"

    @property
    def data(self):
        return self._directory / "data"

    def fill(self, count):
        """Makes what is missing of the first `count` accounts."""
        self._directory.mkdir(parents=True, exist_ok=True)
        template = (CONF / "patchcord-msn.toml").read_text()
        self._configuration.write_text(fill_in(template, 0, 0, self._directory))
        present = self._present()
        missing = [number for number in range(count) if self._handle(number) not in present]
        if not missing:
            return
        print(f"making {len(missing)} accounts in {self.data}, once", file=sys.stderr, flush=True)
        self._add(missing.pop(0))  # the first one makes database and key
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(self._add, missing))

    @staticmethod
    def _handle(number):
        return f"m{number}@{DOMAIN}"

    def _present(self):
        if not self.data.is_dir():
            return set()
        return {line.split()[0] for line in self._run("list").splitlines()}

    def _add(self, number):
        self._run("add", self._handle(number), "--legacy-md5", text=PASSWORD + "\n")

    def _run(self, *arguments, text=""):
        command = [self._patchcord, "account", *arguments, "--config", str(self._configuration)]
        done = subprocess.run(command, input=text, capture_output=True, text=True)
        if done.returncode != 0:
            raise AccountFailure(f"patchcord account {arguments[0]}: {done.stderr.strip()}")
        return done.stdout
