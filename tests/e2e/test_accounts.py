"""Accounts of people on IRC: logging in, what others see of it, and whose nick is whose."""

import signal
import unittest

from harness.accounts import authenticate, chunks, log_in, make_account, plain
from harness.bridge import GATEWAY, BridgeCase, person
from harness.case import DaemonCase, configured
from harness.client import Client, of_command
from harness.daemon import patchcord
from harness.machine import eventually
from harness.passport import LoginRefused, get_ticket

STRANGER = "127.0.0.2"
NO_NEWCOMERS = {"chat": {"create_user_on_request": False}}
RESERVED = "reserved by an account"


class AccountCase(DaemonCase):
    """ana has an account; nobody else gets one by asking."""

    config = {"irc": {"max_failed_logins": 3}}

    def setUp(self) -> None:
        super().setUp()
        make_account(self.daemon, "ana", "correct horse", "--msn", "ana@example.com")
        self.tell_of_accounts()

    def tell_of_accounts(self) -> None:
        """What the command line made is reserved from the next reload on."""
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded")
        eventually(lambda: self.is_reserved("ana"), "the accounts are read")

    def is_reserved(self, nick: str) -> bool:
        refused = of_command(self.canaries[0].ask(f"NICK {nick}"), "433")
        self.canaries[0].ask(f"NICK {self.canaries[0].nick}")
        return bool(refused)

    def stranger(self, **options) -> Client:
        """A connection that may say AUTHENTICATE."""
        client = self.visitor(**options)
        client.send("CAP REQ :sasl")
        client.expect("CAP", None, "ACK")
        return client


class LoginTest(AccountCase):
    """SASL and PASS."""

    def test_sasl_is_offered_with_its_mechanisms(self) -> None:
        """`sasl=PLAIN,SCRAM-SHA-256` for CAP LS 302, `sasl` for older clients."""
        offered = [
            [word for line in of_command(self.visitor().ask(ls), "CAP") for word in line.text.split()]
            for ls in ("CAP LS 302", "CAP LS")
        ]
        self.assertIn("sasl=PLAIN,SCRAM-SHA-256", offered[0])
        self.assertIn("sasl", offered[1])

    def test_login_by_sasl(self) -> None:
        """900, 903; WHOIS names the account; others see it in JOIN, messages and WHOX."""
        bob = self.user("bob", "#room", caps=("extended-join", "account-tag", "account-notify"))
        ana = log_in(self.visitor(), "ana", "correct horse")
        ana.join("#room")
        self.assertEqual(bob.expect("JOIN", "#room").params[1], "ana")
        ana.send("PRIVMSG #room :hello")
        self.assertEqual(bob.expect("PRIVMSG", "#room", "hello").tags["account"], "ana")
        self.assertTrue(of_command(bob.ask("WHOIS ana"), "330", "bob", "ana", "ana"))
        self.assertTrue(of_command(bob.ask("WHO ana %na"), "354", "bob", "ana", "ana"))

    def test_login_by_sasl_after_registration(self) -> None:
        """A guest logs in later: others are told (ACCOUNT), and the nick may be taken then."""
        bob = self.user("bob", "#room", caps=("account-notify",))
        guest = self.user("guest", "#room", caps=("sasl",))
        self.assertIn(RESERVED, of_command(guest.ask("NICK ana"), "433")[0].text)
        self.assertEqual(authenticate(guest, "ana", "correct horse").command, "903")
        self.assertEqual(bob.expect("ACCOUNT").params, ["ana"])
        self.assertTrue(of_command(guest.ask("NICK ana"), "NICK", "ana"))
        self.assertTrue(of_command(guest.ask("AUTHENTICATE PLAIN"), "907"))

    def test_login_by_pass(self) -> None:
        """`PASS account:password`, before NICK and USER and after them."""
        self.visitor().register("ana", password=":ana:correct horse").close()
        self.canaries[0].barrier()
        late = self.visitor()
        eventually(lambda: of_command(self.canaries[0].ask("ISON ana"), "303")[0].text == "", "ana is gone")
        late.send("NICK ana", "USER ana 0 * :x", "PASS :ana:correct horse")
        self.assertIn(RESERVED, late.expect("433").text)
        late.expect("001")
        self.assertTrue(of_command(self.canaries[0].ask("WHOIS ana"), "330", None, "ana", "ana"))

    def test_wrong_password_by_sasl(self) -> None:
        """904, and it may be tried again; the third ends the connection, with a counter."""
        mal = self.stranger()
        self.assertEqual(authenticate(mal, "ana", "guess").command, "904")
        self.assertEqual(authenticate(mal, "nobody@nowhere", "guess").command, "904")
        mal.send("AUTHENTICATE PLAIN", "AUTHENTICATE !!!")
        self.assertIn("Too many wrong passwords", mal.read_to_end()[-1].text)
        self.assertEqual(self.limit_hits("failed_logins"), 1)
        for secret in ("guess", "correct horse"):
            self.assertNotIn(secret, self.daemon.log.text_since())

    def test_wrong_password_by_pass(self) -> None:
        """464, and the end."""
        mal = self.visitor()
        mal.send("PASS ana:guess", "NICK mal", "USER mal 0 * :x")
        self.assertEqual([reply.command for reply in mal.read_to_end()], ["464", "ERROR"])

    def test_long_password_in_chunks(self) -> None:
        """A response of exactly 400 bytes is followed by `+`; one of 401 in a line is 905."""
        password = "x" * 290
        make_account(self.daemon, "carol", password)
        self.assertEqual(len(plain("carol", password, "carol")), 404)
        self.assertEqual(authenticate(self.stranger(), "carol", password).command, "903")
        full = plain("ana", "p" * 295)
        self.assertEqual(len(full), 400)
        mal = self.stranger()
        mal.send("AUTHENTICATE PLAIN", *chunks(full))
        self.assertEqual(mal.expect_any(("903", "904", "905")).command, "904")
        mal.send("AUTHENTICATE PLAIN", "AUTHENTICATE " + "A" * 401)
        mal.expect("905")

    def test_login_while_leaving(self) -> None:
        """Clients that go while their passwords are looked at leave nothing behind."""
        for _ in range(5):
            client = self.stranger()
            client.send("AUTHENTICATE PLAIN", *chunks(plain("ana", "guess")))
            client.close()
        log_in(self.visitor(), "ana", "correct horse")


class ReservedNickTest(AccountCase):
    """Whose nick is whose."""

    def test_guest_may_not_take_it(self) -> None:
        """433 at registration, in any case of letters, and another nick goes on; later too."""
        mal = self.visitor()
        mal.send("NICK ANA", "USER mal 0 * :x")
        self.assertIn(RESERVED, mal.expect("433", None, "ANA").text)
        mal.send("NICK mal")
        mal.expect("001")
        self.assertIn(RESERVED, of_command(mal.ask("NICK ana"), "433")[0].text)

    def test_guest_who_does_not_finish_keeps_nobody_out(self) -> None:
        """NICK alone does not hold somebody's nick."""
        mal = self.stranger()
        mal.ask("NICK ana", "USER mal 0 * :x")
        self.assertEqual(log_in(self.visitor(), "ana", "correct horse").nick, "ana")
        mal.send("CAP END")
        mal.expect("433", None, "ana")

    def test_removed_account(self) -> None:
        """What the command line removed is free from the next reload on."""
        patchcord("account", "remove", "ana", "--config", self.daemon.config_file)
        self.daemon.signal(signal.SIGHUP)
        eventually(lambda: not self.is_reserved("ana"), "the nick is free")


class NewcomerTest(DaemonCase):
    """Accounts that open themselves."""

    has_canaries = False

    def restart(self) -> None:
        self.assert_clean_end(self.daemon)
        self.daemon.start()
        self._files_before = self.daemon.open_file_count()

    def test_first_password_opens_the_account_and_is_kept(self) -> None:
        """The second login needs it, also after a restart; the nick is reserved then."""
        log_in(self.visitor(), "bob", "first").close()
        self.daemon.log.wait_for("account made on request")
        listed = patchcord("account", "list", "--config", self.daemon.config_file).stdout.split()
        self.assertEqual(listed[:2], ["bob", person("bob")])
        self.restart()
        self.assertEqual(self.visitor().ask("CAP REQ :sasl")[0].params[1], "ACK")
        mal = self.visitor()
        mal.send("NICK bob", "USER mal 0 * :x")
        self.assertIn(RESERVED, mal.expect("433").text)
        mal.send("PASS bob:second")
        self.assertTrue(of_command(mal.read_to_end(), "464"))
        log_in(self.visitor(), "Bob", "first")

    def test_guest_opens_an_account_of_the_own_nick(self) -> None:
        """Nobody else can while the guest is here."""
        bob = self.user("bob", caps=("sasl",))
        mal = self.user("mal", caps=("sasl",))
        self.assertEqual(authenticate(mal, "bob", "mine now").command, "904")
        self.assertEqual(authenticate(bob, "bob", "first").command, "903")
        self.assertEqual(authenticate(mal, "bob", "mine now").command, "904")

    @configured(NO_NEWCOMERS)
    def test_nobody_opens_one_where_that_is_off(self) -> None:
        """Unknown names are told what a wrong password is told; people with an account are let in, guests are not."""
        make_account(self.daemon, "ana", "correct horse")
        client = self.visitor()
        client.send("CAP REQ :sasl")
        self.assertEqual(authenticate(client, "bob", "first").text, authenticate(client, "ana", "first").text)
        guest = self.visitor()
        guest.send("NICK guest", "USER guest 0 * :x")
        self.assertIn("Guests may not log in", guest.read_to_end()[-1].text)
        self.assertEqual(log_in(self.visitor(), "ana", "correct horse").nick, "ana")

    @configured({"chat": {"account_burst": 2, "account_rate": 0.001}})
    def test_account_burst_and_rate(self) -> None:
        """The third new account has to wait, on IRC and MSN alike; there is a counter; who has one is let in."""
        for name in ("one", "two"):
            log_in(self.visitor(), name, "first").close()
        client = self.user("three", caps=("sasl",))
        self.assertIn("try again", authenticate(client, "three", "first").text)
        self.assertEqual(authenticate(client, "one", "first").command, "903")
        with self.assertRaises(LoginRefused) as refused:
            get_ticket(self.daemon.address("http"), "four@example.com", "first", "ct=1,id=1")
        self.assertEqual(refused.exception.status, 503)
        hits = self.counters()['patchcord_account_limit_hits_total{limit="new_accounts"}']
        self.assertEqual(hits, 2)

    @configured({"http": {"login_burst": 4, "login_rate": 0.001}, "irc": {"max_failed_logins": 2}})
    def test_guessing_over_many_connections(self) -> None:
        """After `login_burst` wrong ones from one address the right one is not looked at; elsewhere it is."""
        log_in(self.visitor(), "ana", "correct horse", caps=()).close()
        for _ in range(2):
            mal = self.visitor(source=STRANGER)
            mal.send("CAP REQ :sasl")
            authenticate(mal, "ana", "guess")
            mal.send("AUTHENTICATE PLAIN", *chunks(plain("ana", "guess")))
            mal.read_to_end()
        again = self.visitor(source=STRANGER)
        again.send("CAP REQ :sasl")
        self.assertIn("try again", authenticate(again, "ana", "correct horse").text)
        self.assertEqual(log_in(self.visitor(), "ana2", "correct horse", name="ana").nick, "ana2")
        hits = self.counters()['patchcord_account_limit_hits_total{limit="failed_logins"}']
        self.assertEqual(hits, 1)


class BridgeTest(BridgeCase):
    """What accounts on IRC mean for people on MSN."""

    def test_nobody_on_msn_gets_the_nick_of_an_account(self) -> None:
        """A friendly name that is somebody's account gets a number; the account's own handle gets the nick."""
        make_account(self.daemon, "carol", "secret", "--msn", "carol@example.org")
        log_in(self.visitor(), "carol", "secret").close()
        ana = self.irc("ana")
        eventually(lambda: of_command(ana.ask("ISON carol"), "303")[0].text == "", "carol is gone")
        for handle, nick in (("mal@example.com", "carol_2"), ("carol@example.org", "carol")):
            self.msn(handle, friendly="carol").call(person("ana")).say(f"from {handle}")
            self.assertEqual(ana.expect("PRIVMSG", "ana", f"from {handle}").nick, nick)

    def test_nobody_opens_an_account_of_the_nick_of_somebody_on_msn(self) -> None:
        """Also while they are away: it is theirs."""
        bob = self.msn("bob")
        bob.send("OUT")
        bob.read_to_end()
        mal = self.irc("mal", caps=("sasl",))
        self.assertEqual(authenticate(mal, "Bob", "mine now").command, "904")
        self.assertEqual(authenticate(mal, "bobby", "mine").command, "903")

    def test_an_account_of_irc_does_not_sign_in_on_msn(self) -> None:
        """Handles under the server's name stay those of people on IRC."""
        log_in(self.visitor(), "zoe", "secret")
        client = self.msn_client(f"zoe@irc.{GATEWAY}")
        with self.assertRaises(AssertionError):
            client.log_in()


if __name__ == "__main__":
    unittest.main()
