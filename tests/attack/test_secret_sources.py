"""Attack cases of group P: where the configuration says that passwords are, and are not."""

import os
import unittest
from unittest import mock

from harness.accounts import make_account
from harness.case import TemporaryDirectoryCase
from harness.config import merged, to_toml
from harness.daemon import lab_config, patchcord
from harness.links import PASSWORD, handle_of
from harness.two_gateways import TwoGatewaysCase

BAD_CONFIG = 78  # the exit code
SECRET = "hunter2-and-more"


class RefusedTest(TemporaryDirectoryCase):
    """P06: a password that is not there."""

    def config_with(self, source: str) -> str:
        service = {"name": "lab", "server": "127.0.0.1:1", "login_url": "https://lab.test/"}
        link = {"account": "ana", "service": "lab", "handle": "ana@lab.test", "password_file": source}
        return to_toml(merged(lab_config(self.directory), {"msn_service": [service], "link": [link]}))

    def outcome(self, command: str, config: str) -> tuple[int, str]:
        file = self.directory / "gateway.toml"
        file.write_text(config)
        file.chmod(0o600)
        result = patchcord(command, "--config", file, cwd=self.directory)
        return result.returncode, result.stdout + result.stderr

    def assert_refused(self, source: str, why: str) -> None:
        """Neither checked nor started: the key is named with what is wrong, and nothing of a secret."""
        for command in ("check", "run"):
            with self.subTest(source=source, command=command):
                code, output = self.outcome(command, self.config_with(source))
                self.assertEqual(code, BAD_CONFIG, output)
                self.assertRegex(output, r"gateway\.toml:\d+: link\.password_file")
                self.assertIn(why, output)
                self.assertNotIn(SECRET, output)

    def file(self, content: bytes) -> str:
        path = self.directory / "password"
        path.write_bytes(content)
        path.chmod(0o600)
        return path.name

    def test_P06_files(self) -> None:
        """Missing, empty, a line end alone, a mebibyte, a folder, a device"""
        self.assert_refused("nowhere", "No such file")
        self.assert_refused(self.file(b""), "is empty")
        self.assert_refused(self.file(b"\n"), "is empty")
        self.assert_refused(self.file((SECRET * 70_000).encode()), "is longer than 4 KiB")
        self.assert_refused(".", "is not a plain file")
        self.assert_refused("/dev/zero", "is not a plain file")
        self.assert_refused("", "is needed")

    def test_P06_variables(self) -> None:
        """Not set, empty, too long, without a name"""
        self.assert_refused("env:PATCHCORD_NOT_SET", "is not set or empty")
        for value, why in (("", "is not set or empty"), (SECRET * 500, "longer than 4 KiB")):
            with mock.patch.dict(os.environ, {"LAB_PASSWORD": value}):
                self.assert_refused("env:LAB_PASSWORD", why)
        self.assert_refused("env:", "must be env:NAME")
        self.assert_refused("env:A B", "must be env:NAME")

    def test_P06_credentials(self) -> None:
        """systemd gave none; not this one; a name that leads elsewhere"""
        self.assert_refused("$CREDENTIALS_DIRECTORY/far", "CREDENTIALS_DIRECTORY is not set")
        with mock.patch.dict(os.environ, {"CREDENTIALS_DIRECTORY": str(self.directory)}):
            self.assert_refused("$CREDENTIALS_DIRECTORY/far", "No such file")
            self.assert_refused("$CREDENTIALS_DIRECTORY/../far", "must be $CREDENTIALS_DIRECTORY/")
            self.assert_refused("$CREDENTIALS_DIRECTORY/", "must be $CREDENTIALS_DIRECTORY/")

    def test_P06_hashes(self) -> None:
        """An operator without a password, or with one in place of its hash, is none; the hash of nothing is not made"""
        for given in ("", "12345", "$argon2id$"):
            for command in ("check", "run"):
                with self.subTest(given=given, command=command):
                    config = {"irc.operator": [{"name": "boss", "password_hash": given}]}
                    code, output = self.outcome(command, to_toml(merged(lab_config(self.directory), config)))
                    self.assertEqual(code, BAD_CONFIG, output)
                    self.assertIn("irc.operator.password_hash", output)
        self.assertNotEqual(patchcord("password-hash", stdin=b"\n").returncode, 0)


class TakenTest(TwoGatewaysCase):
    """P06: one password, said in every way there is."""

    SOURCES = {"ana": "plain", "carl": "line", "dora": "env:LAB_PASSWORD", "emil": "$CREDENTIALS_DIRECTORY/line"}

    def prepare(self) -> dict:
        for name, content in {"plain": PASSWORD, "line": PASSWORD + "\n", "lines": PASSWORD + "\n\n"}.items():
            (self.directory / name).write_text(content)
            (self.directory / name).chmod(0o600)
        self.environment = {"LAB_PASSWORD": PASSWORD, "CREDENTIALS_DIRECTORY": str(self.directory)}
        sources = {**self.SOURCES, "mal": "lines"}
        self.links = [
            {"account": account, "handle": handle_of(account), "password_file": source}
            for account, source in sources.items()
        ]
        config = super().prepare()
        for account in sources:
            make_account(self.far, handle_of(account), PASSWORD)
        return config

    def test_P06_every_spelling_is_the_same_password(self) -> None:
        """As it is, with one line end, in a variable, as a credential; a second line end belongs to the password"""
        for account in self.SOURCES:
            self.linked(account)
        mal = self.linked("mal", signed_in=False)
        self.expect_told(mal, "Not signed in to far")


if __name__ == "__main__":
    unittest.main()
