"""Runs modules of tests against one built daemon: which ones, for how long each, and what became of them."""

import argparse
import faulthandler
import fnmatch
import json
import os
import signal
import sys
import time
import unittest
from pathlib import Path

DEFAULT_TIMEOUT = 60.0  # seconds for one test of a plain build; sanitizer builds get more
GRACE = 60.0  # seconds after which a test that cannot even be interrupted ends the whole run


class TooSlow(AssertionError):
    """A test took longer than it may."""


class TimedResult(unittest.TextTestResult):
    """Interrupts a test that takes too long, says how long each one took, and keeps a record if it is to."""

    limit = DEFAULT_TIMEOUT
    record: Path | None = None  # gets one JSON object a line
    build = ""

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()
        self._outcome = "passed"
        signal.signal(signal.SIGALRM, self._interrupt)
        signal.setitimer(signal.ITIMER_REAL, self.limit)
        faulthandler.dump_traceback_later(self.limit + GRACE, exit=True)

    def stopTest(self, test):
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        seconds = time.monotonic() - self._started
        self.stream.writeln(f"    {seconds:.2f} s")
        if self.record:
            self._write(test, seconds)
        super().stopTest(test)

    def addFailure(self, test, err):
        self._outcome = "failed"
        super().addFailure(test, err)

    def addError(self, test, err):
        self._outcome = "failed"
        super().addError(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._outcome = "failed"
        super().addSubTest(test, subtest, err)

    def addSkip(self, test, reason):
        self._outcome = "skipped"
        super().addSkip(test, reason)

    def _interrupt(self, _signal, _frame):
        raise TooSlow(f"the test took longer than {self.limit:.0f} s")

    def _write(self, test, seconds: float) -> None:
        module, _, method = test.id().partition(".")
        line = {"module": module, "test": method, "outcome": self._outcome, "seconds": round(seconds, 2)}
        with self.record.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "build": self.build}) + "\n")


def run(here: Path, description: str) -> int:
    """The program of `here`/run: its exit code. The modules are the test_*.py beside it."""
    options = _options(description)
    if options.binary:
        os.environ["PATCHCORD_BINARY"] = str(options.binary.resolve())

    from .machine import binary, build_name, patience, sanitizers

    try:
        print(f"testing {binary()}", file=sys.stderr)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    TimedResult.limit = options.timeout * patience()
    TimedResult.record = options.record
    TimedResult.build = build_name()
    suite = chosen_tests(here, options.modules, options.patterns)
    if suite.countTestCases() == 0:
        print("no test has such a name", file=sys.stderr)
        return 1
    result = unittest.TextTestRunner(verbosity=2, resultclass=TimedResult).run(suite)
    return 0 if result.wasSuccessful() and (sanitizers() or not result.skipped) else 1


def chosen_tests(here: Path, modules, patterns) -> unittest.TestSuite:
    """All tests of the modules whose full name matches one of the patterns (a plain word is looked for anywhere)."""
    names = [Path(module).stem for module in modules] or sorted(path.stem for path in here.glob("test_*.py"))
    loader = unittest.TestLoader()
    loader.testNamePatterns = [pattern if _is_glob(pattern) else f"*{pattern}*" for pattern in patterns] or None
    return loader.loadTestsFromNames(names)


def _is_glob(pattern: str) -> bool:
    return fnmatch.translate(pattern) != fnmatch.translate(pattern.replace("*", ""))


def _options(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, help="the daemon (default: $PATCHCORD_BINARY, else build/dev/patchcord)")
    parser.add_argument("-k", dest="patterns", action="append", default=[], help="only tests whose name holds this")
    parser.add_argument("--timeout", type=float, default=DEFAULT_TIMEOUT, help="seconds for one test")
    parser.add_argument(
        "--record",
        type=Path,
        default=os.environ.get("PATCHCORD_TEST_RECORD"),
        help="append what became of each test to this file, one JSON a line (default: $PATCHCORD_TEST_RECORD)",
    )
    parser.add_argument("modules", nargs="*", help="test_limits, test_commands, ...")
    return parser.parse_args()
