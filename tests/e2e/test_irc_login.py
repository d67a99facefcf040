"""Logging in on IRC: EXTERNAL, SCRAM-SHA-256 and PLAIN, certificates, new passwords, REGISTER, and guessing. Attack
cases I04, I05 and I08."""

import base64
import ssl
import unittest

from harness.accounts import authenticate, log_in, make_account
from harness.case import DaemonCase, configured
from harness.certificates import Certificate, client_context, make_certificate
from harness.client import Client, of_command
from harness.sasl import ask_for_sasl, begin, respond, scram

PASSWORD = "correct horse"
STRANGER = "127.0.0.2"
REGISTRATION = {"chat": {"account_registration": True, "create_user_on_request": False}}


class LoginCase(DaemonCase):
    """ana has an account and a certificate; the daemon listens with TLS, too."""

    config = {"irc": {"max_failed_logins": 5}, "chat": {"create_user_on_request": True}}

    def prepare(self) -> dict:
        self.mine = make_certificate(self.directory, "ana.lab.test")
        return {"irc.tls": make_certificate(self.directory).config()}

    def setUp(self) -> None:
        super().setUp()
        make_account(self.daemon, "ana", PASSWORD)

    def secure(self, certificate: Certificate | None = None) -> Client:
        """A connection with TLS that may say AUTHENTICATE."""
        context: ssl.SSLContext = client_context()
        if certificate:
            context.load_cert_chain(certificate.certificate, certificate.private_key)
        return ask_for_sasl(self.visitor("irc-tls", tls=context))

    def plain(self, **options) -> Client:
        return ask_for_sasl(self.visitor(**options))

    def complete(self, client: Client, nick: str) -> Client:
        client.send(f"NICK {nick}", f"USER {nick} 0 * :A Tester", "CAP END")
        client.nick = client.expect("001").params[0]
        client.barrier()
        return client

    def ask_patchcord(self, client: Client, words: str) -> str:
        """The first line of the answer."""
        client.send(f"PRIVMSG *patchcord :{words}")
        return client.expect("PRIVMSG", where=lambda line: line.nick == "*patchcord").text

    def offered(self, client: Client) -> dict[str, str]:
        lines = of_command(client.ask("CAP LS 302"), "CAP")
        names = " ".join(line.text for line in lines).split()
        return dict(name.partition("=")[::2] for name in names)


class MechanismTest(LoginCase):
    """What each mechanism needs, and what it gives."""

    def test_each_connection_is_told_what_it_may_use(self) -> None:
        """EXTERNAL only where there is a certificate; the same after an unknown mechanism (908)."""
        self.assertEqual(self.offered(self.plain())["sasl"], "PLAIN,SCRAM-SHA-256")
        self.assertEqual(self.offered(self.secure())["sasl"], "PLAIN,SCRAM-SHA-256")
        client = self.secure(self.mine)
        self.assertEqual(self.offered(client)["sasl"], "PLAIN,EXTERNAL,SCRAM-SHA-256")
        answer = begin(client, "FOO")
        self.assertEqual((answer.command, answer.params[1]), ("908", "PLAIN,EXTERNAL,SCRAM-SHA-256"))
        client.expect("904")

    def test_scram(self) -> None:
        """The right password logs in, the server proves itself, and a wrong one is 904."""
        client = self.plain()
        self.assertEqual(scram(client, "ana", "guess").command, "904")
        self.assertEqual(scram(client, "ana", PASSWORD).command, "903")
        self.complete(client, "ana")
        self.assertTrue(of_command(client.ask("WHOIS ana"), "330", "ana", "ana", "ana"))
        self.assertEqual(begin(client, "SCRAM-SHA-256").command, "907")

    def test_scram_for_a_newcomer(self) -> None:
        """The first password makes what SCRAM needs, too."""
        log_in(self.visitor(), "bob", "first one").close()
        self.assertEqual(scram(self.plain(), "bob", "first one").command, "903")

    def test_scram_does_not_tell_who_has_an_account(self) -> None:
        """An unknown name is given a salt, the same each time, and fails at the proof."""
        salts = []
        for _ in range(2):
            client = self.plain()
            begin(client, "SCRAM-SHA-256")
            challenge = base64.b64decode(respond(client, b"n,,n=nobody,r=nonce").params[0]).decode()
            salts.append(challenge.split(",")[1])
        self.assertEqual(salts[0], salts[1])
        self.assertEqual(scram(self.plain(), "nobody", PASSWORD).command, "904")

    def test_a_device_may_be_named(self) -> None:
        """`account@device` and `account/network` are the account, by each mechanism and by PASS."""
        self.assertEqual(scram(self.plain(), "ana@phone", PASSWORD).command, "903")
        self.assertEqual(authenticate(self.plain(), "ana/net@phone", PASSWORD).command, "903")
        client = self.visitor().register("ana", password=f":ana@phone:{PASSWORD}")
        self.assertTrue(of_command(client.ask("WHOIS ana"), "330", None, "ana", "ana"))


class PasswordTest(LoginCase):
    """`passwd`, and who guesses."""

    def test_passwd_is_for_owners_and_takes_two_words(self) -> None:
        """A guest has nothing to change; a password with a space is changed on the command line."""
        bob = self.user("bob")
        self.assertIn("Log in", self.ask_patchcord(bob, "passwd old-secret new-secret"))
        ana = self.plain()
        self.assertEqual(authenticate(ana, "ana", PASSWORD).command, "903")
        self.complete(ana, "ana")
        self.assertIn("passwd <old> <new>", self.ask_patchcord(ana, f"passwd {PASSWORD} new-secret"))
        self.assertEqual(authenticate(self.plain(), "ana", PASSWORD).command, "903")

    def test_a_new_password_holds_everywhere(self) -> None:
        """PLAIN and SCRAM take the new one and not the old one."""
        make_account(self.daemon, "zoe", "old-secret")
        zoe = self.plain()
        self.assertEqual(authenticate(zoe, "zoe", "old-secret").command, "903")
        self.complete(zoe, "zoe")
        self.assertIn("wrong", self.ask_patchcord(zoe, "passwd guess new-secret"))
        self.assertIn("too short", self.ask_patchcord(zoe, "passwd old-secret new"))
        self.assertIn("is changed", self.ask_patchcord(zoe, "passwd old-secret new-secret"))
        self.assertEqual(authenticate(self.plain(), "zoe", "old-secret").command, "904")
        self.assertEqual(scram(self.plain(), "zoe", "old-secret").command, "904")
        self.assertEqual(authenticate(self.plain(), "zoe", "new-secret").command, "903")
        self.assertEqual(scram(self.plain(), "zoe", "new-secret").command, "903")
        self.daemon_has_no("old-secret")
        self.daemon_has_no("new-secret")

    def daemon_has_no(self, secret: str) -> None:
        self.assertNotIn(secret, self.daemon.log.text_since())


class RegisterTest(LoginCase):
    """REGISTER, a draft of IRCv3."""

    has_canaries = False

    @configured(REGISTRATION)
    def test_before_the_connection_is_complete(self) -> None:
        """Where guests are refused, an account can be opened all the same, and it is logged in to at once."""
        client = self.visitor()
        self.assertEqual(self.offered(client)["draft/account-registration"], "before-connect,custom-account-name")
        client.send("CAP REQ :draft/account-registration standard-replies sasl", "REGISTER * * long-enough")
        client.expect("FAIL", "REGISTER", "NEED_NICK")
        client.send("NICK bob", "REGISTER * bob@example.com short")
        client.expect("FAIL", "REGISTER", "WEAK_PASSWORD")
        client.send("REGISTER ana * long-enough")
        client.expect("FAIL", "REGISTER", "ACCOUNT_EXISTS")
        client.send("REGISTER * bob@example.com long-enough")
        client.expect("REGISTER", "SUCCESS", "bob")
        client.expect("900")
        self.complete(client, "bob")
        self.assertTrue(of_command(client.ask("WHOIS bob"), "330", "bob", "bob", "bob"))
        self.assertEqual(scram(self.plain(), "bob", "long-enough").command, "903")
        client.send("REGISTER other * long-enough")
        client.expect("FAIL", "REGISTER", "ALREADY_AUTHENTICATED")

    @configured({"chat": {"account_registration": True, "account_burst": 1, "account_rate": 0.001}})
    def test_limit(self) -> None:
        """New accounts share the limit of newcomers; nobody opens one of a nick that another goes by."""
        bob = self.user("bob", caps=("standard-replies",))
        mal = self.user("mal", caps=("standard-replies",))
        mal.send("REGISTER bob * long-enough")
        mal.expect("FAIL", "REGISTER", "BAD_ACCOUNT_NAME")
        bob.send("REGISTER * * long-enough")
        bob.expect("REGISTER", "SUCCESS", "bob")
        mal.send("REGISTER * * long-enough")
        mal.expect("FAIL", "REGISTER", "TEMPORARILY_UNAVAILABLE")

    def test_off(self) -> None:
        """Without the key there is neither the capability nor the command."""
        bob = self.user("bob", caps=("standard-replies",))
        self.assertNotIn("draft/account-registration", self.offered(bob))
        bob.send("REGISTER * * long-enough", "VERIFY bob 1")
        bob.expect("FAIL", "REGISTER", "TEMPORARILY_UNAVAILABLE")
        bob.expect("FAIL", "VERIFY", "INVALID_CODE")


if __name__ == "__main__":
    unittest.main()
