"""The control socket: `patchcord status`, `patchcord reload` and `patchcord backup`."""

import json
import os
import signal
import sqlite3
import stat
import tarfile
import threading
import unittest
from pathlib import Path

from harness.bridge import BridgeCase
from harness.case import DaemonCase, TemporaryDirectoryCase, configured
from harness.control import ControlConnection, as_user, ask, socket_path, status
from harness.daemon import Daemon, patchcord
from harness.machine import eventually
from harness.two_gateways import TwoGatewaysCase

NOBODY = 65534
GONE = 69  # exit codes, as in sysexits.h
BAD_CONFIG = 78
CANNOT_CREATE = 73


class StatusTest(BridgeCase):
    """What an operator sees of a gateway with people on both sides."""

    def run_status(self, *arguments):
        return patchcord("status", *arguments, "--config", self.daemon.config_file)

    def test_json_counts_people_on_both_sides(self) -> None:
        self.irc("ana", "#lobby")
        self.msn("bob")
        before = status(self.daemon)
        self.assertTrue(before["ok"])
        self.assertEqual(before["process"]["pid"], self.daemon.process.pid)
        people = before["people"]
        self.assertEqual(people["irc_registered"], 3)  # two canaries, ana
        self.assertEqual((people["msn_signed_in"], people["online"]), (1, 4))
        self.assertEqual(people["rooms"], 2)  # #canary and #lobby
        self.assertGreater(before["process"]["resident_bytes"], 1024 * 1024)
        self.assertGreater(before["process"]["open_files"], 5)
        self.assertTrue(all(storage["ok"] for storage in before["storage"]), before["storage"])
        self.irc("carol")
        self.assertEqual(status(self.daemon)["people"]["irc_registered"], 4)

    def test_table_is_for_people(self) -> None:
        self.msn("bob")
        result = self.run_status()
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = dict(line.split(None, 1) for line in result.stdout.splitlines())
        self.assertIn(f"pid {self.daemon.process.pid}", lines["patchcord"])
        self.assertTrue(lines["irc"].startswith("2 sessions of "), lines)
        self.assertTrue(lines["msn"].startswith("1 sessions of "), lines)
        self.assertEqual(lines["patchcord.db"], "ok")
        columns = {line.index(text) for line, text in zip(result.stdout.splitlines(), lines.values())}
        self.assertEqual(len(columns), 1, "the second column begins at one place")

    def test_no_secret_and_no_message_is_in_it(self) -> None:
        ana = self.irc("ana", "#lobby")
        ana.send("PRIVMSG #lobby :the moon is made of cheese")
        ana.barrier()
        said = self.run_status().stdout + self.run_status("--json").stdout
        for secret in ("cheese", "argon2", "$"):
            self.assertNotIn(secret, said)

    def test_a_broken_file_does_not_keep_anybody_from_asking(self) -> None:
        self.daemon.config_file.write_text("[irc\n", encoding="utf-8")
        result = self.run_status("--socket", socket_path(self.daemon))
        self.assertEqual((result.returncode, result.stderr), (0, ""))


class LinkStatusTest(TwoGatewaysCase):
    """How accounts on services of others are."""

    def test_link_with_state_and_last_error(self) -> None:
        self.linked("ana")
        link = status(self.daemon)["links"][0]
        self.assertEqual((link["owner"], link["service"], link["state"]), ("ana", "far", "signed in"))
        self.assertEqual(link["handle"], "ana@example.com")
        self.assertRegex(link["since"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(link["last_error"], "")
        self.far.signal(signal.SIGTERM)
        self.far.wait()
        eventually(lambda: status(self.daemon)["links"][0]["state"] == "waiting", "the link waits")
        self.assertNotEqual(status(self.daemon)["links"][0]["last_error"], "")
        row = "ana   far      ana@example.com  waiting"
        command = ("status", "--config", self.daemon.config_file)
        eventually(lambda: row in patchcord(*command).stdout, "the table says so, between two tries")
        self.far.start()


class ReloadTest(DaemonCase):
    """`patchcord reload` does what SIGHUP does, and says what came of it."""

    def reload(self, *arguments):
        return patchcord("reload", *arguments, "--socket", socket_path(self.daemon))

    def test_changed_keys_are_told_and_hold(self) -> None:
        self.daemon.rewrite({"irc": {"max_targets": 7, "network": "Elsewhere"}})
        result = self.reload()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"irc\.max_targets +\(default\) -> 7\n")
        self.assertIn("Elsewhere", result.stdout)
        self.assertIn("PRIVMSG:7", self.user("ana").isupport["TARGMAX"])
        self.assertEqual(self.reload().stdout, "read again; no key has changed\n")

    def test_keys_that_need_a_restart_are_named_each_time(self) -> None:
        self.daemon.rewrite({"gateway": {"name": "other.lab.test"}})
        for _ in range(2):
            self.assertIn("needs a restart: gateway.name\n", self.reload().stdout)

    def test_a_bad_file_changes_nothing_and_is_told_with_its_lines(self) -> None:
        self.daemon.rewrite({"irc": {"max_targets": 7, "sendq": "much"}})
        for arguments in ((), ("--json",)):
            result = self.reload(*arguments)
            self.assertEqual(result.returncode, BAD_CONFIG)
            self.assertRegex(result.stderr or result.stdout, r"gateway\.toml:\d+: irc\.sendq: must be a size")
        result = patchcord("reload", "--config", self.daemon.config_file)
        self.assertEqual(result.returncode, BAD_CONFIG)
        self.assertRegex(result.stderr, r"gateway\.toml:\d+: irc\.sendq: must be a size")
        self.daemon.rewrite({"irc": {"sendq": "64 KiB"}})
        self.assertIn("irc.max_targets", self.reload().stdout, "it had not changed before")

    def test_secrets_are_told_as_changed_only(self) -> None:
        operators = [{"name": "other", "password_hash": self.daemon.config["irc.operator"][0]["password_hash"]}]
        self.daemon.rewrite({"irc.operator": operators + self.daemon.config["irc.operator"]})
        said = self.reload().stdout
        self.assertIn("irc.operator[2].password_hash", said)
        self.assertNotIn("argon2", said)

    def test_sighup_goes_the_same_way(self) -> None:
        self.daemon.rewrite({"irc": {"max_targets": 7}})
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded")
        self.assertEqual(json.loads(self.reload("--json").stdout)["changes"], [])


class SocketTest(DaemonCase):
    """Who may ask, and what those do who should not."""

    def test_nobody_else_may_use_it(self) -> None:
        mode = socket_path(self.daemon).stat().st_mode
        self.assertTrue(stat.S_ISSOCK(mode))
        self.assertEqual(stat.S_IMODE(mode), 0o600)

    def test_garbage_gets_an_error_and_costs_nobody_anything(self) -> None:
        path = socket_path(self.daemon)
        for request in (b"\n", b"Status\n", b"status now\n", b"\x00\xff\x1b[2J\n", b"{}\n", b"GET / HTTP/1.0\r\n"):
            answer = ask(path, request)
            self.assertEqual((answer["ok"], answer["error"]), (False, "unknown_request"), request)
        self.assertEqual(ask(path, b"x" * 257 + b"\n")["error"], "too_long")
        self.assertEqual(ask(path, b"x" * 100_000)["error"], "too_long")
        self.assertTrue(ask(path, b"status\n")["ok"])
        self.assertTrue(self.daemon.is_running())

    def test_half_a_request_and_a_hangup(self) -> None:
        path = socket_path(self.daemon)
        for _ in range(50):
            connection = ControlConnection(path)
            connection.send(b"stat")
            connection.close()
        self.assertTrue(ask(path, b"status\n")["ok"])

    def flood(self) -> list[ControlConnection]:
        path = socket_path(self.daemon)
        connections = []
        for _ in range(64):
            connections.append(ControlConnection(path))
            self.addCleanup(connections[-1].close)
        return connections

    def test_a_flood_of_connections_leaves_chat_alone(self) -> None:
        connections = self.flood()
        self.assert_canaries_sing()
        for connection in connections:
            connection.close()
        eventually(lambda: ask_if_possible(self.daemon), "the socket answers again")

    @configured({"control": {"timeout": "200ms"}})
    def test_silent_connections_are_closed_in_time(self) -> None:
        for connection in self.flood():
            self.assertEqual(connection.read_to_end(), b"")

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_other_users_are_refused(self) -> None:
        path = socket_path(self.daemon)
        self.assertIn("PermissionError", as_user(NOBODY, lambda: ask(path, b"status\n")))

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_other_users_are_refused_whatever_the_mode_is(self) -> None:
        path = socket_path(self.daemon)
        for directory in (self.directory, path.parent):
            directory.chmod(0o755)
        path.chmod(0o666)
        answer = as_user(NOBODY, lambda: ask(path, b"reload\n")["error"])
        self.assertEqual(answer, "not_allowed")


def ask_if_possible(daemon: Daemon) -> bool:
    """Whether the daemon answers now; it may be busy with others."""
    try:
        return ask(socket_path(daemon), b"status\n")["ok"]
    except (OSError, AssertionError):
        return False


class SocketLifeTest(TemporaryDirectoryCase):
    """The socket of a gateway that runs, that has ended, and that has died."""

    def test_gone_with_the_gateway(self) -> None:
        daemon = self.launch()
        self.assert_clean_end(daemon)
        self.assertFalse(socket_path(daemon).exists())
        result = patchcord("status", "--config", daemon.config_file)
        self.assertEqual(result.returncode, GONE)
        self.assertEqual(result.stderr, f"no gateway listens on {socket_path(daemon)}\n")

    def test_a_stale_one_is_replaced(self) -> None:
        daemon = self.launch()
        daemon.kill()
        self.assertTrue(socket_path(daemon).exists())
        daemon.start()
        self.assertTrue(status(daemon)["ok"])
        self.assert_clean_end(daemon)

    def test_a_live_one_is_an_error_with_its_name(self) -> None:
        first = self.launch()
        directory = self.directory / "second"
        directory.mkdir()
        second = Daemon(directory, {"control": {"socket": str(socket_path(first))}})
        result = patchcord("run", "--config", second.config_file, cwd=directory)
        self.assertEqual(result.returncode, GONE)
        self.assertIn(f"another gateway listens on {socket_path(first)}", result.stderr)
        self.assertTrue(status(first)["ok"])
        self.assert_clean_end(first)

    def test_none_is_made_when_none_is_wanted(self) -> None:
        daemon = self.launch({"control": {"socket": ""}})
        self.assertFalse(socket_path(daemon).exists())
        self.assertEqual(patchcord("status", "--config", daemon.config_file).returncode, GONE)
        self.assert_clean_end(daemon)

    def test_systemd_says_where_it_is(self) -> None:
        runtime = self.directory / "run"
        runtime.mkdir()
        daemon = self.launch(environment={"RUNTIME_DIRECTORY": str(runtime)})
        self.assertTrue(ask(runtime / "control.sock", b"status\n")["ok"])
        self.assertFalse(socket_path(daemon).exists())
        self.assert_clean_end(daemon)


class BackupTest(DaemonCase):
    """`patchcord backup`, beside a running gateway and without one."""

    def backup(self, file: Path):
        return patchcord("backup", file, "--config", self.daemon.config_file)

    def unpack(self, file: Path) -> Path:
        restored = self.directory / "restored"
        with tarfile.open(file) as archive:
            for member in archive.getmembers():
                self.assertTrue(member.isfile())
                self.assertEqual(member.mode, 0o600)
            archive.extractall(restored)
        return restored

    def assert_whole(self, database: Path) -> None:
        connection = sqlite3.connect(database)
        self.addCleanup(connection.close)
        self.assertEqual(connection.execute("PRAGMA integrity_check").fetchone(), ("ok",))

    def test_under_load_it_is_whole_and_can_be_started_from(self) -> None:
        speaker, over = self.user("ana", "#lobby"), threading.Event()

        def talk() -> None:
            number = 0
            while not over.is_set():
                number += 1
                speaker.send(f"PRIVMSG #lobby :line {number}")
                speaker.barrier()

        load = threading.Thread(target=talk)
        load.start()
        try:
            result = self.backup(self.directory / "backup.tar")
        finally:
            over.set()
            load.join()
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("patchcord.db history.db", result.stdout)
        self.assertEqual(stat.S_IMODE((self.directory / "backup.tar").stat().st_mode), 0o600)
        restored = self.unpack(self.directory / "backup.tar")
        for name in ("patchcord.db", "history.db"):
            self.assert_whole(restored / name)
        self.assert_starts_from(restored)

    def assert_starts_from(self, data: Path) -> None:
        directory = self.directory / "second"
        directory.mkdir()
        second = Daemon(directory, {"gateway": {"data_dir": str(data)}})
        self.addCleanup(second.kill)
        second.start()
        self.assertTrue(all(storage["ok"] for storage in status(second)["storage"]))
        self.assert_clean_end(second)

    def test_what_is_there_is_not_overwritten(self) -> None:
        file = self.directory / "precious"
        file.write_text("precious")
        result = self.backup(file)
        self.assertEqual(result.returncode, CANNOT_CREATE)
        self.assertEqual(result.stderr, f"{file} is there already\n")
        self.assertEqual(file.read_text(), "precious")

    def test_a_failure_leaves_no_half_file(self) -> None:
        ours = self.directory / "elsewhere"
        ours.mkdir()
        (ours / "patchcord.db").write_bytes(b"no database" * 100)
        other = self.directory / "other.toml"
        other.write_text(f'[gateway]\ndata_dir = "{ours}"\n', encoding="utf-8")
        result = patchcord("backup", ours / "backup.tar", "--config", other)
        self.assertEqual(result.returncode, 74)
        self.assertIn("is not a database", result.stderr)
        self.assertEqual(os.listdir(ours), ["patchcord.db"])
