#!/usr/bin/python3
"""The invariants can fail: each is shown a fault, and has to find it. Needs no daemon."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
sys.dont_write_bytecode = True
# The harness asks which daemon it is for; here it is a program that does nothing but live.
SLEEPER = "/bin/cat"
os.environ["PATCHCORD_BINARY"] = SLEEPER

import invariants  # noqa: E402
import table  # noqa: E402
from harness import message, secrets  # noqa: E402
from harness.attacks import log_problems  # noqa: E402
from harness.case import DaemonCase  # noqa: E402
from harness.connection import Ended  # noqa: E402
from harness.daemon import Daemon  # noqa: E402
from harness.msn_wire import check_payload, parse_line, payload_length  # noqa: E402
from watch import Watch  # noqa: E402

CLEAN = "2026-01-01T00:00:00Z info  a person is there nick=Zoë\n".encode()


class Process(Daemon):
    """A process that may have taken memory or files, in place of a daemon."""

    def __init__(self, test: unittest.TestCase, script: str):
        command = [sys.executable, "-c", f"import os, sys\n{script}\nprint(flush=True)\nsys.stdin.read()"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        test.addCleanup(self._end)
        self.process.stdout.readline()

    def _end(self) -> None:
        self.process.communicate()


class LogTest(unittest.TestCase):
    def problem(self, line: bytes) -> str:
        found = log_problems(CLEAN + line)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_clean_log(self) -> None:
        self.assertEqual(log_problems(CLEAN * 3), [])

    def test_escape_sequence(self) -> None:
        self.assertIn("not printable", self.problem(b"t info  \x1b[31m nick=x\n"))

    def test_bytes_that_are_not_utf8(self) -> None:
        self.assertIn("not printable", self.problem(b"t info  nick=\xff\n"))

    def test_line_separator_of_unicode(self) -> None:
        self.assertIn("not printable", self.problem("t info  nick=a\u2028b\n".encode()))

    def test_line_without_end(self) -> None:
        self.assertIn("no end", self.problem(b"t info  half"))

    def test_error(self) -> None:
        line = b"t error the disk is full\n"
        self.assertIn("an error", self.problem(line))
        self.assertEqual(log_problems(line, b"disk is full"), [])

    def test_secret(self) -> None:
        secrets.note("correct-horse-battery")
        self.assertIn("a secret", self.problem(b"t debug line=PASS correct-horse-battery\n"))


class LedgerTest(unittest.TestCase):
    SENT = ["tweet 1", "tweet 2", "tweet 3"]

    def test_all_once(self) -> None:
        self.assertEqual(invariants.ledger_problems(self.SENT, list(self.SENT)), [])

    def test_faults(self) -> None:
        faults = {
            "doubled": ["tweet 1", "tweet 2", "tweet 2", "tweet 3"],
            "lost": ["tweet 1", "tweet 3"],
            "order": ["tweet 2", "tweet 1", "tweet 3"],
            "forged": [*self.SENT, "tweet 4"],
        }
        for fault, came in faults.items():
            with self.subTest(fault):
                self.assertTrue(invariants.ledger_problems(self.SENT, came))


class DelayTest(unittest.TestCase):
    def test_one_of_a_hundred_may_be_late(self) -> None:
        self.assertLess(invariants.percentile([0.01] * 99 + [5.0]), invariants.SLOWEST)

    def test_two_of_a_hundred_may_not(self) -> None:
        self.assertGreater(invariants.percentile([0.01] * 98 + [5.0] * 2), invariants.SLOWEST)


class WatchTest(unittest.TestCase):
    """A pair that talks through a stand-in, which can lose the connection."""

    def problems_when(self, running: bool) -> list[str]:
        daemon = SimpleNamespace(process=SimpleNamespace(pid=1), config={}, is_running=lambda: running)
        watch = Watch(daemon)

        def lose() -> None:
            raise Ended("closed")

        watch._exchange = lose
        watch._talk()
        return watch.problems

    def test_canary_that_is_thrown_out(self) -> None:
        self.assertEqual(len(self.problems_when(running=True)), 1)

    def test_daemon_that_the_test_has_ended(self) -> None:
        self.assertEqual(self.problems_when(running=False), [])


class WireTest(unittest.TestCase):
    def test_irc(self) -> None:
        faults = (b":s NOTICE x :" + b"a" * 500 + b"\r\n", b":s NOTICE x :a\rb\r\n", b"a\0b\r\n", b"\xff\r\n", b"a\n")
        for line in faults:
            with self.subTest(line[:20]), self.assertRaises(AssertionError):
                message.parse(line)

    def test_msn(self) -> None:
        for line in (b"QNG\n", b"qng 50\r\n", b"Q\0G\r\n", b"MSG a b x\r\n"):
            with self.subTest(line), self.assertRaises((AssertionError, ValueError)):
                command = parse_line(line, 12)
                payload_length(command)
                check_payload(command)


class LateComer:
    """In place of a client who comes after an attack, to a gateway with these limits and this answer to OPER."""

    def __init__(self, isupport: dict, answer: str):
        self.isupport = isupport
        self.history = [message.parse(f":s {answer} x :done\r\n".encode())]

    def __getattr__(self, _name):
        return lambda *_arguments: None


class WeakerTest(unittest.TestCase):
    """The gateway takes a wrong password, or has other limits, after an attack."""

    def settle(self, isupport: dict, answer: str) -> None:
        case = self
        case.has_canaries, case.canaries = True, [SimpleNamespace(isupport={"NICKLEN": "30", "FILEHOST": "http://a:1"})]
        case.daemon = SimpleNamespace(address=lambda: None)
        guard = invariants.NothingIsWeaker(case)
        guard.begin()
        with mock.patch.object(invariants, "Client", lambda *_address, **_options: LateComer(isupport, answer)):
            guard.settled()

    def test_as_before(self) -> None:
        self.settle({"NICKLEN": "30", "FILEHOST": "http://a:2"}, "464")

    def test_wrong_password_is_taken(self) -> None:
        with self.assertRaises(AssertionError):
            self.settle({"NICKLEN": "30"}, "381")

    def test_other_limits(self) -> None:
        with self.assertRaises(AssertionError):
            self.settle({"NICKLEN": "300"}, "464")


class ResourcesTest(unittest.TestCase):
    """What is left behind, by processes that leave it."""

    def guard(self, script: str) -> invariants.ResourcesComeBack:
        guard = invariants.ResourcesComeBack(SimpleNamespace(daemon=Process(self, "")))
        guard.begin()
        guard.case.daemon = Process(self, script)
        return guard

    def test_nothing(self) -> None:
        guard = self.guard("")
        self.assertTrue(guard._memory_is_back() and guard._is_idle())

    def test_memory(self) -> None:
        self.assertFalse(self.guard("kept = b'x' * (64 * 1024 * 1024)")._memory_is_back())

    def test_processor(self) -> None:
        busy = "import threading\ndef spin():\n  while True: pass\nthreading.Thread(target=spin, daemon=True).start()"
        self.assertFalse(self.guard(busy)._is_idle())

    def test_descriptors(self) -> None:
        case = DaemonCase("assert_canaries_sing")
        case.daemon = Process(self, "")
        case._files_before = case.daemon.open_file_count()
        self.assertTrue(case._files_are_back())
        case.daemon = Process(self, "kept = [os.dup(0) for _ in range(3)]")
        self.assertFalse(case._files_are_back())


class TableTest(unittest.TestCase):
    """The list of cases, the tests, and what became of them."""

    CASES = table.known_cases("id,severity,component,title,reason\nA01,H,x,One,\nA02,L,x,Two,not built\n")

    def known(self, source: str) -> dict:
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "test_x.py"
            file.write_text(source)
            return table.known_tests([file])

    def test_in_order(self) -> None:
        self.assertEqual(table.problems(self.CASES, self.known("    def test_A01_a(self)")), [])

    def test_case_without_test(self) -> None:
        self.assertIn("A01", table.problems(self.CASES, {})[0])

    def test_unknown_case(self) -> None:
        found = table.problems(self.CASES, self.known("    def test_A01_Z99_a(self)"))
        self.assertEqual(len(found), 1, found)
        self.assertIn("Z99", found[0])

    def test_one_failure_is_the_outcome(self) -> None:
        tests = self.known("    def test_A01_a(self)\n    def test_A01_b(self)\n")
        line = '{"module": "test_x", "test": "T.test_A01_%s", "outcome": "%s", "build": "dev"}'
        one = table.outcomes([line % ("a", "passed")])
        self.assertEqual(table.outcome(self.CASES[0], tests, one, "dev"), "not run")
        both = table.outcomes([line % ("a", "passed"), line % ("b", "failed")])
        self.assertEqual(table.outcome(self.CASES[0], tests, both, "dev"), "failed")
        self.assertIn("| A02 | low | x | Two | not built |", table.table(self.CASES, tests, both))


if __name__ == "__main__":
    unittest.main()
