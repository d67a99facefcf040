"""What is installed: the files, the unit for systemd, the Debian package; and that what they hold starts."""

import re
import unittest

from harness.install_case import InstallCase, PackageCase, run

MOST_EXPOSURE = 1.5  # of 10, as `systemd-analyze security` counts


class InstallTest(InstallCase):
    """`cmake --install`."""

    def setUp(self) -> None:
        super().setUp()
        run("cmake", "--install", self.build, cwd=self.directory, DESTDIR=str(self.root))
        self.prefix = self.root / "usr"

    def test_files(self) -> None:
        """Programs, configuration, documents"""
        self.assert_config_is_right(self.prefix / "bin/patchcord", "/etc/patchcord/gateway.toml")
        for file in (
            "bin/patchcord-msn",
            "lib/systemd/system/patchcord.socket",
            "lib/sysusers.d/patchcord.conf",
            "lib/tmpfiles.d/patchcord.conf",
        ):
            self.assertTrue((self.prefix / file).is_file(), file)
        self.assertTrue((self.prefix / "share/doc/patchcord/SECURITY.md").is_file())

    def test_starts(self) -> None:
        """From where it was put"""
        self.assert_starts(self.prefix / "bin/patchcord")

    def test_P11_unit(self) -> None:
        """It is right, names what was installed, and exposes little"""
        unit = self.prefix / "lib/systemd/system/patchcord.service"
        text = unit.read_text()
        self.assertIn("ExecStart=/usr/bin/patchcord run --config /etc/patchcord/gateway.toml", text)
        for line in ("Type=notify", "WatchdogSec=30", "NoNewPrivileges=yes", "CapabilityBoundingSet="):
            self.assertIn(f"\n{line}\n", text)
        said = run("systemd-analyze", "security", "--offline=true", unit, cwd=self.directory)
        exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
        self.assertLessEqual(float(exposure[1]), MOST_EXPOSURE, said)


class PackageTest(PackageCase):
    """The Debian package."""

    def test_package(self) -> None:
        """It holds a gateway that starts, says what it needs, and keeps the configuration at upgrades"""
        fields = run("dpkg-deb", "--field", self.package, cwd=self.directory)
        for needed in ("libssl3", "libsodium23", "libsqlite3-0", "libsystemd0"):
            self.assertIn(needed, fields)
        run("dpkg-deb", "--raw-extract", self.package, self.root, cwd=self.directory)
        control = self.root / "DEBIAN"
        self.assertEqual((control / "conffiles").read_text(), "/etc/patchcord/gateway.toml\n")
        for script in ("postinst", "prerm", "postrm"):
            run("sh", "-n", control / script, cwd=self.directory)
        self.assert_config_is_right(self.root / "usr/bin/patchcord", "/etc/patchcord/gateway.toml")
        self.assert_starts(self.root / "usr/bin/patchcord")


if __name__ == "__main__":
    unittest.main()
