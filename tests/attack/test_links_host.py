"""Attack cases of group N for accounts that are linked to a service: what the machine does to the gateway."""

import contextlib
import re
import resource
import signal
import sqlite3
import time
import unittest
from pathlib import Path

from harness.client import of_command
from harness.config import to_toml
from harness.daemon import patchcord
from harness.far_faults import FarFaultCase, FarLedger
from harness.faketime import faketime
from harness.links import PASSWORD, SERVICE, handle_of
from harness.machine import eventually, pass_time, patience, sanitizers

CANNOT = "cannot be reached"
SIGNED_IN = "far: ana@example.com, signed in"
LOBBY = {"room": "lobby", "handle": handle_of("lobby")}


class KilledTest(FarFaultCase):
    """N01: kill -9 while people talk."""

    ROUNDS = 5
    links = ("ana", LOBBY)
    has_canaries = False

    def restart(self) -> None:
        self.daemon.kill()
        for client in self._clients:
            client.close()
        started = time.monotonic()
        self.daemon.start()
        self.assertLess(time.monotonic() - started, 3.0 * patience())

    def arrived(self) -> list[int]:
        return [int(text.split()[1]) for text in self.service.messages if text.startswith("message")]

    def test_N01_under_traffic(self) -> None:
        """Signs in again, the room by itself; nothing arrives twice or out of order; what had arrived was before"""
        written = 0
        for number in range(self.ROUNDS):
            self.daemon.log.wait_for("Signed in to far (lobby@example.com)")
            ana = self.ana()
            peer = self.query(ana)
            for count in range(20):
                written += 1
                ana.send(f"PRIVMSG Bob :message {written}")
                peer.tell_message(f"answer {count}")
                pass_time(0.005 * number)
            self.restart()
        self._files_before += 1  # the room's link
        self.assert_serves(self.ana())
        arrived = self.arrived()
        self.assertEqual(arrived, sorted(set(arrived)), "twice, or out of order")
        self.assertGreater(len(arrived), self.ROUNDS)

    def test_N01_messages_that_were_kept(self) -> None:
        """Whatever was said to be kept is delivered, once, whenever the process was killed"""
        self.service.contacts.clear()  # bob is away
        self.service.answers["SYN"] = "SYN {0} 1 1 1 0\r\nLST N=bob@example.com F=Bob C=0-0 3 1\r\n"
        kept: list[str] = []
        ana = self.linked("ana", caps=("standard-replies",))
        self.service.ns[-1].say("NLN NLN bob@example.com Bob 0\r\n")
        self.sees(ana, "Bob")
        for number in range(1, self.ROUNDS + 1):
            self.service.ns[-1].say("FLN bob@example.com\r\n")
            eventually(lambda client=ana: "Bob" not in self.names(client, "&contacts"), "bob is away", every=0.05)
            ana.send(f"PRIVMSG Bob :message {number}")
            self.assertEqual(ana.expect_any(("401", "FAIL", "NOTE")).command, "NOTE")
            kept.append(f"message {number}")
            self.restart()
            ana = self.linked("ana", caps=("standard-replies",))
        known = len(self.service.messages)
        self.service.ns[-1].say("NLN NLN bob@example.com Bob 0\r\n")
        eventually(lambda: len(self.service.messages) - known >= len(kept), "all are delivered")
        eventually(lambda: self.waiting_on_disk() == 0, "the disk knows of it")  # a kill before that brings them again
        self.restart()
        ana = self.linked("ana", caps=("standard-replies",))
        self.service.ns[-1].say("NLN NLN bob@example.com Bob 0\r\n")
        self.sees(ana, "Bob")
        self._files_before += 1
        self.assert_serves(ana)
        texts = [re.sub(r"^\[.* UTC\] ", "", text) for text in self.service.messages]
        self.assertEqual([text for text in texts if text.startswith("message")], kept)

    def waiting_on_disk(self) -> int:
        """How many messages wait for somebody, as a start would find them."""
        file = Path(self.daemon.config["gateway"]["data_dir"]) / "patchcord.db"
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            return database.execute("SELECT count(*) FROM offline_message").fetchone()[0]

    def test_N01_kept_message_that_is_being_delivered(self) -> None:
        """It was said to be kept, bob comes, and the process is killed before the service has it: it is still kept"""
        usual = self.service.answers["SB CAL"]
        ana = self.ana()
        self.service.ns[-1].say("FLN bob@example.com\r\n")
        eventually(lambda: "Bob" not in self.names(ana, "&contacts"), "bob is away", every=0.05)
        ana.send("PRIVMSG Bob :message 1")
        self.assertEqual(ana.expect_any(("401", "FAIL", "NOTE")).command, "NOTE")
        self.service.answers["SB CAL"] = ""  # nobody comes
        self.service.ns[-1].say("NLN NLN bob@example.com Bob 0\r\n")
        self.service.wait_for_switchboard(1)
        self.restart()
        self.service.answers["SB CAL"] = usual
        self._files_before += 1
        self.ana()
        eventually(lambda: any("message 1" in text for text in self.service.messages), "it is delivered")

    def test_N01_account_that_was_linked_by_command(self) -> None:
        """`link` was answered: it is there after kill -9, with its password; `unlink` was answered: it is not"""
        carl = self.linked("carl", signed_in=False)
        self.assertIn("You are signed in to far", self.tell(carl, f"link far carl@example.com {PASSWORD}"))
        self.restart()
        carl = self.linked("carl")
        self.assertIn("is forgotten", self.tell(carl, "unlink far"))
        self.restart()
        carl = self.linked("carl", signed_in=False)
        self.assertNotIn("carl@example.com", self.tell(carl, "links"))
        self._files_before += 1


    def test_K10_account_that_is_removed_is_signed_out_of_services(self) -> None:
        """Once the configuration is read again; the accounts of others stay signed in"""
        carl = self.linked("carl", signed_in=False)
        self.assertIn("You are signed in to far", self.tell(carl, f"link far carl@example.com {PASSWORD}"))
        ana = self.ana()
        result = patchcord("account", "remove", "carl", "--config", self.daemon.config_file)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.daemon.signal(signal.SIGHUP)
        carl.expect("ERROR", where=lambda line: "Account removed" in line.text)
        far = next(peer for peer in self.service.ns if any("carl@" in line for line in peer.lines))
        eventually(lambda: far.lines[-1] == "OUT", "the service is told")
        self.assert_serves(ana)


class StoppedTest(FarFaultCase):
    """N03: SIGTERM."""

    service_keys = {"request_timeout": "30s"}

    def stop(self, client) -> list[str]:
        """Stops the daemon; all that she was told until it was gone."""
        started = time.monotonic()
        self.daemon.signal(signal.SIGTERM)
        told = [line.text for line in client.read_to_end()]
        self.assertEqual(self.daemon.wait(10 * patience()), 0)
        self.assertLess(time.monotonic() - started, 10.0 * patience())
        return told

    def tearDown(self) -> None:  # nobody is left to look after
        pass

    def test_N03_goodbye(self) -> None:
        """The service is told on every connection"""
        ana = self.ana()
        peer = self.query(ana)
        self.stop(ana)
        for connection in (peer, self.service.ns[-1]):
            eventually(lambda one=connection: one.lines[-1] == "OUT", f"OUT comes, not {connection.lines[-1]}")

    def test_N03_message_that_waits(self) -> None:
        """The service is away: she is told of each that waits, before the end"""
        ana = self.ana()
        self.service.accepts = False
        self.service.ns[-1].cut()
        self.expect_told(ana, CANNOT)
        ana.send("PRIVMSG Bob :message 1", "PRIVMSG Bob :message 2")
        ana.barrier()
        told = "\n".join(self.stop(ana))
        for number in (1, 2):
            self.assertEqual(told.count(f"message {number}"), 1, told)

    def test_N03_message_on_its_way(self) -> None:
        """It was not acknowledged yet: she is told that it may not have arrived"""
        ana = self.ana()
        self.query(ana)
        self.service.answers["SB MSG"] = ""
        ana.send("PRIVMSG Bob :message 1")
        eventually(lambda: "message 1" in self.service.lost, "it is on its way")
        told = [text for text in self.stop(ana) if "message 1" in text]
        self.assertEqual(len(told), 1, told)
        self.assertIn("may not have arrived", told[0])


@unittest.skipIf("vptr" in sanitizers(), "the vptr check needs a descriptor to look at memory")
class DescriptorTest(FarFaultCase):
    """N06: no descriptor is left."""

    links = ({"account": "ana", "handle": handle_of("ana"), "password_file": "env:FAR_PASSWORD"},)
    environment = {"FAR_PASSWORD": PASSWORD}

    def exhaust(self, none_left: bool = True) -> None:
        """No new descriptor can be had; those that are there work. Or: there is room again."""
        _, most = resource.prlimit(self.daemon.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.daemon.process.pid, resource.RLIMIT_NOFILE, (3 if none_left else most, most))

    def assert_rests(self) -> None:
        cpu, mark = self.daemon.cpu_seconds(), self.daemon.log.mark()
        pass_time(2.0)
        self.assertLess(self.daemon.cpu_seconds() - cpu, 0.4 * patience(), "it spins")
        self.assertLess(self.daemon.log.text_since(mark).count("\n"), 60, "it fills its log")

    def test_N06_notification_server(self) -> None:
        """The link is lost and cannot be made: told once, no spin; with room it is back, and what waited is sent"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        self.exhaust()
        self.service.ns[-1].cut()
        self.expect_told(ana, CANNOT)
        self.expect_links(ana, "open files")
        ledger.write(2)
        self.assert_rests()
        self.assertLess(self.worst_canary_delay(), 0.25 * patience())
        self.assertEqual(sum(CANNOT in text for text in self.notices(ana)), 1)
        self.exhaust(False)
        self.expect_told(ana, "is back")
        ledger.check()
        self.assertEqual(ledger.reported(), [])

    def test_N06_switchboard(self) -> None:
        """There is no room for a switchboard: told; later there is"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        self.exhaust()
        ledger.write(2)
        ledger.check()
        self.assertEqual(ledger.delivered(), [])
        self.assert_rests()
        self.exhaust(False)
        self.assert_serves(ana)


@unittest.skipIf("vptr" in sanitizers(), "the vptr check needs a descriptor to look at memory")
class PasswordFileTest(DescriptorTest):
    """N06, the password being in a file, which cannot be opened for a while."""

    links = ("ana",)
    environment = {}


@unittest.skipIf(sanitizers(), "a sanitizer wants to be the first library that is loaded")
class ClockTest(FarFaultCase):
    """N08: somebody sets the clock of the machine; the monotonic one goes on."""

    JUMPS = ("+1h", "-1h", "+3650d", "+0", "-3650d", "+0")

    def prepare(self) -> dict:
        self.clock, self.environment = faketime(self.directory)
        return super().prepare()

    def year(self, client) -> int:
        """By the daemon's clock."""
        [line] = of_command(client.ask("TIME"), "391")
        return int(re.search(r"\b(20\d\d)\b", line.text)[1])

    def test_N08_signed_in(self) -> None:
        """Nobody is asked to sign in anew; what is said arrives, each way, in order"""
        ana = self.ana()
        this_year = self.year(ana)
        first = self.query(ana)
        ledger = FarLedger(self, ana)
        years = set()
        for jump in self.JUMPS:
            self.clock.write_text(jump)
            ledger.write(2)
            first.tell_message(f"after {jump}")
            ana.expect("PRIVMSG", "ana", f"after {jump}")
            years.add(self.year(ana) - this_year)
            pass_time(1.2)  # longer than ping_interval
        self.assertEqual(years, {-10, 0, 10}, "the clock did not jump")
        ledger.check()
        self.assertEqual(ledger.reported(), [])
        self.assertEqual((len(self.service.ns), len(self.service.sb)), (1, 1))

    def test_N08_while_messages_wait(self) -> None:
        """They wait as long as they would have"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        self.service.accepts = False
        self.service.ns[-1].cut()
        self.expect_told(ana, CANNOT)
        ledger.write(2)
        for jump in self.JUMPS:
            self.clock.write_text(jump)
            tries = len(self.service.ns)
            eventually(lambda tries=tries: len(self.service.ns) > tries, "it is tried again")
        self.assertEqual(ledger.reported(), [])
        tries = len(self.service.ns)
        pass_time(2.0)
        self.assertIn(len(self.service.ns) - tries, range(2, 25), "tried by the clock on the wall")
        self.service.accepts = True
        self.expect_told(ana, "is back")
        ledger.check()
        self.assertEqual(ledger.reported(), [])


class PauseTest(FarFaultCase):
    """N09: the process stands still for longer than any answer may take."""

    links = ("ana", "carl", LOBBY)
    slow_canaries = "the process stands still"

    def test_N09_stopped_and_continued(self) -> None:
        """What the service answered meanwhile counts: no link is made anew, no message is in doubt"""
        ana, carl = self.ana(), self.linked("carl")
        peer = self.query(ana)
        connections = len(self.service.ns)
        ledger = FarLedger(self, ana)
        for number in range(3):
            ledger.write(5)
            ana.barrier()
            pass_time(0.3 * number)
            self.daemon.signal(signal.SIGSTOP)
            peer.tell_message(f"while you slept {number}")
            pass_time(4.0)
            self.daemon.signal(signal.SIGCONT)
            ana.expect("PRIVMSG", "ana", f"while you slept {number}")
            self.expect_links(carl, "far: carl@example.com, signed in")
        ledger.check()
        self.assertEqual(ledger.reported(), [])
        self.assertEqual(len(self.service.ns), connections)
        self.assertEqual([text for text in self.notices(ana) if CANNOT in text], [])
        self._files_before += 1  # the room's link


class ReloadTest(FarFaultCase):
    """N10: SIGHUP with errors in what is said of services and links."""

    expected_error = b"configuration not reloaded"

    def refused(self, config: str) -> str:
        """What the log says of a file that is not taken."""
        self.daemon.rewrite(config)
        mark = self.daemon.log.mark()
        self.daemon.signal(signal.SIGHUP)
        return self.daemon.log.wait_for(f"{self.daemon.config_file.name}:", mark)

    def test_N10_reload_with_errors(self) -> None:
        """Each is named by its line, and nothing changes: links stay, talk goes on; the next good file is taken"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        good = to_toml(self.daemon.config)
        password = self.directory / "open-password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        link = f'[[link]]\naccount = "dora"\nservice = "{SERVICE}"\nhandle = "dora@example.com"\n'
        readable = f'password_file = "{self.directory}/far-password"\n'
        for what, bad in {
            "unknown key of a service": good.replace("ping_interval = ", 'pnig_interval = "1s"\nping_interval = '),
            "wrong type": good.replace("connect_rate = 1000.0", 'connect_rate = "fast"'),
            "out of range": good.replace("connect_rate = 1000.0", "connect_rate = -1"),
            "no server": re.sub(r'(?m)^server = ".*"$', 'server = "::::"', good),
            "password in the clear": re.sub(r'(?m)^login_url = ".*"$', 'login_url = "http://login.example.org/"', good),
            "two of one name": good + f'[[msn_service]]\nname = "{SERVICE}"\nserver = "x"\nauth = "md5"\n',
            "waits": good.replace('reconnect_max = "400ms"', 'reconnect_max = "1ms"'),
            "no such service": good.replace(f'service = "{SERVICE}"', 'service = "fra"'),
            "no password": good + link,
            "no password file": good + link + 'password_file = "/nowhere/at/all"\n',
            "password file for everybody": good + link + f'password_file = "{password}"\n',
            "handle twice": good + link.replace("dora@", "ana@") + readable,
            "account twice": good + link.replace('"dora"', '"ana"') + readable,
            "no handle": good + link.replace("dora@example.com", "dora") + readable,
            "unknown key of a link": good + link + readable + "speaker = []\n",
            "syntax": good + "[[link]\n",
        }.items():
            with self.subTest(what):
                self.assertNotEqual(bad, good)
                line = self.refused(bad)
                self.assertRegex(line, r"gateway\.toml:\d+")
                self.expect_links(ana, SIGNED_IN)
                ledger.write()
        ledger.check()
        self.assertEqual(ledger.reported(), [])
        self.assertEqual((len(self.service.ns), len(self.service.sb)), (1, 1))
        mark = self.daemon.log.mark()
        self.daemon.rewrite(good + link + readable)
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded", mark)
        self.linked("dora")
        self.assertEqual(len(self.service.ns), 2)


if __name__ == "__main__":
    unittest.main()
