"""A network of one's own with no way out: an attack that succeeds where it should not reaches nothing real."""

import os
import shutil
import subprocess
import sys

MARK = "PATCHCORD_OUTER_NETWORK"  # in the environment: which network namespace we came from
LINK = "/proc/self/ns/net"
# What attacks name, as if it were there: cloud metadata, a private host, a host of the Internet.
ADDRESSES = ("169.254.169.254/32", "10.0.0.1/32", "1.2.3.4/32")


class NoNamespace(Exception):
    """No network namespace can be made here."""


def enter() -> None:
    """Starts this program again inside a new network namespace, or returns when it is in one already, made ready."""
    current = os.readlink(LINK)
    outer = os.environ.get(MARK)
    if outer is None:
        os.environ[MARK] = current
        _start_again()
    if outer == current:
        raise NoNamespace("unshare made no network namespace")
    _prepare()


def _start_again() -> None:
    if not shutil.which("unshare") or not shutil.which("ip"):
        raise NoNamespace("attack cases need unshare (util-linux) and ip (iproute2)")
    rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *rights, "--net"]
    tried = subprocess.run([*command, "true"], capture_output=True, text=True)
    if tried.returncode != 0:
        raise NoNamespace(f"attack cases run in a network namespace only, and there is none: {tried.stderr.strip()}")
    os.execvp("unshare", [*command, sys.executable, *sys.argv])


def _prepare() -> None:
    commands = [["link", "set", "lo", "up"], *(["address", "add", address, "dev", "lo"] for address in ADDRESSES)]
    for command in commands:
        done = subprocess.run(["ip", *command], capture_output=True, text=True)
        if done.returncode != 0:
            raise NoNamespace(f"ip {' '.join(command)}: {done.stderr.strip()}")
    routes = subprocess.run(["ip", "route", "show", "default"], capture_output=True, text=True, check=True).stdout
    if routes.strip():
        raise NoNamespace(f"there is a way out: {routes.strip()}")
