"""Attack case P08: rights that the gateway gives up before it does anything else."""

import os
import pwd
import signal
import socket
import subprocess
import unittest
from pathlib import Path

from harness.attacks import CleanLog
from harness.bridge import MsnAttackCase
from harness.case import TemporaryDirectoryCase
from harness.daemon import patchcord
from harness.machine import binary, reply_timeout, sanitizers

NOBODY = pwd.getpwnam("nobody")
NO_RIGHTS = 77
IRC_PORT = 667  # only root can open it


def threads(process: int) -> list[dict[str, list[str]]]:
    """What the system says of each thread."""
    all_of_them = []
    for status in Path(f"/proc/{process}/task").glob("*/status"):
        lines = [line.partition(":") for line in status.read_text().splitlines()]
        all_of_them.append({key: value.split() for key, _, value in lines})
    return all_of_them


@unittest.skipIf(os.geteuid() != 0, "only root has rights to give up")
class UserTest(CleanLog, MsnAttackCase):
    """Started as root, for somebody who is nobody."""

    config = {
        "gateway": {"user": "nobody"},
        "irc": {"listen": [f"127.0.0.1:{IRC_PORT}"]},
    }

    def prepare(self) -> dict:
        """The directory of the test is root's: what is in it must be within reach."""
        self.directory.chmod(0o711)
        return super().prepare()

    def test_P08_started_as_root(self) -> None:
        """No thread has anything of root's left; what it makes is the user's, and all of it works"""
        alice = self.user("alice", "#lobby")
        alice.send("OPER oper :not-the-password")  # which starts the threads that check passwords
        alice.expect("464")
        self.say_to_msn(alice)
        found = threads(self.daemon.process.pid)
        self.assertGreater(len(found), 2)
        for thread in found:
            self.assert_is_nobody(thread)
        data = Path(self.daemon.config["gateway"]["data_dir"])
        for path in (data, *data.rglob("*")):
            self.assertEqual((path.stat().st_uid, path.stat().st_gid), (NOBODY.pw_uid, NOBODY.pw_gid), path)
        self.assertEqual(self.daemon.address(), ("127.0.0.1", IRC_PORT))
        self.daemon.log.wait_for("patchcord ready")

    def say_to_msn(self, speaker) -> None:
        speaker.send("PRIVMSG #lobby :from somebody without rights")
        self.msn_canary.expect_text("from somebody without rights")

    def assert_is_nobody(self, thread: dict[str, list[str]]) -> None:
        self.assertEqual(thread["Uid"], [str(NOBODY.pw_uid)] * 4)
        self.assertEqual(thread["Gid"], [str(NOBODY.pw_gid)] * 4)
        self.assertLessEqual(set(thread["Groups"]), {str(NOBODY.pw_gid)})
        for which in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            self.assertEqual(int(thread[which][0], 16), 0, which)
        self.assertEqual(thread["NoNewPrivs"], ["1"])
        if not sanitizers():
            self.assertEqual(thread["Seccomp"], ["2"])

    def test_P08_reload_and_status(self) -> None:
        """What a running gateway is asked to do later works without the rights it had"""
        self.daemon.config_file.chmod(0o644)
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded")
        status = patchcord("status", "--config", self.daemon.config_file)
        self.assertEqual(status.returncode, 0, status.stderr)
        self.assertIn("people", status.stdout.lower())
        backup = patchcord("backup", self.directory / "backup.tar", "--config", self.daemon.config_file)
        self.assertEqual(backup.returncode, 0, backup.stderr)


class RefusalTest(TemporaryDirectoryCase):
    """What is not possible ends it, with a reason; it never goes on as somebody else."""

    def write_config(self, name: str) -> Path:
        file = self.directory / "gateway.toml"
        file.write_text(
            f'[gateway]\nuser = "{name}"\ndata_dir = "{self.directory}/data"\n'
            '[irc]\nlisten = ["127.0.0.1:0"]\n[msn]\nlisten = ["127.0.0.1:0"]\n'
            'switchboard_listen = ["127.0.0.1:0"]\n[http]\nlisten = ["127.0.0.1:0"]\n'
        )
        return file

    def run_for(self, name: str, **options):
        return patchcord("run", "--config", self.write_config(name), **options)

    def test_P08_user_that_is_not_there(self) -> None:
        """At the start, and when the configuration is checked"""
        result = self.run_for("nobody-of-this-name")
        self.assertEqual(result.returncode, NO_RIGHTS)
        self.assertIn("gateway.user: there is no user", result.stderr)
        checked = patchcord("check", "--config", self.directory / "gateway.toml")
        self.assertEqual(checked.returncode, 78)
        self.assertIn("gateway.user: there is no user", checked.stderr)

    def test_P08_root_is_no_such_user(self) -> None:
        result = self.run_for("root")
        self.assertEqual(result.returncode, NO_RIGHTS)
        self.assertIn("root is who the gateway must not be", result.stderr)

    @unittest.skipIf(os.geteuid() != 0, "only root can start it as somebody else")
    def test_P08_somebody_else_cannot_become_the_user(self) -> None:
        """Whoever starts it is neither root nor the user"""
        self.directory.chmod(0o777)
        daemon_user = pwd.getpwnam("daemon").pw_uid
        result = self.run_for("nobody", user=daemon_user)
        self.assertEqual(result.returncode, NO_RIGHTS)
        self.assertIn("only root can become another user", result.stderr)

    @unittest.skipIf("address" in sanitizers(), "who looks for leaks at the end may not look into such a process")
    @unittest.skipIf(os.geteuid() != 0, "only root can be left behind")
    def test_P08_user_with_a_way_back_to_root(self) -> None:
        """Who it acts as is the user, but its real user is root: it could be root again at any time"""
        file = self.write_config("nobody")
        self.directory.chmod(0o777)
        file.chmod(0o644)

        def be_root_in_disguise() -> None:
            os.setgroups([])
            os.setresgid(*[NOBODY.pw_gid] * 3)
            os.setresuid(0, NOBODY.pw_uid, NOBODY.pw_uid)

        result = subprocess.run(
            [binary(), "run", "--config", file],
            capture_output=True,
            text=True,
            timeout=reply_timeout(),
            preexec_fn=be_root_in_disguise,
        )
        self.assertEqual(result.returncode, NO_RIGHTS)
        self.assertIn("only root can become another user", result.stderr)

    @unittest.skipIf(os.geteuid() != 0, "only root can open such a port")
    def test_P08_port_that_is_taken(self) -> None:
        """It does not stay root to try again"""
        with socket.create_server(("127.0.0.1", IRC_PORT)):
            file = self.directory / "gateway.toml"
            file.write_text(
                f'[gateway]\nuser = "nobody"\ndata_dir = "{self.directory}/data"\n'
                f'[irc]\nlisten = ["127.0.0.1:{IRC_PORT}"]\n'
            )
            result = patchcord("run", "--config", file)
        self.assertEqual(result.returncode, NO_RIGHTS)
        self.assertIn(f"cannot listen at 127.0.0.1:{IRC_PORT}", result.stderr)


@unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
class AccountsByRootTest(TemporaryDirectoryCase):
    """Accounts that root makes before the gateway was ever started are the gateway's to read."""

    def setUp(self) -> None:
        super().setUp()
        self.directory.chmod(0o711)
        self.data = self.directory / "data"
        self.file = self.directory / "gateway.toml"

    def account(self, command: str, *arguments, password: bytes = b"", user: str = ""):
        lines = ["[gateway]", f'data_dir = "{self.data}"', *([f'user = "{user}"'] if user else [])]
        self.file.write_text("\n".join(lines))
        return patchcord("account", command, *arguments, "--config", self.file, stdin=password)

    def assert_all_belongs_to(self, owner: pwd.struct_passwd) -> None:
        files = [self.data, *self.data.rglob("*")]
        self.assertIn(self.data / "patchcord.db", files)
        self.assertIn(self.data / "secrets.key", files)
        for path in files:
            self.assertEqual((path.stat().st_uid, path.stat().st_gid), (owner.pw_uid, owner.pw_gid), path)

    def test_P08_accounts_for_the_user_that_is_configured(self) -> None:
        added = self.account("add", "ana", "--legacy-md5", password=b"correct-horse\n", user="nobody")
        self.assertEqual(added.returncode, 0, added.stderr)
        self.assert_all_belongs_to(NOBODY)

    def test_P08_accounts_for_the_owner_of_the_data(self) -> None:
        """As a package leaves it, whose service manager says who the gateway is"""
        owner = pwd.getpwnam("daemon")
        self.data.mkdir(mode=0o700)
        os.chown(self.data, owner.pw_uid, owner.pw_gid)
        added = self.account("add", "ana", "--legacy-md5", password=b"correct-horse\n")
        self.assertEqual(added.returncode, 0, added.stderr)
        self.assert_all_belongs_to(owner)
        self.assertTrue(self.account("list").stdout.startswith("ana "))

    def test_P08_accounts_for_nobody_there_is(self) -> None:
        """Nothing is made that only root could read"""
        for user, reason in (("nobody-of-this-name", "there is no user"), ("root", "root is who the gateway must not")):
            added = self.account("add", "ana", password=b"correct-horse\n", user=user)
            self.assertEqual(added.returncode, NO_RIGHTS)
            self.assertIn(reason, added.stderr)
        self.assertFalse(self.data.exists())

    def test_P08_accounts_of_roots_own_gateway(self) -> None:
        """Who runs it as root, though it warns of that, has data that are root's"""
        self.assertEqual(self.account("add", "ana", "--legacy-md5", password=b"correct-horse\n").returncode, 0)
        self.assert_all_belongs_to(pwd.getpwuid(0))


@unittest.skipIf(sanitizers(), "sanitizers make system calls of their own")
class FilterTest(MsnAttackCase):
    """The filter of system calls holds for whoever starts it."""

    def test_P08_filter_by_default(self) -> None:
        for thread in threads(self.daemon.process.pid):
            self.assertEqual((thread["Seccomp"], thread["NoNewPrivs"]), (["2"], ["1"]))


class FilterOffTest(MsnAttackCase):
    """It can be turned off, for a system on which the gateway needs other calls."""

    config = {"gateway": {"seccomp": False}}

    def test_P08_filter_that_is_turned_off(self) -> None:
        for thread in threads(self.daemon.process.pid):
            self.assertEqual((thread["Seccomp"], thread["NoNewPrivs"]), (["0"], ["1"]))


if __name__ == "__main__":
    unittest.main()
