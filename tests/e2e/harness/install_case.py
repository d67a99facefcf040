"""Test cases of what is installed from the build under test."""

import os
import stat
import subprocess
from pathlib import Path
from unittest import mock

from .case import TemporaryDirectoryCase
from .client import Client
from .machine import binary


def run(*command, cwd: Path, **environment: str) -> str:
    """What it says on its standard output; it must succeed."""
    result = subprocess.run(
        [str(word) for word in command], cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True
    )
    if result.returncode != 0:
        raise AssertionError(f"{command} failed:\n{result.stdout}\n{result.stderr}")
    return result.stdout


class InstallCase(TemporaryDirectoryCase):
    """`root` is where the files are, as if it were /."""

    def setUp(self) -> None:
        super().setUp()
        self.build = binary().parent
        self.root = self.directory / "root"

    def mode(self, path: str) -> int:
        return stat.S_IMODE((self.root / path.lstrip("/")).stat().st_mode)

    def assert_starts(self, program: Path) -> None:
        """A client is served by it."""
        with mock.patch.dict(os.environ, {"PATCHCORD_BINARY": str(program)}):
            daemon = self.launch()
            client = Client(daemon.address()).register("ana")
            client.close()
            self.assert_clean_end(daemon)

    def assert_config_is_right(self, program: Path, config: str) -> None:
        """`patchcord check` likes it, and it is for nobody else's eyes."""
        self.assertEqual(run(program, "check", "--config", self.root / config.lstrip("/"), cwd=self.directory), "ok\n")
        self.assertEqual(self.mode(config), 0o640)


class PackageCase(InstallCase):
    """Has `package`, the Debian package."""

    def setUp(self) -> None:
        super().setUp()
        run("cpack", "--config", self.build / "CPackConfig.cmake", "-B", self.directory / "made", cwd=self.directory)
        self.package = next((self.directory / "made").glob("patchcord_*.deb"))
