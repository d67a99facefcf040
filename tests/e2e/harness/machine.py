"""The binary under test, how patient to be with it, and waiting without guessing."""

import functools
import mmap
import os
import threading
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
PAUSE = threading.Event()  # never set: waiting on it is a pause that a signal handler can end


def binary() -> Path:
    """The daemon's path: $PATCHCORD_BINARY, or the one that the `dev` preset builds."""
    path = Path(os.environ.get("PATCHCORD_BINARY", REPOSITORY / "build" / "dev" / "patchcord"))
    if not os.access(path, os.X_OK):
        raise FileNotFoundError(f"no daemon to test at {path}: build it, or say --binary PATH")
    return path.resolve()


@functools.cache
def _has_symbol(name: bytes) -> bool:
    """Is it named in the binary?"""
    with open(binary(), "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return text.find(name) >= 0


@functools.cache
def sanitizers() -> frozenset:
    """Which sanitizers the binary was built with, told by the symbols it names."""
    symbols = {
        "address": b"__asan_init",
        "thread": b"__tsan_init",
        "undefined": b"__ubsan_handle",
        "vptr": b"__ubsan_handle_dynamic_type_cache_miss",
    }
    return frozenset(name for name, symbol in symbols.items() if _has_symbol(symbol))


def build_name() -> str:
    """What kind of build is tested, for records: its sanitizers, or whether it checks assertions (dev) or not."""
    return "+".join(sorted(sanitizers())) or ("dev" if _has_symbol(b"__assert_fail") else "release")


def patience() -> float:
    """What times that are told for a plain build are multiplied by."""
    if "thread" in sanitizers():
        return 10.0
    return 4.0 if sanitizers() else 1.0


def reply_timeout() -> float:
    """Seconds that an answer of the daemon may take: long, for a machine that is busy with other things."""
    return 15.0 * patience()


def eventually(condition, what: str, timeout: float = 0.0, every: float = 0.02):
    """Waits until `condition()` is true and gives back its value; AssertionError naming `what` when it stays false."""
    deadline = time.monotonic() + (timeout or reply_timeout())
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen in time: {what}")
        PAUSE.wait(every)


def pass_time(seconds: float) -> None:
    """Lets a measured span go by (for a CPU figure, or a configured time); never used to wait for an answer."""
    PAUSE.wait(seconds)
