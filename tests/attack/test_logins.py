"""Attack cases I04, I05 and I08: who claims to be somebody else, by names, guesses and certificates."""

import hashlib
import unittest

from harness.accounts import authenticate
from harness.case import configured
from harness.certificates import make_certificate
from harness.client import Client, of_command
from harness.sasl import begin, external, respond, scram
from test_irc_login import PASSWORD, STRANGER, LoginCase


class CertificateTest(LoginCase):
    """EXTERNAL and `certfp`."""

    def fingerprint(self) -> str:
        return hashlib.sha256(self.mine.der()).hexdigest()

    def complete_with_password(self) -> Client:
        client = self.plain()
        self.assertEqual(authenticate(client, "ana", PASSWORD).command, "903")
        return self.complete(client, "ana")

    def test_I08_certificate(self) -> None:
        """Unknown, it lets nobody in; added by its owner, it does, for that account only; removed, it does not."""
        self.assertEqual(external(self.secure(self.mine)).command, "904")
        self.assertEqual(begin(self.secure(), "EXTERNAL").command, "908")
        owner = self.secure(self.mine)
        self.assertEqual(authenticate(owner, "ana", PASSWORD).command, "903")
        self.complete(owner, "ana")
        self.assertIn("no certificates", self.ask_patchcord(owner, "certfp"))
        self.assertIn("can log in", self.ask_patchcord(owner, "certfp add"))
        self.assertIn(self.fingerprint(), self.ask_patchcord(owner, "certfp list"))
        self.assertIn(self.fingerprint(), of_command(owner.ask("WHOIS ana"), "276", "ana", "ana")[0].text)
        self.assertFalse(of_command(self.canaries[0].ask("WHOIS ana"), "276"))
        for account, answer in (("", "903"), ("ana", "903"), ("ana@phone", "903"), ("bob", "904")):
            self.assertEqual(external(self.secure(self.mine), account).command, answer, account)
        mine = self.fingerprint().upper()
        self.assertIn("forgotten", self.ask_patchcord(owner, f"certfp remove {mine}"))
        self.assertEqual(external(self.secure(self.mine)).command, "904")

    def test_I08_only_the_connection_says_which_certificate_it_is(self) -> None:
        """Another one, or none, is not made ana's by anything that is said."""
        owner = self.complete_with_password()
        self.assertIn("can log in", self.ask_patchcord(owner, f"certfp add {self.fingerprint()}"))
        others = make_certificate(self.directory, "mal.lab.test")
        for said in ("ana", f"ana {self.fingerprint()}", self.fingerprint()):
            self.assertEqual(external(self.secure(others), said).command, "904", said)
        self.assertEqual(external(self.secure(self.mine)).command, "903")


class GuessTest(LoginCase):
    """Passwords that are not known, and names of others."""

    @configured({"http": {"login_burst": 3, "login_rate": 0.001}})
    def test_I05_guessing_by_each_mechanism(self) -> None:
        """Failures by all mechanisms are counted together; from elsewhere the owner gets in."""
        self.assertEqual(scram(self.plain(source=STRANGER), "ana", "guess").command, "904")
        self.assertEqual(authenticate(self.plain(source=STRANGER), "ana", "guess").command, "904")
        self.assertEqual(scram(self.plain(source=STRANGER), "nobody", "guess").command, "904")
        for login in (scram, authenticate):
            self.assertIn("try again", login(self.plain(source=STRANGER), "ana", PASSWORD).text)
        self.assertEqual(scram(self.plain(), "ana", PASSWORD).command, "903")

    def test_I04_identities(self) -> None:
        """Another's name to act for, names that look alike, and empty or endless passwords are 904."""
        for response in (b"ana\0mal\0x", b"\0ana\0correct\0horse", "\0аna\0correct horse".encode(), b"\0ana\0"):
            client = self.plain()
            begin(client, "PLAIN")
            self.assertEqual(respond(client, response).command, "904", response)
        client = self.plain()
        begin(client, "PLAIN")
        self.assertEqual(respond(client, b"\0ana\0" + b"x" * 301).command, "904")
        begin(client, "PLAIN")
        self.assertEqual(respond(client, b"ANA\0ana\0correct horse").command, "903")


if __name__ == "__main__":
    unittest.main()
