"""The daemon's own commands: run, check, config, password-hash, --version, --help, and their exit codes."""

import socket
import stat
import tomllib
import unittest

from harness.case import TemporaryDirectoryCase
from harness.client import Client
from harness.config import merged, to_toml
from harness.daemon import lab_config, patchcord
from harness.machine import REPOSITORY, reply_timeout

USAGE, CANNOT_WRITE, BAD_CONFIG = 64, 74, 78


class CommandLineTest(TemporaryDirectoryCase):
    """What needs no configuration."""

    def test_version(self) -> None:
        """One line with the name and a version number."""
        result = patchcord("--version")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"^patchcord \d+\.\d+\.\d+\S*\n$")

    def test_help(self) -> None:
        """The help names every command, and goes to standard output."""
        result = patchcord("--help")
        self.assertEqual(result.returncode, 0)
        for command in ("run", "check", "config", "password-hash", "--version"):
            self.assertIn(command, result.stdout)
        for command in ("run", "check"):
            self.assertIn("--config", patchcord(command, "--help").stdout)

    def test_wrong_usage(self) -> None:
        """Unknown commands and options: exit code 64, and a word about it on standard error."""
        for arguments in (["dance"], ["--dance"], ["run", "--dance"], ["run", "--config"], ["check", "a", "b"], []):
            with self.subTest(arguments):
                result = patchcord(*arguments, cwd=self.directory)
                self.assertEqual(result.returncode, USAGE)
                self.assertNotEqual(result.stderr, "")

    def test_config_prints_the_example(self) -> None:
        """`patchcord config` prints what gateway.toml.example holds, and it is TOML."""
        result = patchcord("config")
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stdout, (REPOSITORY / "gateway.toml.example").read_text())
        self.assertEqual(tomllib.loads(result.stdout)["gateway"]["name"], "localhost")

    def test_password_hash(self) -> None:
        """One line in, one argon2id hash out, a different one each time."""
        first, second = (patchcord("password-hash", stdin=b"correct horse\n") for _ in range(2))
        for result in (first, second):
            self.assertEqual(result.returncode, 0)
            self.assertRegex(result.stdout, r"^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[^$]+\$[^$\n]+\n$")
        self.assertNotEqual(first.stdout, second.stdout)

    def test_password_is_never_an_argument(self) -> None:
        """A password on the command line is wrong usage."""
        result = patchcord("password-hash", "secret-argument")
        self.assertEqual(result.returncode, USAGE)
        self.assertEqual(result.stdout, "")

    def test_no_password_is_no_hash(self) -> None:
        """An empty line or no line at all is refused: an empty password must not look like one."""
        for line in (b"\n", b""):
            result = patchcord("password-hash", stdin=line)
            self.assertNotEqual(result.returncode, 0)
            self.assertEqual(result.stdout, "")


class CheckTest(TemporaryDirectoryCase):
    """`patchcord check`."""

    def check(self, text: str):
        file = self.directory / "gateway.toml"
        file.write_text(text)
        return patchcord("check", "--config", file)

    def test_good_configurations(self) -> None:
        """The example, an empty file and the configuration of these tests are "ok"."""
        for text in ((REPOSITORY / "gateway.toml.example").read_text(), "", to_toml(lab_config(self.directory))):
            result = self.check(text)
            self.assertEqual((result.returncode, result.stdout), (0, "ok\n"), result.stderr)

    def test_an_error_names_file_line_key_and_what_is_allowed(self) -> None:
        """`file:line: key: ...`, and what would be right."""
        result = self.check('[irc]\n\ncasemapping = "klingon"\n')
        output = result.stdout + result.stderr
        self.assertEqual(result.returncode, BAD_CONFIG)
        self.assertRegex(output, r"gateway\.toml:3: \S*casemapping: ")
        self.assertIn("ascii", output)
        self.assertIn("rfc1459", output)
        self.assertNotIn("ok\n", output)

    def test_an_unknown_key_names_the_nearest_known_one(self) -> None:
        """A slip of the finger is answered with the key that was meant."""
        slips = {
            "[irc]\nsendqq = 1": "sendq",
            "[irc]\nflod_rate = 1": "flood_rate",
            "[irc]\nmax_client = 1": "max_clients",
            "[chat]\ncreate_groups_on_request = true": "create_group_on_request",
            "[irc.tls]\ncertficate = 'x'": "certificate",
            "[gatway]\nname = 'x'": "gateway",
            "[[rooms]]\nname = 'x'": "room",
        }
        for text, meant in slips.items():
            with self.subTest(text):
                result = self.check(text + "\n")
                self.assertEqual(result.returncode, BAD_CONFIG)
                self.assertRegex(result.stdout + result.stderr, rf"\b{meant}\b")

    def test_missing_file(self) -> None:
        """A file that was named and is not there is an error with its name."""
        for command in ("check", "run"):
            result = patchcord(command, "--config", self.directory / "nowhere.toml")
            self.assertEqual(result.returncode, BAD_CONFIG)
            self.assertIn("nowhere.toml", result.stdout + result.stderr)


class RunTest(TemporaryDirectoryCase):
    """`patchcord run`."""

    def run_with(self, config: dict):
        file = self.directory / "gateway.toml"
        file.write_text(to_toml(merged(lab_config(self.directory), config)))
        return patchcord("run", "--config", file, cwd=self.directory)

    def test_ready_line_and_exit_code(self) -> None:
        """The readiness line holds the real port, a client is served there, and SIGTERM is exit code 0."""
        daemon = self.launch()
        self.assertEqual(daemon.address()[0], "127.0.0.1")
        self.assertGreater(daemon.address()[1], 0)
        Client(daemon.address()).register("user").close()
        self.assert_clean_end(daemon)

    def test_several_listeners(self) -> None:
        """Each address of the list is listened on, IPv6 too."""
        daemon = self.launch({"irc": {"listen": ["127.0.0.1:0", "[::1]:0"]}})
        (first, first_port), (second, second_port) = daemon.addresses["irc"]
        self.assertEqual((first, second), ("127.0.0.1", "::1"))
        for address in ((first, first_port), (second, second_port)):
            socket.create_connection(address, reply_timeout()).close()
        self.assert_clean_end(daemon)

    def test_data_dir_is_made_with_mode_0700(self) -> None:
        """data_dir is made when it is not there, for its owner only, and is kept when the daemon stops."""
        daemon = self.launch()
        data = self.directory / "data"
        self.assertEqual(stat.S_IMODE(data.stat().st_mode), 0o700)
        self.assert_clean_end(daemon)
        self.assertTrue(data.is_dir())
        self.assert_clean_end(self.launch())

    def test_data_dir_that_cannot_be_written(self) -> None:
        """A file where the directory should be: exit code 74 with its path."""
        (self.directory / "data").write_text("I am a file\n")
        result = self.run_with({})
        self.assertEqual(result.returncode, CANNOT_WRITE)
        self.assertIn(str(self.directory / "data"), result.stderr)

    def test_bad_configuration(self) -> None:
        """Exit code 78, nothing is listened on, no directory is made."""
        result = self.run_with({"irc": {"max_clients": -1}})
        self.assertEqual(result.returncode, BAD_CONFIG)
        self.assertNotIn("patchcord ready", result.stderr)
        self.assertFalse((self.directory / "data").exists())

    def test_configuration_in_the_working_directory(self) -> None:
        """Without --config, gateway.toml of the working directory is used."""
        (self.directory / "gateway.toml").write_text("[irc]\nmax_clients = -1\n")
        result = patchcord("run", cwd=self.directory)
        self.assertEqual(result.returncode, BAD_CONFIG)
        self.assertIn("gateway.toml:2", result.stderr)

    def test_rooms_of_the_configuration(self) -> None:
        """A configured room is there before anybody joins, with its topic."""
        daemon = self.launch({"room": [{"name": "lobby", "topic": "Everybody"}, {"name": "den", "topic": "Few"}]})
        client = Client(daemon.address()).register("user")
        self.addCleanup(client.close)
        listed = {reply.params[1]: reply.text for reply in client.ask("LIST") if reply.command == "322"}
        self.assertEqual(listed, {"#lobby": "Everybody", "#den": "Few"})
        self.assert_clean_end(daemon)

    def test_no_rooms_on_request(self) -> None:
        """With create_group_on_request = false, JOIN of an unknown room is 403; a configured one is joined."""
        daemon = self.launch({"chat": {"create_group_on_request": False}})
        client = Client(daemon.address()).register("user").join("#lobby")
        self.addCleanup(client.close)
        self.assertIn("403", {reply.command for reply in client.ask("JOIN #elsewhere")})
        self.assert_clean_end(daemon)


if __name__ == "__main__":
    unittest.main()
