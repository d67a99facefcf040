"""What the package does on a machine that systemd runs. For a container that is thrown away: see test_systemd.py."""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.certificates import client_context, make_certificate  # noqa: E402
from harness.client import Client  # noqa: E402
from harness.machine import eventually  # noqa: E402

EXCHANGE = Path("/exchange")
PACKAGE = EXCHANGE / "patchcord.deb"
SERVICE = "patchcord.service"
CONFIG = Path("/etc/patchcord/gateway.toml")
DATA = Path("/var/lib/patchcord")
DROP_IN = Path(f"/etc/systemd/system/{SERVICE}.d/test.conf")
MOST_EXPOSURE = 1.5  # of 10, as `systemd-analyze security` counts
WATCHDOG = 3  # seconds, instead of half a minute


def run(*command: str, code: int = 0) -> str:
    """What it says, on whichever output; it must end with this code."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != code:
        journal = subprocess.run(["journalctl", "-u", SERVICE, "-n", "30"], capture_output=True, text=True).stdout
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}\n{journal}")
    return done.stdout


def shown(name: str) -> str:
    """A property of the service."""
    return run("systemctl", "show", "--value", "-p", name, SERVICE).strip()


def install() -> None:
    """Installs the package, or installs it again; what it asks for is here already."""
    run("dpkg", "--install", str(PACKAGE))


def serve(port: int = 6667, **options) -> None:
    """A client is served."""
    Client(("127.0.0.1", port), **options).register("ana").close()


class InstalledCase(unittest.TestCase):
    """The package is installed for the class, and its service has `drop_in`; after each test it is as it was at first."""

    drop_in = ""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.addClassCleanup(run, "dpkg", "--purge", "patchcord")
        install()

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(CONFIG.write_text, CONFIG.read_text())
        self.addCleanup(run, "systemctl", "stop", SERVICE)
        self.addCleanup(DROP_IN.unlink, missing_ok=True)
        DROP_IN.parent.mkdir(parents=True, exist_ok=True)
        DROP_IN.write_text(f"[Unit]\nStartLimitIntervalSec=0\n[Service]\n{self.drop_in}")
        run("systemctl", "daemon-reload")

    def start(self) -> int:
        """The process of the service."""
        run("systemctl", "start", SERVICE)
        return int(shown("MainPID"))

    def configure(self, more: str) -> None:
        """Adds to the configuration that came with the package."""
        CONFIG.write_text(CONFIG.read_text() + more)

    @staticmethod
    def set_keys(table: str, **keys) -> None:
        """Gives keys of a table other values."""
        before, mark, after = CONFIG.read_text().partition(f"\n[{table}]\n")
        for key, value in keys.items():
            after, changed = re.subn(rf"(?m)^{key} = \S+", lambda _: f"{key} = {json.dumps(value)}", after, count=1)
            assert changed == 1, key
        CONFIG.write_text(before + mark + after)

    def assert_started_again(self, before: int, reason: str) -> None:
        """By systemd, which says why, and it serves."""

        def other() -> bool:
            return shown("ActiveState") == "active" and int(shown("MainPID")) not in (0, before)

        eventually(other, f"started again after {reason}", timeout=20)
        self.assertEqual(shown("NRestarts"), "1")
        self.assertIn(f"Failed with result '{reason}'", run("journalctl", "--unit", SERVICE, "--no-pager"))
        serve()


class ServiceTest(InstalledCase):
    """The service while it runs."""

    drop_in = f"WatchdogSec={WATCHDOG}\n"

    def test_starting_is_for_the_operator(self) -> None:
        """The package alone starts nothing"""
        self.assertEqual((shown("ActiveState"), shown("UnitFileState")), ("inactive", "disabled"))

    def test_runs_without_rights(self) -> None:
        """It says when it serves; its user, its capabilities, its filter, its files"""
        process = self.start()
        serve()
        self.assertEqual((shown("Type"), shown("StatusText")), ("notify", "Serving"))
        status = Path(f"/proc/{process}/status").read_text()
        user = run("id", "--user", "patchcord").strip()
        self.assertRegex(status, rf"(?m)^Uid:\t{user}\t{user}\t{user}\t{user}$")
        for kind in ("Prm", "Eff", "Bnd", "Amb"):
            self.assertRegex(status, rf"(?m)^Cap{kind}:\t0+$")
        self.assertRegex(status, r"(?m)^NoNewPrivs:\t1$")
        self.assertRegex(status, r"(?m)^Seccomp:\t2$")
        self.assertEqual({file.owner() for file in DATA.iterdir()}, {"patchcord"})
        self.assertEqual({file.stat().st_mode & 0o077 for file in DATA.iterdir()}, {0})

    def test_P11_exposure(self) -> None:
        """As systemd counts it on a running machine"""
        self.start()
        said = run("systemd-analyze", "security", "--no-pager", SERVICE)
        exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
        self.assertLessEqual(float(exposure[1]), MOST_EXPOSURE, said)

    def test_commands(self) -> None:
        """The commands that operations.md names, as root, against the service"""
        process = self.start()
        status = json.loads(run("patchcord", "status", "--json", "--config", str(CONFIG)))
        self.assertEqual(status["process"]["pid"], process)
        archive = EXCHANGE / "backup.tar"
        self.addCleanup(archive.unlink, missing_ok=True)
        run("patchcord", "backup", str(archive), "--config", str(CONFIG))
        self.assertIn("patchcord.db", run("tar", "--list", "--file", str(archive)).split())

    def test_reload(self) -> None:
        """A good configuration is taken, a bad one is refused with its line; the service goes on"""
        process = self.start()
        self.configure('[[room]]\nname = "#reloaded"\n')
        run("systemctl", "reload", SERVICE)
        self.configure("nonsense\n")
        run("systemctl", "reload", SERVICE, code=1)
        self.assertRegex(run("journalctl", "--unit", SERVICE, "--no-pager"), rf"{CONFIG}:\d+: ")
        self.assertEqual(int(shown("MainPID")), process)
        serve()

    def test_killed(self) -> None:
        """It is there again"""
        process = self.start()
        run("kill", "-KILL", str(process))
        self.assert_started_again(process, "signal")

    def test_N19_hangs(self) -> None:
        """The watchdog finds out"""
        process = self.start()
        run("kill", "-STOP", str(process))
        self.assert_started_again(process, "watchdog")

    def test_stop(self) -> None:
        """With a goodbye, and in peace"""
        self.start()
        client = Client(("127.0.0.1", 6667)).register("ana")
        self.addCleanup(client.close)
        run("systemctl", "stop", SERVICE)
        client.expect("ERROR")
        self.assertEqual((shown("Result"), shown("ExecMainStatus")), ("success", "0"))


class CredentialsTest(InstalledCase):
    """A key that only root may read."""

    drop_in = f"LoadCredential=tls.crt:{EXCHANGE}/irc.lab.test.crt\nLoadCredential=tls.key:{EXCHANGE}/irc.lab.test.key\n"

    def test_credentials(self) -> None:
        """TLS with it; the service's user cannot read the file itself"""
        made = make_certificate(EXCHANGE)
        self.set_keys(
            "irc.tls",
            listen=["127.0.0.1:6697"],
            certificate="$CREDENTIALS_DIRECTORY/tls.crt",
            private_key="$CREDENTIALS_DIRECTORY/tls.key",
        )
        self.start()
        serve(6697, tls=client_context())
        run("runuser", "-u", "patchcord", "--", "cat", str(made.private_key), code=1)


class SocketTest(InstalledCase):
    """Ports that the service's user could not open."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(run, "systemctl", "stop", "patchcord.socket")

    def test_low_ports(self) -> None:
        """The socket's unit opens them; they stay open while the service restarts"""
        self.set_keys("http", listen=["127.0.0.1:80"])
        Path("/etc/systemd/system/patchcord.socket.d").mkdir(parents=True, exist_ok=True)
        Path("/etc/systemd/system/patchcord.socket.d/test.conf").write_text(
            "[Socket]\nListenStream=\nListenStream=127.0.0.1:80\n"
        )
        run("systemctl", "daemon-reload")
        run("systemctl", "enable", "--now", "patchcord.socket")
        process = self.start()
        self.assertEqual(self.http_status(), 200)
        run("systemctl", "restart", SERVICE)
        self.assertEqual(self.http_status(), 200)
        self.assertNotEqual(int(shown("MainPID")), process)

    @staticmethod
    def http_status() -> int:
        """Of the page that says the gateway is well."""
        with urlopen("http://127.0.0.1:80/healthz", timeout=10) as answer:
            return answer.status


class UpgradeTest(InstalledCase):
    """The package is installed once more."""

    def test_upgrade(self) -> None:
        """A service that ran runs the new one; what the operator wrote, and the data, stay"""
        process = self.start()
        self.configure('[[room]]\nname = "#mine"\n')
        mine = CONFIG.read_text()
        key = (DATA / "cloak.key").read_bytes()
        install()
        self.assertEqual(shown("ActiveState"), "active")
        self.assertNotEqual(int(shown("MainPID")), process)
        self.assertEqual((CONFIG.read_text(), (DATA / "cloak.key").read_bytes()), (mine, key))
        serve()

    def test_upgrade_of_a_stopped_service(self) -> None:
        """It stays stopped"""
        install()
        self.assertEqual(shown("ActiveState"), "inactive")


class EndTest(unittest.TestCase):
    """What remains of it."""

    def test_remove_and_purge(self) -> None:
        """Removed, it is stopped, and all that people made is there; purged, nothing is"""
        install()
        run("systemctl", "enable", "--now", SERVICE)
        run("systemctl", "enable", "patchcord.socket")
        run("dpkg", "--remove", "patchcord")
        self.assertEqual(shown("ActiveState"), "inactive")
        self.assertEqual(list(Path("/etc/systemd/system").glob("*.wants/patchcord.*")), [])
        self.assertTrue((DATA / "patchcord.db").exists() and CONFIG.exists())
        run("dpkg", "--purge", "patchcord")
        self.assertFalse(DATA.exists() or CONFIG.parent.exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
