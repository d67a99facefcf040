"""The Debian package on a machine that systemd runs: installed, started, watched, upgraded, removed."""

import re
import shutil
import unittest
from pathlib import Path

from harness.booted import run_booted
from harness.install_case import PackageCase
from harness.machine import sanitizers

CHECKS = "e2e/under_systemd/checks.py"
LONGEST = 50  # seconds


@unittest.skipIf(sanitizers(), "the unit forbids the memory that sanitizers want (MemoryDenyWriteExecute)")
class UnderSystemdTest(PackageCase):
    """In a container."""

    def test_P11_N19_service_and_package(self) -> None:
        """All of under_systemd/checks.py, each of which starts with a package that is newly installed"""
        exchange = self.directory / "exchange"
        exchange.mkdir()
        shutil.copy(self.package, exchange / "patchcord.deb")
        scratch = self.directory / "scratch"
        scratch.mkdir()
        code, said = run_booted(scratch, exchange, CHECKS, Path("/usr/bin/patchcord"), LONGEST)
        self.assertEqual(code, 0, said)
        self.assertGreater(int(re.search(r"Ran (\d+) tests", said)[1]), 10, said)


if __name__ == "__main__":
    unittest.main()
