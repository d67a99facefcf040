"""The daemon as MSN server: logins of each generation of clients, refused ones, and what comes before and after."""

import hashlib
import unittest
import urllib.request

from harness.bridge import BridgeCase
from harness.case import configured
from harness.machine import pass_time
from harness.msn import MsnClient
from harness.msn_challenge import answer_challenge
from harness.passport import LoginRefused, find_login, get_ticket, log_in

ALL_DIALECTS = range(2, 13)
CHALLENGE = "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1"


class DialectTest(BridgeCase):
    """VER: which dialect it becomes."""

    def version(self, *offered: str) -> list[str]:
        client = self.msn_client("bob", dialect=12)
        return client.request("VER", *offered).params[1:]

    def test_every_dialect_signs_in(self) -> None:
        """MSNP2 to MSNP12: VER to CHG, in the shape of each (harness.msn_wire holds the server to it)"""
        for dialect in ALL_DIALECTS:
            with self.subTest(dialect):
                client = self.msn(f"bob{dialect}", dialect=dialect)
                client.barrier()

    def test_highest_common_dialect_wins(self) -> None:
        """The highest that both have, whatever the order and the case; one answer, and CVR0 for whoever offers it"""
        self.assertEqual(self.version("MSNP8", "MSNP12", "CVR0"), ["MSNP12", "CVR0"])
        self.assertEqual(self.version("MSNP21", "MSNP18", "MSNP9", "MSNP8", "CVR0"), ["MSNP9", "CVR0"])
        self.assertEqual(self.version("msnp12"), ["MSNP12"])
        self.assertEqual(self.version("MSNP9", "CVR0"), ["MSNP9", "CVR0"])

    def test_no_common_dialect(self) -> None:
        """`VER 1 0`, and the end"""
        for offered in (("MSNP21", "CVR0"), ("MSNP99", "MSNP0", "MSNP-1", "CVR0"), ("CVR0",), ("ICQ",)):
            with self.subTest(offered):
                client = self.msn_client("bob")
                self.assertEqual(client.request("VER", *offered).params, ["1", "0"])
                self.assertEqual(client.read_to_end(), [])

    @configured({"msn": {"versions": [8, 9]}})
    def test_versions_can_be_limited(self) -> None:
        """`versions` in the configuration: nothing below or above"""
        self.assertEqual(self.version("MSNP12", "MSNP11", "MSNP9", "MSNP8", "CVR0"), ["MSNP9", "CVR0"])
        self.assertEqual(self.version("MSNP7", "CVR0"), ["0"])

    def test_second_ver(self) -> None:
        """715, and the end"""
        client = self.msn_client("bob")
        client.negotiate()
        self.assertTrue(client.ask_to_end("VER 9 MSNP12 CVR0")[-1].is_about("715", "9"))

    def test_version_report(self) -> None:
        """CVR: the client's own version, three times, so that it never asks to be replaced; without a handle as well"""
        client = self.msn_client("bob")
        client.request("VER", "MSNP12", "CVR0")
        answer = client.request("CVR", "0x0409", "winnt", "5.1", "i386", "MSNMSGR", "6.2.0137", "MSMSGS")
        self.assertEqual(answer.params[1:4], ["6.2.0137"] * 3)

    def test_one_write_may_hold_it_all(self) -> None:
        """Commands that come in one piece, or byte by byte, are the same commands"""
        for size in (1000, 1):
            with self.subTest(size):
                client = self.msn_client("bob")
                data = b"VER 1 MSNP8 CVR0\r\nCVR 2 0x0409 winnt 5.1 i386 MSNMSGR 5.0 MSMSGS b\r\n"
                data += b"USR 3 TWN I bob@example.com\r\n"
                client.dialect = 8
                for start in range(0, len(data), size):
                    client.send_raw(data[start : start + size])
                client.expect("USR", "3", "TWN", "S")


class LoginTest(BridgeCase):
    """USR: who it is."""

    def test_wrong_password(self) -> None:
        """911 and the end for MD5; Passport refuses a ticket to the others"""
        self.msn("bob", dialect=12)
        with self.assertRaises(LoginRefused):
            self.msn_client("bob", password="wrong").log_in()
        self.make_legacy_account("olga@example.com", "secret")
        olga = self.msn_client("olga", dialect=7, password="wrong")
        self.assertEqual(olga.authenticate().verb, "911")
        self.assertEqual(olga.read_to_end(), [])

    def test_handle_is_without_case(self) -> None:
        """All ways to write it are one account; the second login ends the first"""
        first = self.msn("bob")
        second = self.msn("BOB@Example.COM", friendly="")
        self.assertTrue(first.read_to_end()[-1].is_about("OUT", "OTH"))
        self.assertEqual(second.synchronize().keys(), first.contacts.keys())

    def test_ticket_is_good_once_and_for_one_account(self) -> None:
        """A ticket that was used, another's, or none: 911 and the end"""
        address = self.daemon.address("http")
        used = get_ticket(address, "bob@example.com", "secret", CHALLENGE)
        other = get_ticket(address, "carol@example.com", "secret", CHALLENGE)
        bob = self.msn_client("bob")
        bob.negotiate()
        bob.begin_login()
        self.assertTrue(bob.finish_login(used).is_about("USR", None, "OK"))
        for ticket in (used, other, "t=made-up&p=", "0", "t=&p="):
            with self.subTest(ticket):
                client = self.msn_client("bob")
                client.negotiate()
                client.begin_login()
                self.assertEqual(client.finish_login(ticket).verb, "911")
                self.assertEqual(client.read_to_end(), [])
        bob.barrier()

    @configured({"http": {"ticket_lifetime": "1s"}})
    def test_ticket_grows_old(self) -> None:
        """`ticket_lifetime`: 911 afterwards"""
        ticket = get_ticket(self.daemon.address("http"), "bob@example.com", "secret", CHALLENGE)
        client = self.msn_client("bob")
        client.negotiate()
        client.begin_login()
        pass_time(1.5)
        self.assertEqual(client.finish_login(ticket).verb, "911")

    def test_md5_needs_an_account_that_allows_it(self) -> None:
        """An account without a legacy password never gets in by MD5, whatever is answered"""
        self.msn("bob", dialect=12)
        client = MsnClient(self.daemon, "bob@example.com", dialect=7)
        self.keep_msn(client)
        self.assertEqual(client.authenticate().verb, "911")

    def test_md5_challenge_is_fresh(self) -> None:
        """Each challenge is another, for accounts that do not exist too; an old answer is worth nothing"""
        self.make_legacy_account("bob@example.com", "secret")
        challenges = set()
        for handle in ("bob@example.com", "nobody@example.com") * 5:
            client = self.keep_msn(MsnClient(self.daemon, handle, dialect=7))
            client.negotiate()
            challenge = client.begin_login()
            challenges.add(challenge)
        self.assertEqual(len(challenges), 10)
        answer = hashlib.md5((challenge + "secret").encode()).hexdigest()
        replay = self.msn_client("bob", dialect=7)
        replay.negotiate()
        replay.begin_login()
        self.assertEqual(replay.finish_login(answer).verb, "911")

    def test_password_in_clear_is_not_taken(self) -> None:
        """CTP, of MSNP2's test clients: 911"""
        client = self.msn_client("bob", dialect=2)
        client.negotiate()
        self.assertEqual(client.request("USR", "CTP", "I", "bob@example.com").verb, "911")

    def test_login_twice(self) -> None:
        """207, and the session goes on"""
        bob = self.msn("bob")
        self.assertEqual(bob.request("USR", "TWN", "I", "bob@example.com").verb, "207")
        bob.barrier()

    def test_second_login_elsewhere(self) -> None:
        """`OUT OTH` to the first, of which the switchboards end or are the second's no more; contacts see no flicker at
        the end"""
        carol = self.msn("carol")
        first = self.msn("bob")
        carol.add("FL", "bob@example.com")
        carol.expect("ILN", None, "NLN", "bob@example.com")
        second = self.msn("bob")
        self.assertTrue(first.read_to_end()[-1].is_about("OUT", "OTH"))
        second.change_status("BSY")
        carol.expect("NLN", "BSY", "bob@example.com")

    def test_odd_passwords(self) -> None:
        """Passwords with every kind of character cross Passport's header unharmed"""
        for number, password in enumerate(("p w", "a,b=c'd\"", "100%25", "grüß☺", "x" * 64)):
            with self.subTest(password):
                self.msn(f"bob{number}", password=password).close()
                self.msn(f"bob{number}", password=password)
                with self.assertRaises(LoginRefused):
                    self.msn_client(f"bob{number}", password=password + "x").log_in()

    def test_out(self) -> None:
        """OUT ends the session, without an answer"""
        bob = self.msn("bob")
        bob.send("OUT")
        self.assertEqual(bob.read_to_end(), [])


class ClosedGatewayTest(BridgeCase):
    """A gateway where only those may come in who have an account."""

    config = {"chat": {"create_user_on_request": False}}
    has_canaries = False

    def test_passport_tells_nobody_who_exists(self) -> None:
        """Wrong password and unknown account are the same answer where nobody may come in unasked"""
        self.make_legacy_account("bob@example.com", "secret")
        address, path = find_login(self.daemon.address("http"))
        answers = []
        for handle, password in (("bob@example.com", "wrong"), ("nobody@example.com", "secret")):
            with self.assertRaises(LoginRefused) as refused:
                log_in(address, path, handle, password, CHALLENGE)
            answers.append(str(refused.exception))
        self.assertEqual(answers[0], answers[1])

    def test_accounts_made_by_hand(self) -> None:
        """`patchcord account add`: the account signs in, by ticket as well as by MD5; nobody else does"""
        self.make_legacy_account("bob@example.com", "secret")
        for dialect in (7, 8, 12):
            self.msn("bob", dialect=dialect)
        with self.assertRaises(LoginRefused):
            self.msn_client("mal").log_in()


class ServerTest(BridgeCase):
    """The other commands that clients are lost without."""

    def test_pings(self) -> None:
        """PNG | QNG, with a number from MSNP9 on"""
        for dialect, params in ((7, []), (8, []), (9, ["60"]), (12, ["60"])):
            bob = self.msn(f"bob{dialect}", dialect=dialect)
            bob.send("PNG")
            self.assertEqual(bob.expect("QNG").params, params)

    def test_small_commands(self) -> None:
        """URL, SND, SDC, GCF, IMS, FND, LKP: answered as MSN's servers did"""
        bob = self.msn("bob")
        self.assertEqual(bob.request("URL", "INBOX").verb, "URL")
        self.assertEqual(bob.request("SND", "carol@example.com", "0x0409", "MSMSGS", "MSMSGS").params[1:], ["OK"])
        self.assertEqual(bob.request("GCF", "Shields.xml").params[1], "Shields.xml")
        self.assertEqual(bob.request("IMS", "ON").params[1:], ["0", "ON"])
        for verb in ("FND", "LKP"):
            self.assertEqual(bob.request(verb, "x").verb, "502")

    def test_transfer_to_a_notification_server(self) -> None:
        """XFR NS: our own address"""
        bob = self.msn_client("bob")
        bob.negotiate()
        answer = bob.request("XFR", "NS")
        host, port = self.daemon.address("msn")
        self.assertEqual(answer.params[1:3], ["NS", f"{host}:{port}"])

    def test_switchboards_only_for_those_who_are_there(self) -> None:
        """XFR SB before the first CHG, or hidden: 913"""
        bob = self.msn_client("bob").log_in()
        bob.synchronize()
        self.assertEqual(bob.request("XFR", "SB").verb, "913")
        bob.change_status("HDN")
        self.assertEqual(bob.request("XFR", "SB").verb, "913")
        bob.change_status("BSY")
        self.assertEqual(bob.request("XFR", "SB").verb, "XFR")

    def test_status_without_a_client_id(self) -> None:
        """CHG as Twisted and BitlBee send it: taken, answered with 0"""
        bob = self.msn_client("bob", dialect=8).log_in()
        bob.synchronize()
        self.assertEqual(bob.request("CHG", "NLN").params[1:], ["NLN", "0"])

    def test_status_that_is_none(self) -> None:
        """FLN and unknown ones: 201, and the session goes on"""
        bob = self.msn("bob")
        for status in ("FLN", "XXX", "nln"):
            self.assertEqual(bob.request("CHG", status, "0").verb, "201")

    @configured({"msn": {"challenge": True}})
    def test_challenge(self) -> None:
        """CHL | QRY; a wrong answer is 540 and the end; each product's key is known to the server"""
        for dialect in (8, 10, 11, 12):
            with self.subTest(dialect):
                bob = self.msn_client(f"bob{dialect}", dialect=dialect).log_in()
                bob.synchronize()
                shown = bob.change_status("NLN")
                (challenge,) = [line.params[1] for line in shown if line.verb == "CHL"]
                product, answer = answer_challenge(dialect, challenge)
                self.assertEqual(bob.request("QRY", product, payload=answer.encode()).verb, "QRY")
                bob.barrier()
        mal = self.msn_client("mal").log_in()
        mal.synchronize()
        mal.change_status("NLN")
        self.assertEqual(mal.request("QRY", "PROD0090YUAUV{2B", payload=b"0" * 32).verb, "540")
        self.assertEqual(mal.read_to_end(), [])

    @configured({"msn": {"silence_timeout": "1s"}})
    def test_silence(self) -> None:
        """A client that pings and then falls silent is closed; one that never pings is not"""
        bob, carol = self.msn("bob"), self.msn_client("carol").log_in()
        bob.read_to_end()
        carol.barrier()

    @configured({"msn": {"login_timeout": "1s"}})
    def test_login_takes_too_long(self) -> None:
        """`login_timeout`: the connection is closed, whatever was said"""
        silent, begun = self.msn_client("bob"), self.msn_client("carol")
        begun.negotiate()
        begun.begin_login()
        self.assertEqual(silent.read_to_end(), [])
        self.assertEqual(begun.read_to_end(), [])

    def test_shutdown(self) -> None:
        """SIGTERM: `OUT SSD`, so that clients come back later and not at once"""
        bob = self.msn("bob")
        chat = bob.open_switchboard()
        self.has_canaries = False
        self.assert_clean_end(self.daemon)
        self.assertTrue(bob.read_to_end()[-1].is_about("OUT", "SSD"))
        chat.read_to_end()
        self.daemon.start()

    @configured({"http": {"base_url": "https://msn.lab.test/"}})
    def test_status_page_names_passport(self) -> None:
        """What a client of MSNP8 or later has to be told instead of nexus.passport.com stands on the front page."""
        with urllib.request.urlopen("http://{}:{}/".format(*self.daemon.address("http"))) as answer:
            page = answer.read().decode()
        self.assertIn("<code>https://msn.lab.test/rdr/pprdr.asp</code>", page)


if __name__ == "__main__":
    unittest.main()
