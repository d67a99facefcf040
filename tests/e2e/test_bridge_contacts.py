"""Contact lists of people on IRC: what they see in `&contacts`, what `*patchcord` does, and what MSN notices of it."""

import unittest

from harness.accounts import log_in
from harness.bridge import BridgeCase, person
from harness.case import configured
from harness.client import of_command
from harness.machine import eventually

SERVICE = "*patchcord"
ANA = person("ana")
BOB = "bob@example.com"


class ContactsCase(BridgeCase):
    """ana on IRC has a contact list."""

    def tell(self, client, words: str) -> str:
        """Says something to the service nick; its answer, one line of it."""
        client.send(f"PRIVMSG {SERVICE} :{words}")
        return client.expect("PRIVMSG", client.nick, where=lambda message: message.source.startswith(SERVICE)).text

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
        notice = ana.expect("NOTICE", "ana", where=lambda message: message.source.startswith(SERVICE))
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


if __name__ == "__main__":
    unittest.main()
