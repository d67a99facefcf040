"""Accounts on a service of MSNP15: signed in to with SSO, with a contact list that web services keep."""

from harness.accounts import log_in
from harness.case import DaemonCase
from harness.client import Client
from harness.machine import eventually
from harness.sso_service import HANDLE, PASSWORD, SsoService, envelope, fault

BOB, CAROL = "bob@example.com", "carol@example.com"
PATCHCORD = "*patchcord"
CONTACTS = "&contacts"
SIGNED_IN = f"Signed in to far ({HANDLE})"


class SsoCase(DaemonCase):
    """ana on IRC has an account on the service `far`, where bob is on her list and online, and carol is online."""

    password = PASSWORD

    def prepare(self) -> dict:
        self.far = SsoService()
        self.addCleanup(self.far.close)
        self.far.online = {BOB: "Bob", CAROL: "Carol"}
        self.far.contacts = [BOB]
        self.far.members["Allow"] = [BOB]
        file = self.directory / "far-password"
        file.write_text(self.password + "\n", encoding="utf-8")
        file.chmod(0o600)
        http = f"http://{self.far.address('http')}"
        service = {
            "name": "far",
            "server": self.far.address("ns"),
            "auth": "sso",
            "login_url": f"{http}/RST.srf",
            "contacts_url": http,
            "reconnect_min": "1s",
        }
        link = {"account": "ana", "service": "far", "handle": HANDLE, "password_file": str(file)}
        return {"msn_service": [service], "link": [link]}

    def ana(self) -> Client:
        """Logged in on IRC, and told this of her account; bob is there."""
        client = log_in(self.visitor(), "ana", "first password")
        self.expect_told(client, SIGNED_IN)
        self.assertEqual(client.expect("353", "ana", "@", CONTACTS).text, "ana Bob")
        return client

    def expect_told(self, client: Client, text: str) -> str:
        return client.expect("NOTICE", where=lambda line: line.nick == PATCHCORD and text in line.text).text

    def tell(self, client: Client, words: str) -> str:
        client.send(f"PRIVMSG {PATCHCORD} :{words}")
        return client.expect("PRIVMSG", client.nick, where=lambda line: line.nick == PATCHCORD).text

    def expect_contact(self, client: Client, nick: str) -> None:
        client.expect("JOIN", CONTACTS, where=lambda line: line.nick == nick)


class SsoTest(SsoCase):
    """What ana sees, and what the service is asked."""

    def test_contact_is_seen_and_talked_to(self) -> None:
        """A contact of the address book | JOIN in `&contacts`; a query | a switchboard"""
        ana = self.ana()
        self.assertEqual(self.far.operations, ["RST", "FindMembership", "ABFindAll"])
        self.assertEqual(self.far.good_proofs, 1)
        self.assertIn('<c n="bob" l="3" t="1"/>', self.far.told[0])
        ana.send("PRIVMSG Bob :hello from IRC")
        self.far.wait_for_message("hello from IRC")
        self.far.say(BOB, "hello from MSN")
        self.assertEqual(ana.expect("PRIVMSG", "ana", "hello from MSN").nick, "Bob")

    def test_contact_is_added_and_removed(self) -> None:
        """`add`, `block`, `remove` | the address book first, then the server"""
        ana = self.ana()
        self.assertIn("is on your contact list now", self.tell(ana, f"add {CAROL}/far"))
        eventually(lambda: len(self.far.told) == 3, "the server is told of both lists")
        self.assertEqual(self.far.operations[3:], ["AddMember", "ABContactAdd"])
        self.assertEqual(self.far.contacts, [BOB, CAROL])
        self.assertEqual(self.far.members["Allow"], [BOB, CAROL])
        self.far.appear(CAROL)
        self.expect_contact(ana, "Carol")
        self.tell(ana, "block Carol")
        eventually(lambda: self.far.members["Block"] == [CAROL], "she is blocked")
        self.assertEqual(self.far.members["Allow"], [BOB])
        self.tell(ana, f"remove {CAROL}/far")
        eventually(lambda: self.far.contacts == [BOB], "she is off the list")

    def test_expired_ticket_is_fetched_again(self) -> None:
        """A ticket that the address book does not take any more is renewed, and nobody notices"""
        ana = self.ana()
        self.far.expire_tickets()
        self.tell(ana, f"add {CAROL}/far")
        eventually(lambda: self.far.contacts == [BOB, CAROL], "she is on the list")
        self.assertEqual(self.far.operations[3:], ["AddMember", "RST", "AddMember", "ABContactAdd"])

    def test_log_holds_no_secrets(self) -> None:
        """Neither the password nor a ticket is in the log, also when the address book refuses something"""
        self.far.answers["ABContactAdd"] = lambda: (500, fault("soap:Client", "t=contacts0&p=", "Something"))
        ana = self.ana()
        ana.send(f"PRIVMSG {PATCHCORD} :add {CAROL}/far")
        self.expect_told(ana, "the address book refused it")
        self.daemon.log.wait_for("fault=Something")
        log = self.daemon.log.text_since()
        for secret in (PASSWORD, "t=messenger", "t=contacts"):
            self.assertNotIn(secret, log)

    def test_refusal_is_told(self) -> None:
        """What the address book does not take is told, in our words"""
        ana = self.ana()
        refusal = fault("soap:Client", "\x1b[2JQUIT", "InvalidPassportUser")
        self.far.answers["ABContactAdd"] = lambda: (500, refusal.replace(b"\x1b", b"&#27;"))
        ana.send(f"PRIVMSG {PATCHCORD} :add {CAROL}/far")
        self.assertIn("nobody has that handle", self.expect_told(ana, "did not take"))

    def test_connection_lost_signs_in_again(self) -> None:
        """A lost connection: signs in again, with another ticket and the list as it is then"""
        ana = self.ana()
        self.far.contacts.append(CAROL)
        self.far.drop()
        self.expect_told(ana, "cannot be reached")
        self.expect_told(ana, "is back")
        self.expect_contact(ana, "Carol")
        self.assertEqual(self.far.operations[3:], ["RST", "FindMembership", "ABFindAll"])


class SsoTroubleTest(SsoCase):
    """Web services that are broken or hostile: the person is told why, and nobody else notices."""

    def broken(self, operation: str, status: int, answer: bytes, told: str) -> str:
        self.far.answers[operation] = lambda: (status, answer)
        ana = log_in(self.visitor(), "ana", "first password")
        text = self.expect_told(ana, told)
        ana.send("QUIT")
        ana.read_to_end()
        return text

    def test_book_that_fails(self) -> None:
        """The status of HTTP is told"""
        self.assertIn("the address book answered 503", self.broken("ABFindAll", 503, b"", "no contact list"))

    def test_book_that_makes_no_sense(self) -> None:
        """Not XML, cut off, or something else"""
        for answer in (b"<html>hello", envelope("<x/>"), b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"\xff\xfe"):
            with self.subTest(answer):
                self.broken("FindMembership", 200, answer, "the address book's answer makes no sense")

    def test_book_without_end(self) -> None:
        """Four MiB are read, and no more"""
        self.broken("ABFindAll", 200, b"<a>" + b" " * (5 << 20) + b"</a>", "no contact list")

    def test_deep_answer(self) -> None:
        """Elements inside of each other without end"""
        deep = b"<a>" * 500_000 + b"</a>" * 500_000
        self.broken("ABFindAll", 200, deep, "the address book's answer makes no sense")

    def test_login_that_sends_the_password_elsewhere(self) -> None:
        """SOAP's redirection leads to no other host"""
        body = fault("psf:Redirect").replace(
            b"<faultstring>", b"<psf:redirectUrl>https://thief.example/RST.srf</psf:redirectUrl><faultstring>"
        )
        told = self.broken("RST", 200, body, "cannot be reached")
        self.assertIn("it sends us, and the password, to another host", told)


class SsoPasswordTest(SsoCase):
    """The password in the file is wrong."""

    password = "guess"

    def test_wrong_password_is_told_in_the_services_words(self) -> None:
        """... without what turns the direction of writing; and it is not tried again"""
        told = log_in(self.visitor(), "ana", "first password")
        text = self.expect_told(told, "Not signed in")
        self.assertIn("wrong handle or password: Your password is wrong. /msg", text)
        self.assertEqual(self.far.operations, ["RST"])
