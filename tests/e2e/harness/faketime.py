"""A daemon's clock that a test sets."""

import glob
from pathlib import Path


def faketime(directory: Path, *, all_clocks: bool = False) -> tuple[Path, dict[str, str]]:
    """The file that says how far off the clock on the wall is ("+1d"), with `all_clocks` the monotonic one as well; and
    what a daemon needs in its environment to look at it."""
    libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not libraries:
        raise AssertionError("faketime is not installed; this test needs it and is not skipped")
    clock = directory / "clock"
    clock.write_text("+0")
    environment = {"LD_PRELOAD": libraries[0], "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    if not all_clocks:
        environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
    return clock, environment
