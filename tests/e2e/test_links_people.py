"""Linked accounts and the people they know: contact lists, presence, who sees whom; between two gateways."""

import unittest

from harness.accounts import make_account
from harness.client import of_command
from harness.links import CONTACTS, PASSWORD, handle_of
from harness.machine import eventually
from harness.two_gateways import TwoGatewaysCase

ANA, BOB, CAROL = (handle_of(name) for name in ("ana", "bob", "carol"))
VERYSECRET = "a-very-secret-word"
STATUS_WORDS = {
    "BSY": "Busy",
    "IDL": "Idle",
    "BRB": "Be right back",
    "AWY": "Away",
    "PHN": "On the phone",
    "LUN": "Out to lunch",
}


class ListTest(TwoGatewaysCase):
    """The list of the account on the service is ana's list."""

    def far_ana(self):
        """ana's account, used by an MSN client; whoever is signed in to it by the gateway is signed out."""
        return self.msn("ana")

    def test_list_of_the_service_is_there_at_once(self) -> None:
        """Whom the account has on its list there is in `&contacts` when ana logs in"""
        bob = self.msn("bob")
        client = self.far_ana()
        client.add("FL", BOB)
        client.send("OUT")
        client.read_to_end()
        ana = self.linked("ana")
        ana.expect("353", "ana", None, CONTACTS, where=lambda line: "Bob" in line.text.split())
        ana.send("PRIVMSG Bob :hello")
        bob.answer().expect_text("hello", ANA)

    def test_add_and_remove(self) -> None:
        """`add` puts somebody on the list of the service, who is told; `remove` takes them off"""
        bob = self.msn("bob")
        ana = self.linked("ana")
        self.assertIn("is on your contact list now", self.tell(ana, f"add {BOB}"))
        self.assertIn(f"N={ANA}", bob.expect("ADC", where=lambda command: "RL" in command.params).params)
        self.expect_contact(ana, "Bob")
        ana.send("PRIVMSG *patchcord :remove Bob")
        self.assertEqual(ana.expect("PART", CONTACTS).nick, "Bob")
        bob.expect("REM", where=lambda command: "RL" in command.params)
        ana.send("QUIT")
        ana.read_to_end()
        self.assertEqual([name for name, entry in self.far_ana().contacts.items() if entry.lists & 1], [])

    def test_block_and_unblock(self) -> None:
        """`block`: bob sees ana as offline and cannot write to her; `unblock`: he sees and can"""
        ana, bob = self.friends()
        self.assertIn("is blocked", self.tell(ana, "block Bob"))
        bob.expect("FLN", ANA)
        refused = bob.open_switchboard().request("CAL", ANA)
        self.assertIn(refused.verb, ("216", "217"))
        self.assertIn("is not blocked any more", self.tell(ana, "unblock Bob"))
        bob.expect("NLN", "NLN", ANA)
        bob.call(ANA).say("there you are")
        ana.expect("PRIVMSG", "ana", "there you are")

    def test_rename(self) -> None:
        """`rename`: what ana calls somebody is her own affair, and they can be named so"""
        ana, _ = self.friends()
        self.assertIn("is called Robert", self.tell(ana, "rename Bob Robert"))
        self.assertIn("Robert", self.tell(ana, "list"))
        ana.barrier()
        self.assertIn("is off your contact list", self.tell(ana, "remove Robert"))

    def test_contact_request(self) -> None:
        """contact asks to be added | `NOTICE` with the two commands that accept or deny"""
        ana = self.linked("ana")
        bob = self.msn("bob", friendly="Bobby")
        bob.add("FL", ANA)
        notice = self.expect_told(ana, "Bobby")
        self.assertIn("add ", notice.text)
        self.assertIn("block ", notice.text)
        self.tell(ana, f"add {BOB}")
        self.expect_contact(ana, "Bobby")
        bob.call(ANA).say("thank you")
        ana.expect("PRIVMSG", "ana", "thank you")

    def test_request_that_came_while_away(self) -> None:
        """... also one that was made when ana was not there"""
        make_account(self.far, ANA, PASSWORD)
        self.msn("bob", friendly="Bobby").add("FL", ANA)
        ana = self.linked("ana", signed_in=False)
        self.expect_told(ana, "Bobby")

    def test_same_list_from_two_clients(self) -> None:
        """What another client changed in the list meanwhile is as it left it"""
        ana, _ = self.friends()
        self.msn("carol")
        ana.send("QUIT")
        ana.read_to_end()
        client = self.far_ana()
        client.remove("FL", BOB)
        client.add("FL", CAROL)
        client.send("OUT")
        client.read_to_end()
        ana = self.linked("ana")
        eventually(lambda: self.names(ana, CONTACTS) == ["Carol", "ana"], "carol is there, and bob is not")


class PresenceTest(TwoGatewaysCase):
    """Who is there and who is away."""

    far_config = {"msn": {"rooms_on_contact_list": False, "presence_interval": "10ms"}}

    def test_each_status_is_an_away_message(self) -> None:
        """`BSY` `IDL` `BRB` `AWY` `PHN` `LUN` | `AWAY :Busy` … `Out to lunch`; personal message (`UBX`) appended"""
        ana, bob = self.friends(caps=("away-notify",))
        for status, words in STATUS_WORDS.items():
            with self.subTest(status):
                bob.change_status(status)
                self.assertEqual(ana.expect("AWAY").params, [words])
                self.assertTrue(of_command(ana.ask("WHOIS Bob"), "301", "ana", "Bob", words))
        bob.change_status("NLN")
        self.assertEqual(ana.expect("AWAY").params, [])
        bob.change_status("BSY", "writing <code> & tests")
        ana.expect("AWAY", where=lambda line: line.text == "Busy: writing <code> & tests")

    def test_hidden_is_offline(self) -> None:
        """`HDN` | never shown"""
        ana, bob = self.friends()
        bob.change_status("HDN")
        self.assertEqual(ana.expect("PART", CONTACTS).nick, "Bob")
        self.assertTrue(of_command(ana.ask("WHOIS Bob"), "401"))
        bob.change_status("NLN")
        self.expect_contact(ana, "Bob")

    def test_status_of_the_irc_user(self) -> None:
        """`AWAY :text` | status by its first word, and the text as personal message"""
        ana, bob = self.friends()
        ana.send("AWAY :phone, back soon")
        bob.expect("NLN", "PHN", ANA)
        bob.expect("UBX", ANA, where=lambda command: b"<PSM>phone, back soon</PSM>" in command.payload)
        ana.send("AWAY")
        bob.expect("NLN", "NLN", ANA)
        bob.expect("UBX", ANA, "0")

    def test_status_is_there_from_the_start(self) -> None:
        """who is away when the service lets them in is away there"""
        make_account(self.far, ANA, PASSWORD)
        bob = self.msn("bob")
        bob.add("FL", ANA)
        ana = self.linked("ana", signed_in=False)
        ana.send("AWAY :busy")
        self.expect_told(ana, "Signed in to far")
        bob.expect("NLN", "BSY", ANA)

    def test_friendly_name(self) -> None:
        """MSN user changes the friendly name | `SETNAME` to sessions with `setname`; the nick stays"""
        ana, bob = self.friends(caps=("setname",))
        bob.rename("Bob the 50% Builder ☃")
        changed = ana.expect("SETNAME")
        self.assertEqual((changed.nick, changed.text), ("Bob", "Bob the 50% Builder ☃"))

    def test_monitor_of_a_contact(self) -> None:
        """`NLN` | MONITOR `730`; `FLN` | MONITOR `731`"""
        ana, bob = self.friends()
        self.assertTrue(of_command(ana.ask("MONITOR + Bob"), "730", "ana", "Bob!bob@example.com"))
        bob.send("OUT")
        ana.expect("731", "ana", "Bob")

    def test_who_logs_out_is_signed_out(self) -> None:
        """IRC user quits | offline there; and back with the next login"""
        ana, bob = self.friends()
        ana.send("QUIT :bye")
        bob.expect("FLN", ANA)
        self.linked("ana")
        bob.expect("NLN", "NLN", ANA)


class StrangersTest(TwoGatewaysCase):
    """Remote people are visible only to those whose contact they are, or who share a room with them."""

    def test_others_do_not_see_them(self) -> None:
        """For another IRC user there is nobody of that nick, before and after a conversation"""
        carl = self.irc("carl")
        ana, _, chat = self.conversation()
        chat.say("hello")
        ana.expect("PRIVMSG", "ana", "hello")
        for line, answer in (
            ("WHOIS Bob", "401"),
            ("PRIVMSG Bob :hello", "401"),
            ("WHOWAS Bob", "406"),
            ("INVITE Bob #canary", "401"),
            ("NOTICE Bob :psst", None),
        ):
            with self.subTest(line):
                got = carl.ask(line)
                if answer:
                    self.assertTrue(of_command(got, answer, "carl", "Bob"), got)
                self.assertFalse(of_command(got, "311") + of_command(got, "301") + of_command(got, "314"))
        self.assertEqual(of_command(carl.ask("ISON Bob ana"), "303")[0].text.split(), ["ana"])
        self.assertEqual(of_command(carl.ask("WHO Bob"), "352"), [])
        self.assertEqual(of_command(carl.ask("WHO *example.com"), "352"), [])
        self.assertEqual(of_command(carl.ask("USERHOST Bob"), "302")[0].text.strip(), "")
        self.assertEqual(chat.texts(), [])

    def test_others_cannot_watch_them(self) -> None:
        """MONITOR of a nick tells of nobody whom the watcher does not know: not that they come, are away, or go"""
        carl = self.irc("carl", caps=("extended-monitor", "away-notify", "setname"))
        carl.ask("MONITOR + Bob")
        ana, bob, _ = self.conversation()
        self.assertTrue(of_command(carl.ask("MONITOR S"), "731", "carl", "Bob"))
        bob.change_status("BSY")
        bob.rename("Robert")
        bob.send("OUT")
        ana.expect("PART", CONTACTS)
        self.assert_silent(carl, "730", "731", "AWAY", "SETNAME")

    def test_who_shares_a_room_sees_them_there(self) -> None:
        """... but whoever is in a room with them sees them there, and only there can talk to them"""
        ana, bob = self.friends()
        ana.join("#lobby")
        carl = self.irc("carl", "#lobby")
        ana.send("INVITE Bob #lobby")
        bob.answer()
        carl.expect("JOIN", "#lobby", where=lambda line: line.nick == "Bob")
        self.assertEqual(self.names(carl, "#lobby"), ["Bob", "ana", "carl"])
        self.assertTrue(of_command(carl.ask("WHOIS Bob"), "311"))
        refused = carl.ask("PRIVMSG Bob :psst")
        self.assertTrue(of_command(refused, "NOTICE") or of_command(refused, "FAIL") or of_command(refused, "401"))

    def test_taken_nick(self) -> None:
        """A nick is no way to find out who is known to whom: it is refused as any taken one, and told apart"""
        carl = self.irc("carl")
        carl.ask("NICK Bob")
        self.msn("bob").add("FL", ANA)
        ana = self.linked("ana")
        self.tell(ana, f"add {BOB}")
        joined = ana.expect("JOIN", CONTACTS, where=lambda line: line.nick != "ana")
        self.assertNotEqual(joined.nick.lower(), "bob")
        self.assertEqual(joined.source.partition("!")[2], "bob@example.com")


class ByWordTest(TwoGatewaysCase):
    """`*patchcord link`, `unlink`, `links`, `connect`, `disconnect`."""

    links = ()

    def test_link_by_word(self) -> None:
        """`link` signs in at once and ever after, also after a restart; `unlink` forgets it"""
        make_account(self.far, ANA, VERYSECRET)
        bob = self.msn("bob")
        bob.add("FL", ANA)
        ana = self.linked("ana", signed_in=False)
        self.assertIn("You can have an account on: far", self.tell(ana, "links"))
        self.assertIn("You are signed in to far", self.tell(ana, f"link far {ANA} {VERYSECRET}"))
        self.expect_told(ana, f"Signed in to far ({ANA})")
        bob.expect("NLN", "NLN", ANA)
        self.assertIn(f"far: {ANA}, signed in", self.tell(ana, "links"))
        self.restart()
        bob.expect("FLN", ANA)
        ana = self.linked("ana")
        bob.expect("NLN", "NLN", ANA)
        self.assertIn("is forgotten", self.tell(ana, "unlink far"))
        bob.expect("FLN", ANA)
        self.restart()
        ana = self.linked("ana", signed_in=False)
        self.assertEqual(self.tell(ana, "links"), "You can have an account on: far")
        self.assert_silent(ana, "NOTICE")

    def restart(self) -> None:
        """The near gateway, whose files are looked through meanwhile."""
        self.assertEqual(self.daemon.stop(), 0)
        self.assertNotIn(VERYSECRET, self.daemon.log.text_since())
        for file in (self.directory / "data").rglob("*"):
            if file.is_file():
                self.assertNotIn(VERYSECRET.encode(), file.read_bytes(), file)
        for client in (*self._clients, *self.canaries):
            if not hasattr(client, "handle"):
                client.close()
        self._clients = [client for client in self._clients if hasattr(client, "handle")]
        self.daemon.start()
        self.has_canaries = False

    def test_disconnect_and_connect(self) -> None:
        """`disconnect` signs out until `connect`; what is written meanwhile is refused"""
        make_account(self.far, ANA, PASSWORD)
        bob = self.msn("bob")
        bob.add("FL", ANA)
        ana = self.linked("ana", signed_in=False)
        self.tell(ana, f"link far {ANA} {PASSWORD}")
        self.expect_told(ana, "Signed in to far")
        self.befriend(ana, "bob")
        ana.send("PRIVMSG *patchcord :disconnect")
        self.expect_told(ana, "disconnect")
        bob.expect("FLN", ANA)
        self.assertIn("stopped", self.tell(ana, "links"))
        ana.barrier()
        self.assertTrue(of_command(ana.ask("WHOIS Bob"), "401"))
        self.assertIn("Signing in to far", self.tell(ana, "connect"))
        self.expect_told(ana, "Signed in to far")
        self.expect_contact(ana, "Bob")

    def test_wrong_password_is_told_once(self) -> None:
        """wrong password: stop and say so; the right one mends it"""
        self.msn("ana").close()
        ana = self.linked("ana", signed_in=False)
        self.tell(ana, f"link far {ANA} wrong")
        self.expect_told(ana, "Not signed in to far")
        self.assertIn("stopped", self.tell(ana, "links"))
        ana.barrier()
        self.tell(ana, f"link far {ANA} {PASSWORD}")
        self.expect_told(ana, "Signed in to far")
        self.assert_silent(ana, "NOTICE")

    def test_what_cannot_be_linked(self) -> None:
        """Each refusal says why"""
        ana = self.linked("ana", signed_in=False)
        carl = self.linked("carl", signed_in=False)
        self.assertIn("no service of that name", self.tell(ana, f"link near {ANA} x"))
        self.assertIn("A handle looks like", self.tell(ana, "link far ana x"))
        self.assertIn("Say: link", self.tell(ana, f"link far {ANA}"))
        self.assertIn("no account", self.tell(ana, "unlink far"))
        self.tell(ana, f"link far {ANA} {PASSWORD}")
        self.expect_told(ana, "Signed in")
        self.assertIn("Somebody else here has that account", self.tell(carl, f"link far {ANA} {PASSWORD}"))
        guest = self.irc("guest")
        self.assertIn("Log in to an account", self.tell(guest, f"link far {BOB} x"))


if __name__ == "__main__":
    unittest.main()
