"""Contact lists of people on IRC: what they see in `&contacts`, what `*patchcord` does, and what MSN notices of it."""

import re
import unittest

from harness.accounts import PATCHCORD, ask_service, log_in
from harness.bridge import BridgeCase, person
from harness.case import configured
from harness.client import of_command
from harness.daemon import patchcord
from harness.machine import eventually, patience
from harness.msn_body import datacast_body, file_invitation_body, nudge_body, text_body

ANA = person("ana")
BOB = "bob@example.com"
NOT_PLAIN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
BAD_NAMES = (
    "x\r\nQUIT :p\x1b[2J\x02\x0304,05red\x0f\u202egnp\u2066\u200f\u2028\u2029z",
    "\x01ACTION waves\x01",
    "\u202e\u2066",
    "x" * 387,
)


class ContactsCase(BridgeCase):
    """ana on IRC has a contact list."""

    tell = staticmethod(ask_service)

    def befriend(self, client, handle: str = BOB) -> None:
        """Puts somebody on the list."""
        self.assertIn("is on your contact list now", self.tell(client, f"add {handle}"))
        client.barrier()


class SeenOnIrcTest(ContactsCase):
    """What ana sees of bob."""

    def test_adding_tells_the_contact(self) -> None:
        """`add bob@example.com`: bob is told that ana has him on her list, as by an MSN client (`ADC`/`ADD RL`)"""
        for dialect in (2, 7, 9, 12):
            with self.subTest(dialect):
                ana = self.irc(f"ana{dialect}")
                bob = self.msn(f"bob{dialect}", dialect=dialect)
                self.befriend(ana, bob.handle)
                verb = "ADC" if bob.has_guids else "ADD"
                line = bob.expect(verb, where=lambda command: "RL" in command.params)
                self.assertIn(person(ana.nick), " ".join(line.params))

    def test_coming_and_going(self) -> None:
        """`NLN` | JOIN in `&contacts`; `FLN` | PART in `&contacts`"""
        ana = self.irc("ana", caps=("away-notify",))
        bob = self.msn("bob")
        bob.send("OUT")
        bob.read_to_end()
        ana.send("PRIVMSG *patchcord :add bob@example.com")
        ana.expect("JOIN", "&contacts", where=lambda message: message.source.startswith("ana!"))
        ana.expect("366", "ana", "&contacts")
        ana.barrier()
        bob = self.msn("bob")
        self.assertEqual(ana.expect("JOIN", "&contacts").source, "Bob!bob@example.com")
        bob.change_status("AWY")
        self.assertEqual(ana.expect("AWAY").params, ["Away"])
        bob.change_status("NLN")
        self.assertEqual(ana.expect("AWAY").params, [])
        self.assertEqual(of_command(ana.ask("NAMES &contacts"), "353")[0].text, "ana Bob")
        bob.send("OUT")
        self.assertEqual(ana.expect("PART", "&contacts").source, "Bob!bob@example.com")

    def test_who_hides_is_not_there(self) -> None:
        """`HDN` | never shown"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        self.befriend(ana)
        bob.change_status("HDN")
        ana.expect("PART", "&contacts")
        bob.change_status("NLN")
        ana.expect("JOIN", "&contacts")

    def test_who_blocks_is_not_there(self) -> None:
        """somebody who blocks ana is offline to her, also in `&contacts`"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        self.befriend(ana)
        bob.block(ANA)
        ana.expect("PART", "&contacts")

    def test_words_to_a_contact(self) -> None:
        """`bob: text` in `&contacts` is a private message to bob; anything else a command"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        self.befriend(ana)
        ana.send("PRIVMSG &contacts :bob: hello")
        bob.answer().expect_text("hello", ANA)
        ana.send("PRIVMSG &contacts :list")
        ana.expect("PRIVMSG", "&contacts", where=lambda message: "Bob (bob@example.com): online" in message.text)

    def test_nudge(self) -> None:
        """`nudge bob` | a nudge"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        ana.send("PRIVMSG *patchcord :nudge bob")
        bob.answer().expect_kind("text/x-msnmsgr-datacast", ANA)

    def test_unknown_people(self) -> None:
        """errors name the mend"""
        ana = self.irc("ana")
        self.assertIn("Nobody has the handle", self.tell(ana, "add nobody@example.com"))
        self.assertIn("give a handle", self.tell(ana, "add nobody"))
        self.assertIn("help", self.tell(ana, "dance"))

    def test_list_of_an_account_is_kept(self) -> None:
        """who has an account finds the list, and who is online of it, at the next login; a guest does not"""
        self.msn("bob")
        ana = log_in(self.visitor(), "ana", "first password")
        guest = self.irc("guest")
        for client in (ana, guest):
            self.befriend(client)
            client.send("QUIT")
            client.read_to_end()
        again = log_in(self.visitor(), "ana", "first password")
        eventually(lambda: of_command(again.ask("WHOIS ana"), "319", "ana", "ana", "&contacts"), "the list is there")
        self.assertEqual(of_command(again.ask("NAMES &contacts"), "353")[0].text, "ana Bob")
        self.assertIn("is empty", self.tell(self.irc("guest"), "list"))

    @configured({"chat": {"max_contacts": 1}})
    def test_max_contacts(self) -> None:
        """`max_contacts`: the next is refused, and counted"""
        ana = self.irc("ana")
        self.msn("bob")
        self.msn("carol")
        self.befriend(ana)
        self.assertIn("may hold 1", self.tell(ana, "add carol@example.com"))
        self.assertEqual(self.limit_hits("contacts"), 1)


class SeenOnMsnTest(ContactsCase):
    """What bob sees of ana."""

    def test_being_added_is_told_with_both_answers(self) -> None:
        """contact asks to be added | `NOTICE` with the two commands that accept or deny, once a session"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        bob.add("FL", ANA)
        notice = ana.expect("NOTICE", "ana", where=lambda message: message.source.startswith(PATCHCORD))
        self.assertIn("/msg *patchcord add Bob", notice.text)
        self.assertIn("/msg *patchcord block Bob", notice.text)
        bob.remove("FL", ANA)
        bob.add("FL", ANA)
        self.assert_silent(ana, "NOTICE")

    @configured({"chat": {"max_contact_requests": 1}})
    def test_max_contact_requests(self) -> None:
        """`max_contact_requests`: the next is not told, and counted"""
        ana = self.irc("ana")
        self.msn("bob").add("FL", ANA)
        ana.expect("NOTICE", "ana")
        self.msn("carol").add("FL", ANA)
        self.assert_silent(ana, "NOTICE")
        self.assertEqual(self.limit_hits("contact_requests"), 1)

    def test_blocking(self) -> None:
        """`block bob`: bob sees `FLN`, and 217 when he calls; `unblock bob`: he sees `NLN` again"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        bob.add("FL", ANA)
        bob.expect("ILN", None, "NLN", ANA)
        self.assertIn("is blocked", self.tell(ana, "block bob"))
        bob.expect("FLN", ANA)
        self.assertEqual(bob.open_switchboard().request("CAL", ANA).verb, "217")
        self.assertIn("not blocked any more", self.tell(ana, "unblock bob"))
        bob.expect("NLN", "NLN", ANA)

    def test_status(self) -> None:
        """`status lunch` | `LUN`, with the words as personal message"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        bob.add("FL", ANA)
        bob.expect("ILN", None, "NLN", ANA)
        ana.send("PRIVMSG *patchcord :status lunch back at two")
        ana.expect("306")
        bob.expect("NLN", "LUN", ANA)
        ana.send("PRIVMSG *patchcord :status online")
        bob.expect("NLN", "NLN", ANA)


class HostileMsnTest(ContactsCase):
    """Clients of MSN that mean harm to somebody's contact list."""

    def test_names_that_are_not_plain(self) -> None:
        """Line ends, CTCP, colours, escapes, what turns the direction of writing, 387 bytes: one plain line each, in
        the notice of who asks, in `list pending`, and in `list`"""
        ana = self.irc("ana")
        for number, name in enumerate(BAD_NAMES):
            mal = self.msn(f"mal{number}", friendly=name)
            mal.add("FL", ANA)
            notice = ana.expect("NOTICE", "ana")
            self.assertIn(f"({mal.handle})", notice.text)
            self.assertNotRegex(notice.text, NOT_PLAIN)
        pending = of_command(ana.ask(f"PRIVMSG {PATCHCORD} :list pending"), "PRIVMSG")
        self.assertEqual(len(pending), len(BAD_NAMES))
        for number in range(len(BAD_NAMES)):
            self.befriend(ana, f"mal{number}@example.com")
        listed = of_command(ana.ask(f"PRIVMSG {PATCHCORD} :list"), "PRIVMSG")
        self.assertEqual(len(listed), len(BAD_NAMES) + 1)
        for line in (*pending, *listed):
            self.assertNotRegex(line.text, NOT_PLAIN)

    def test_personal_messages_that_are_not_plain(self) -> None:
        """The longest that there may be, of bad letters: AWAY and `list` are one line each; 10 KB end the connection"""
        ana = self.irc("ana", caps=("away-notify",))
        mal = self.msn("mal")
        self.befriend(ana, mal.handle)
        mal.change_status("AWY", BAD_NAMES[0].replace("\r\n", "\n").replace("\x1b", "") + "\u202e" + "y" * 400)
        away = ana.expect("AWAY")
        self.assertTrue(away.text.startswith("Away"))
        self.assertNotRegex(away.text, "[\r\n\x00\x01]")
        for line in of_command(ana.ask(f"PRIVMSG {PATCHCORD} :list"), "PRIVMSG"):
            self.assertNotRegex(line.text, NOT_PLAIN)
        mal.send("UUX 99 10240")
        mal.read_to_end()
        ana.expect("PART", "&contacts")

    @configured({"chat": {"max_contact_requests": 3}})
    def test_requests_that_fill_the_list(self) -> None:
        """Those who ask fill `max_contact_requests`; who is answered makes room for the next"""
        ana = self.irc("ana")
        for name in ("mal", "mal2", "mal3", "mal4"):
            self.msn(name).add("FL", ANA)
        self.assertEqual(len(of_command(ana.barrier(), "NOTICE")), 3)
        self.assertIn("is blocked", self.tell(ana, "block mal2@example.com"))
        self.msn("carol").add("FL", ANA)
        self.assertIn("carol@example.com", ana.expect("NOTICE", "ana").text)

    def test_asking_again_and_again(self) -> None:
        """Put on the list and taken off fifty times, under many names: ana is told once"""
        ana = self.irc("ana")
        mal = self.msn("mal")
        for number in range(50):
            mal.rename(f"Mal {number}")
            mal.add("FL", ANA)
            mal.remove("FL", ANA)
        self.assertEqual(len(of_command(ana.barrier(), "NOTICE")), 1)

    def test_window_of_who_is_blocked(self) -> None:
        """It was open before: no text, nudge, wink, typing or file comes through it any more, and texts are NAK"""
        ana = self.irc("ana", caps=("message-tags", "standard-replies"))
        mal = self.msn("mal")
        chat = mal.call(ANA)
        self.assertIn("is blocked", self.tell(ana, "block mal@example.com"))
        for body in (text_body("after all"), nudge_body(), datacast_body(2)):
            trid = chat.post(body)
            self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        chat.post(file_invitation_body("x.exe", 5))
        chat.type_something()
        chat.barrier()
        self.assertEqual(ana.barrier(), [])
        self.assertEqual(mal.open_switchboard().request("CAL", ANA).verb, "217")

    def test_message_that_rings_while_its_receiver_is_blocked(self) -> None:
        """What ana said before she blocked mal arrives once; what he answers does not"""
        ana = self.irc("ana", caps=("standard-replies",))
        mal = self.msn("mal")
        ana.send("PRIVMSG Mal :the last word")
        ring = mal.wait_for_ring()
        self.assertIn("is blocked", self.tell(ana, "block mal@example.com"))
        chat = mal.answer(ring)
        self.assertEqual(chat.texts(), ["the last word"])
        trid = chat.post(text_body("no, mine"))
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.assertEqual(ana.barrier(), [])


class HostileIrcTest(ContactsCase):
    """Clients of IRC that mean harm with a contact list."""

    def test_line_ends_in_words_to_a_contact(self) -> None:
        """CR and NUL behind `bob: ` are refused; CTCP in it is text; nothing of it is another message"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        self.befriend(ana)
        for text in (b"one\rPRIVMSG Bob :two", b"\x00", b"one\x00two"):
            ana.send(b"PRIVMSG &contacts :bob: " + text)
            ana.expect("400")
        ana.send("PRIVMSG &contacts :bob: \x01VERSION\x01", "PRIVMSG &contacts :bob: last")
        chat = bob.answer()
        self.assertEqual(chat.texts()[-1], "last")
        for text in chat.texts():
            self.assertNotRegex(text, NOT_PLAIN)

    @configured({"msn": {"presence_interval": "10m"}})
    def test_status_and_blocking_in_a_loop(self) -> None:
        """A hundred changes within `presence_interval`: a watcher is shown one, and who is blocked that ana is gone"""
        ana = self.irc("ana")
        watchers = [self.msn(f"watcher{number}") for number in range(20)]
        for watcher in watchers:
            watcher.add("FL", ANA)
        ana.barrier()
        for watcher in watchers:
            watcher.barrier()
        for number in range(100):
            ana.send(f"AWAY :{number} {'z' * 300}", "AWAY", f"NICK ana{number}", "NICK ana")
            ana.send("PRIVMSG *patchcord :block watcher0", "PRIVMSG *patchcord :unblock watcher0")
        ana.barrier()
        for watcher in watchers:
            shown = [line.verb for line in watcher.barrier()]
            self.assertEqual(shown, ["NLN", "UBX", "FLN"] if watcher is watchers[0] else ["NLN", "UBX"])

    @configured({"chat": {"max_contacts": 600}})
    def test_longest_list_in_a_loop(self) -> None:
        """600 people; forty `list` at once by a client that does not read: others are served, the client is kept, and
        has all of them in the end; the 601st person is refused"""
        mal = self.irc("mal")
        witness = self.irc("witness")
        mal.send(*[f"PRIVMSG {PATCHCORD} :block stranger{number}@example.com" for number in range(601)])
        self.assertIn("may hold 600", of_command(mal.barrier(), "PRIVMSG")[-1].text)
        self.assertEqual(self.limit_hits("contacts"), 1)
        mal.send(*["CONTACTS list"] * 40)
        self.assertLess(max(witness.round_trip_seconds() for _ in range(20)), 1.0 * patience())
        lines = of_command(mal.barrier(30 * patience()), "PRIVMSG")
        self.assertEqual(len(lines), 40 * 601)
        self.assertIn("600 people", lines[-1].text)

    def test_account_removed_while_logged_in(self) -> None:
        """The list lasts until ana leaves; whoever opens the account again does not find it"""
        ana = log_in(self.visitor(), "ana", "first password")
        bob = self.msn("bob")
        self.befriend(ana)
        patchcord("account", "remove", "ana", "--config", self.daemon.config_file)
        self.assertIn("is blocked", self.tell(ana, "block bob"))
        self.assertEqual(bob.open_switchboard().request("CAL", ANA).verb, "217")
        ana.send("QUIT")
        ana.read_to_end()
        again = log_in(self.visitor(), "ana", "second password")
        self.assertIn("is empty", self.tell(again, "list"))


if __name__ == "__main__":
    unittest.main()
