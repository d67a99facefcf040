"""Attack cases of group P: what stands in logs, and what a configuration may do."""

import json
import os
import re
import stat
import time
import tomllib
import unicodedata
import unittest
from pathlib import Path

from harness.case import DaemonCase, TemporaryDirectoryCase
from harness.certificates import make_certificate
from harness.client import Client, of_command
from harness.config import merged, to_toml
from harness.daemon import OPERATOR_NAME, OPERATOR_PASSWORD, lab_config, password_hash, patchcord
from harness.machine import patience

ESCAPES = "\x1b]0;pwn\x07\x1b[2J\x1b[31m\x9b31m\u202e\x7f"
FORGERY = "a\x0b\x85\u2028 2026-01-01 INFO admin login ok"
INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}  # Unicode categories: controls, formats, line and paragraph separators


class LogTest(DaemonCase):
    """P01, P02: text from peers in the log."""

    config = {"log": {"level": "trace"}}
    WRITTEN_OUT = b"\\x1b"

    def speak(self, text: str) -> None:
        """Puts the text wherever a client can put some."""
        mal = self.visitor().register("mal", realname=text)
        commands = ("NICK {}", "JOIN #{}", "PRIVMSG #{0} :{0}", "OPER {0} {0}", "{} x", "KILL {0} {0}", "AWAY :{}")
        commands += ("SETNAME :{}", "CAP REQ :{}", "MODE #{0} +b {0}", "@+x={} TAGMSG mal")
        mal.ask(*[command.format(text) for command in commands])
        mal.ask(b"\xff\xfe" + text.encode("utf-8"))
        mal.send(f"QUIT :{text}")
        mal.read_to_end()
        for lines in ([f"USER {text} 0 * :{text}"], [f"PASS {text}", f"NICK {text}"], [text]):
            stranger = self.visitor()
            stranger.send(*lines)
            stranger.send("QUIT")
            stranger.read_to_end()

    def end(self) -> bytes:
        """The whole log of a daemon that has stopped."""
        self.assert_canaries_sing()
        self.assertEqual(self.daemon.stop(), 0)
        return self.daemon.log.raw()

    def tearDown(self) -> None:
        """The tests of this class have stopped the daemon themselves."""

    def assert_printable(self, log: bytes) -> None:
        for line in log.decode("utf-8").splitlines():
            strange = [letter for letter in line if unicodedata.category(letter) in INVISIBLE]
            self.assertEqual(strange, [], line)
        self.assertNotIn(b"\r", log)
        for separator in ("\x85", "\u2028", "\x0b", "\x0c"):  # splitlines would have hidden these
            self.assertNotIn(separator.encode(), log)

    def test_P01_terminal_escapes(self) -> None:
        """The log holds no control characters but its line ends; where a peer's text is logged they are written out."""
        self.speak(ESCAPES)
        log = self.end()
        self.assert_printable(log)
        if b"pwn" in log:
            self.assertIn(self.WRITTEN_OUT, log)

    def test_P02_forged_log_lines(self) -> None:
        """Separators in a peer's text do not begin a line of the log."""
        self.speak(FORGERY)
        log = self.end()
        self.assert_printable(log)
        for line in log.split(b"\n"):
            self.assertFalse(line.lstrip().startswith(b"2026-01-01 INFO admin"), line)


class JsonLogTest(LogTest):
    """The same in JSON."""

    config = {"log": {"level": "trace", "format": "json"}}
    WRITTEN_OUT = b"\\u001b"

    def end(self) -> bytes:
        """As before, and every line but the readiness line is one JSON object."""
        log = super().end()
        for line in log.decode("utf-8").split("\n"):
            if line and not line.startswith("patchcord ready "):
                self.assertIsInstance(json.loads(line), dict, line)
        return log


class SecretsTest(DaemonCase):
    """P03: passwords and message texts."""

    has_canaries = False
    SECRETS = ("server-canary-7f3a", "oper-canary-91bc", "wrong-canary-55d0", "text-canary-ab12", "key-canary-00ff")

    def prepare(self) -> dict:
        server, operator = map(password_hash, self.SECRETS[:2])
        return {
            "log": {"level": "trace"},
            "irc": {"password_hash": server},
            "irc.operator": [{"name": "root-oper", "password_hash": operator}],
        }

    def test_P03_secrets_are_never_shown(self) -> None:
        """Passwords, right or wrong, hashes, keys of rooms and message texts are in no log and no process list."""
        server, operator, wrong, text, key = self.SECRETS
        refused = self.visitor()
        refused.send(f"PASS {wrong}", "NICK a", "USER a 0 * :a")
        refused.read_to_end()
        user = self.visitor().register("user", password=server)
        for words in (f"root-oper {wrong}", wrong, f"root-oper {operator} extra", f" root-oper   :{operator}"):
            user.send(f"OPER {words}")
            user.expect_any(("381", "461", "464", "491"))
        user.ask(f"PRIVMSG user :{text}", f"NOTICE user :{text}", f"JOIN #room {key}", f"MODE #room +k {key}")
        user.ask(f"PASS {server}", f":x PASS {wrong}", f"@a=b PASS {wrong}", f"PASSS {wrong}", f"pass :{wrong}")
        user.ask(f"AUTHENTICATE {wrong}", f"PRIVMSG NickServ :IDENTIFY {wrong}", f"NICKSERV IDENTIFY {wrong}")
        process = Path(f"/proc/{self.daemon.process.pid}")
        seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        user.close()
        self.assertEqual(self.daemon.stop(), 0)
        seen += self.daemon.log.raw()
        for secret in (*self.SECRETS, password_hash(server), password_hash(operator)):
            self.assertNotIn(secret.encode(), seen)

    def tearDown(self) -> None:
        """The test has stopped the daemon itself."""

    def test_P03_errors_in_the_configuration_hide_secrets(self) -> None:
        """`check` names a wrong hash by its line, and does not repeat it."""
        file = self.directory / "wrong.toml"
        file.write_text('[irc]\npassword_hash = "plain-canary-1234"\n')
        result = patchcord("check", "--config", file)
        self.assertEqual(result.returncode, 78)
        self.assertIn("wrong.toml:2", result.stdout + result.stderr)
        self.assertNotIn("plain-canary-1234", result.stdout + result.stderr)


class ConfigFileCase(TemporaryDirectoryCase):
    """Runs `check` and `run` on configurations that may be wrong."""

    def check(self, text: str, command: str = "check"):
        file = self.directory / "gateway.toml"
        file.write_text(text)
        file.chmod(0o600)
        started = time.monotonic()
        result = patchcord(command, "--config", file, cwd=self.directory)
        self.seconds = time.monotonic() - started
        return result.returncode, result.stdout + result.stderr

    def lab(self, config: dict) -> str:
        return to_toml(merged(lab_config(self.directory), config))


class KeyPermissionTest(ConfigFileCase):
    """P04: files that others can read."""

    def test_P04_private_key_readable_by_others(self) -> None:
        """A private key that others may read or write is refused with its path and mode; 0600 is taken."""
        made = make_certificate(self.directory)
        text = self.lab({"irc.tls": made.config()})
        for mode in (0o644, 0o666, 0o604, 0o606):
            with self.subTest(oct(mode)):
                made.private_key.chmod(mode)
                for command in ("check", "run"):
                    code, output = self.check(text, command)
                    self.assertEqual(code, 78)
                    self.assertIn(str(made.private_key), output)
                    self.assertIn(f"{mode:o}", output)
        made.private_key.chmod(0o600)
        self.assertEqual(self.check(text)[0], 0)

    def test_P04_password_readable_by_others(self) -> None:
        """So is the password of a linked account, without a word of it; and a file of authorities must hold some."""
        password = self.directory / "password"
        password.write_text("hunter2\n")
        service = {"name": "lab", "server": "127.0.0.1:1", "login_url": "https://lab.test/"}
        link = {"account": "ana", "service": "lab", "handle": "ana@lab.test", "password_file": "password"}
        text = self.lab({"msn_service": [service], "link": [link]})
        for mode in (0o644, 0o660, 0o604):
            with self.subTest(oct(mode)):
                password.chmod(mode)
                for command in ("check", "run"):
                    code, output = self.check(text, command)
                    self.assertEqual(code, 78)
                    self.assertIn(f"link.password_file: {password} has mode {mode:o}", output)
                    self.assertNotIn("hunter2", output)
        password.chmod(0o600)
        self.assertEqual(self.check(text)[0], 0)
        code, output = self.check(self.lab({"msn_service": [{**service, "ca_file": str(password)}]}))
        self.assertEqual(code, 78)
        self.assertIn(f"msn_service.ca_file: {password}: ", output)

    def test_P04_data_dir_is_private(self) -> None:
        """data_dir is made with mode 0700, whatever the umask, and what is in it is not for others."""
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        daemon = self.launch()
        self.assert_clean_end(daemon)
        data = self.directory / "data"
        self.assertEqual(stat.S_IMODE(data.stat().st_mode), 0o700)
        for path in data.rglob("*"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)


class ConfigEdgeTest(ConfigFileCase):
    """P05: configurations that are nearly right."""

    WRONG = {  # text, the line the error is on
        "misspelt key": ("[irc]\nflod_rate = 1.0\n", 2),
        "duplicate key": ('[irc]\nmotd = "a"\nmotd = "b"\n', 3),
        "duplicate section": ('[irc]\nmotd = "a"\n[irc]\nmotd = "b"\n', 3),
        "unknown section": ("[irq]\nmotd = 1\n", 1),
        "integer overflow": ("[irc]\nmax_clients = 99999999999999999999\n", 2),
        "integer that is too large": ("[irc]\nmax_clients = 9223372036854775807\n", 2),
        "negative limit": ("[irc]\nmax_clients = -1\n", 2),
        "negative rate": ("[irc]\nflood_rate = -2.0\n", 2),
        "rate that is no number": ("[irc]\nflood_rate = nan\n", 2),
        "infinite rate": ("[irc]\nflood_rate = inf\n", 2),
        "port out of range": ('[irc]\nlisten = ["127.0.0.1:70000"]\n', 2),
        "no port": ('[irc]\nlisten = ["127.0.0.1"]\n', 2),
        "no address": ('[irc]\nlisten = ["somewhere:6667"]\n', 2),
        "listen is no list": ('[irc]\nlisten = "127.0.0.1:6667"\n', 2),
        "wrong type": ("[irc]\nmotd = 5\n", 2),
        "wrong type of boolean": ('[chat]\nallow_open = "yes"\n', 2),
        "no unit of time": ('[irc]\nping_interval = "90"\n', 2),
        "unknown unit of time": ('[irc]\nping_interval = "90 fortnights"\n', 2),
        "number for a time": ("[irc]\nping_interval = 90\n", 2),
        "negative time": ('[irc]\nping_interval = "-90s"\n', 2),
        "unknown unit of size": ('[irc]\nsendq = "5 parsecs"\n', 2),
        "size that overflows": ('[irc]\nsendq = "99999999999999999999 MiB"\n', 2),
        "network name with a space": ('[irc]\nnetwork = "my net"\n', 2),
        "server name with a space": ('[gateway]\nname = "my server"\n', 2),
        "server name with a line end": ('[gateway]\nname = "a\\r\\nQUIT"\n', 2),
        "unknown casemapping": ('[irc]\ncasemapping = "klingon"\n', 2),
        "unknown level": ('[log]\nlevel = "loud"\n', 2),
        "hash that is none": ('[irc]\npassword_hash = "secret"\n', 2),
        "operator without a hash": ('[[irc.operator]]\nname = "ana"\n', 1),
        "operator with an empty hash": ('[[irc.operator]]\nname = "ana"\npassword_hash = ""\n', 3),
        "room without a name": ('[[room]]\ntopic = "x"\n', 1),
        "room name with a space": ('[[room]]\nname = "a b"\n', 2),
        "syntax error": ("[irc]\nmotd = \n", 2),
        "not UTF-8": ('[irc]\nmotd = "\udcff"\n', 2),
        "TLS without a certificate": ('[irc.tls]\nlisten = ["127.0.0.1:0"]\n', 1),
    }

    def check(self, text: str, command: str = "check"):
        """As inherited, but the text may hold bytes that are not UTF-8, as lone surrogates."""
        file = self.directory / "gateway.toml"
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        started = time.monotonic()
        result = patchcord(command, "--config", file, cwd=self.directory)
        self.seconds = time.monotonic() - started
        return result.returncode, result.stdout + result.stderr

    def test_P05_config_edge_cases(self) -> None:
        """Each is refused by `check` and by `run`, with exit code 78, file and line."""
        for what, (text, line) in self.WRONG.items():
            for command in ("check", "run"):
                with self.subTest(what, command=command):
                    code, output = self.check(text, command)
                    self.assertEqual(code, 78, output)
                    self.assertRegex(output, rf"gateway\.toml:{line}\b")
                    self.assertNotIn("patchcord ready", output)

    def test_P05_every_error_is_told(self) -> None:
        """Three errors in one file are three lines."""
        code, output = self.check('[irc]\nflod_rate = 1.0\nmotd = 5\n[log]\nlevel = "loud"\n')
        self.assertEqual(code, 78)
        self.assertEqual(sorted(re.findall(r"gateway\.toml:(\d)", output)), ["2", "3", "5"])

    def test_P05_hostile_sizes(self) -> None:
        """100 000 levels of nesting and a file of 50 MB are refused within a second or so, without a crash."""
        code, output = self.check("[irc]\nlisten = " + "[" * 100_000)
        self.assertEqual(code, 78, output[-300:])
        self.assertLess(self.seconds, 1.0 * patience())
        code, output = self.check("# padding\n" * 5_000_000 + "[irc]\nflod_rate = 1.0\n")
        self.assertEqual(code, 78, output[-300:])
        self.assertLess(self.seconds, 5.0 * patience())

    def test_P05_open_listener_needs_a_word(self) -> None:
        """Guests and a listener that is not on loopback: refused, unless allow_open says that it is meant."""
        listen = '[irc]\nlisten = ["0.0.0.0:6667"]\n'
        code, output = self.check(listen)
        self.assertEqual(code, 78)
        self.assertIn("allow_open", output)
        self.assertEqual(self.check(listen + "[chat]\nallow_open = true\n")[0], 0)
        self.assertEqual(self.check(listen + "[chat]\ncreate_user_on_request = false\n")[0], 0)
        self.assertEqual(self.check('[irc]\nlisten = ["[::1]:6667", "127.0.0.2:6667"]\n')[0], 0)


class CheckCommandTest(ConfigFileCase):
    """P07: `patchcord check` beside a running daemon."""

    def test_P07_check_changes_nothing(self) -> None:
        """It says ok or what is wrong, makes no files, and opens no port, not even one that is in use."""
        daemon = self.launch()
        port = daemon.address()[1]
        other = str(self.directory / "other")
        text = self.lab({"irc": {"listen": [f"127.0.0.1:{port}"]}, "gateway": {"data_dir": other}})
        self.assertEqual(self.check(text), (0, "ok\n"))
        self.assertEqual(self.check(text + "[chat]\nmax_channels = -1\n")[0], 78)
        self.assertFalse((self.directory / "other").exists())
        Client(daemon.address()).register("user").close()
        self.assert_clean_end(daemon)


class DefaultsTest(ConfigFileCase):
    """P09, P12: the configuration nobody has touched, but for its port and its directory."""

    def defaults(self) -> str:
        text = patchcord("config").stdout
        self.assertIn('"127.0.0.1:6667"', text)
        return text.replace('"127.0.0.1:6667"', '"127.0.0.1:0"').replace('"patchcord-data"', f'"{self.directory}/data"')

    def sockets(self, pid: int) -> dict[str, list[str]]:
        """Listening TCP addresses and all UDP addresses of a process, as /proc tells them."""
        links = (os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir())
        inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
        found: dict[str, list[str]] = {"tcp": [], "udp": []}
        for table in ("tcp", "tcp6", "udp", "udp6"):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[9] in inodes and (table.startswith("udp") or fields[3] == "0A"):
                    found[table[:3]].append(fields[1])
        return found

    def test_P09_only_configured_listeners(self) -> None:
        """The defaults listen on loopback, on the ports that the readiness line tells, and on nothing else."""
        daemon = self.launch(self.defaults())
        sockets = self.sockets(daemon.process.pid)
        self.assertEqual(sockets["udp"], [])
        expected = sorted(f"0100007F:{port:04X}" for addresses in daemon.addresses.values() for _, port in addresses)
        self.assertEqual(sorted(sockets["tcp"]), expected)
        self.assert_clean_end(daemon)

    def test_P12_fresh_install_is_safe(self) -> None:
        """A guest can chat; no operator of the examples or of these tests exists, and no password is accepted."""
        daemon = self.launch(self.defaults())
        guest = Client(daemon.address()).register("guest").join("#lobby")
        self.addCleanup(guest.close)
        for words in ("ana ana", "ana password", "admin admin", f"{OPERATOR_NAME} :{OPERATOR_PASSWORD}"):
            guest.send(f"OPER {words}")
            self.assertIn(guest.expect_any(("381", "464", "491")).command, ("464", "491"))
        for command in ("KILL guest :x", "REHASH", "WALLOPS :x"):
            self.assertTrue({"481", "723"} & {reply.command for reply in guest.ask(command)}, command)
        self.assertEqual(of_command(guest.ask("STATS z"), "249"), [])
        self.assert_clean_end(daemon)

    def test_P12_no_sample_secret_in_the_defaults(self) -> None:
        """The printed defaults hold no hash and no operator that works."""
        config = tomllib.loads(patchcord("config").stdout)
        self.assertEqual(config["irc"]["password_hash"], "")
        self.assertNotIn("operator", config["irc"])
        self.assertFalse(config["chat"]["allow_open"])


if __name__ == "__main__":
    unittest.main()
