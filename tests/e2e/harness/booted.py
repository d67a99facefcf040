"""This machine's own system, booted under systemd in a container: a copy that is thrown away, without a network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .machine import REPOSITORY

NEEDED = ("systemd-nspawn", "unshare")
TESTS = "/patchcord-tests"  # where the container sees the tests
EXCHANGE = "/exchange"  # and `exchange`

# All below one mount namespace that ends with it. Whatever is written goes to memory.
BOOT = """
set -eu
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
exec systemd-nspawn --quiet --directory "$1/root" --register=no --keep-unit --boot --private-network \
  "--bind-ro=$2:/patchcord-tests" "--bind=$3:/exchange" "systemd.run=/exchange/command"
"""


class NotBooted(AssertionError):
    """The container did not come up, or did not come to an end."""


def run_booted(scratch: Path, exchange: Path, program: str, under_test: Path, seconds: float) -> tuple[int, str]:
    """Boots, runs a Python program of `tests/` there as root, and gives back its exit code and all that it wrote.

    `exchange` is a directory that both sides see; `scratch` an empty one; `under_test` what the harness calls the binary.
    """
    missing = [tool for tool in NEEDED if not shutil.which(tool)]
    if missing:
        raise NotBooted(f"cannot boot a container without {', '.join(missing)} (systemd-container, util-linux)")
    said, code = exchange / "said", exchange / "code"
    command = exchange / "command"
    command.write_text(
        f"#!/bin/sh\nexport PATCHCORD_BINARY={under_test}\n"
        f"{sys.executable} -B {TESTS}/{program} >{EXCHANGE}/said 2>&1\necho $? >{EXCHANGE}/code\n"
    )
    command.chmod(0o755)
    rights = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    boot = [*rights, "unshare", "--mount", "sh", "-c", BOOT, "sh", scratch, REPOSITORY / "tests", exchange]
    console = subprocess.run(
        boot, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=seconds
    )
    if not code.exists():
        raise NotBooted(f"{console.stdout[-4000:]}\n{console.stderr[-4000:]}")
    return int(code.read_text()), said.read_text()
