"""Who is there and who is away, each way, and who may know."""

import unittest

from harness.bridge import LOBBY, BridgeCase, person, room
from harness.case import configured
from harness.client import of_command

STATUS_WORDS = {
    "BSY": "Busy",
    "IDL": "Idle",
    "BRB": "Be right back",
    "AWY": "Away",
    "PHN": "On the phone",
    "LUN": "Out to lunch",
}


class FromMsnTest(BridgeCase):
    """What people on IRC see of people on MSN."""

    def test_each_status_is_an_away_message(self) -> None:
        """`BSY` `IDL` `BRB` `AWY` `PHN` `LUN` | `AWAY :Busy` … `Out to lunch`; `NLN` | back (`away-notify` empty)"""
        ana = self.irc("ana", "#lobby", caps=("away-notify",))
        bob = self.msn("bob")
        bob.call(LOBBY)
        for status, words in STATUS_WORDS.items():
            with self.subTest(status):
                bob.change_status(status)
                self.assertEqual(ana.expect("AWAY").params, [words])
                self.assertTrue(of_command(ana.ask("WHOIS Bob"), "301", "ana", "Bob", words))
        bob.change_status("NLN")
        self.assertEqual(ana.expect("AWAY").params, [])

    def test_personal_message_is_appended(self) -> None:
        """... personal message (`UBX`) appended"""
        ana = self.irc("ana", "#lobby", caps=("away-notify",))
        bob = self.msn("bob")
        bob.call(LOBBY)
        bob.change_status("BSY", "writing <code> & tests")
        bob.change_status("BSY")
        ana.expect("AWAY", where=lambda message: message.text == "Busy: writing <code> & tests")

    def test_status_is_told_to_those_who_monitor(self) -> None:
        """`NLN` | MONITOR `730`; `FLN` | MONITOR `731`"""
        ana = self.irc("ana")
        ana.ask("MONITOR + Bob")
        bob = self.msn("bob")
        self.assertEqual(ana.expect("730").text, "Bob!bob@example.com")
        bob.send("OUT")
        self.assertEqual(ana.expect("731").text, "Bob")
        self.msn("bob", friendly="")
        ana.expect("730")

    def test_lost_connection_is_offline(self) -> None:
        """... and so is a connection that is lost"""
        ana = self.irc("ana")
        ana.ask("MONITOR + Bob")
        bob = self.msn("bob")
        ana.expect("730")
        bob.close()
        ana.expect("731", None, "Bob")

    def test_hidden_is_never_shown(self) -> None:
        """`HDN` | never shown: not at the login, and offline when somebody hides"""
        ana = self.irc("ana")
        ana.ask("MONITOR + Bob,Carol")
        bob = self.msn("bob")
        ana.expect("730", None, "Bob!bob@example.com")
        bob.change_status("HDN")
        ana.expect("731", None, "Bob")
        self.msn("carol", status="HDN")
        self.assert_silent(ana, "730", "731")
        self.assertTrue(of_command(ana.ask("WHOIS Bob"), "401"))
        self.assertTrue(of_command(ana.ask("PRIVMSG Carol :psst"), "401"))
        bob.change_status("NLN")
        ana.expect("730", None, "Bob!bob@example.com")

    def test_nobody_is_there_before_the_first_status(self) -> None:
        """Until the first CHG somebody is invisible."""
        ana = self.irc("ana")
        bob = self.msn_client("bob").log_in()
        bob.synchronize()
        bob.rename("Bob")
        self.assertTrue(of_command(ana.ask("WHOIS Bob"), "401"))
        bob.change_status("NLN")
        self.assertTrue(of_command(ana.ask("WHOIS Bob"), "311"))

    def test_second_login_ends_the_first(self) -> None:
        """A second login elsewhere: `OUT OTH` to the first; IRC sees somebody who is still, or again, there"""
        ana = self.irc("ana")
        first = self.msn("bob")
        second = self.msn("bob")
        self.assertTrue(first.read_to_end()[-1].is_about("OUT", "OTH"))
        ana.send("PRIVMSG Bob :which of you?")
        second.answer().expect_text("which of you?")


class FromIrcTest(BridgeCase):
    """What people on MSN see of people on IRC."""

    def watch(self, *nicks: str, dialect: int = 12):
        """bob, who has these people on his list."""
        bob = self.msn("bob", dialect=dialect)
        for nick in nicks:
            answer = bob.add("FL", person(nick))
            self.assertFalse(answer.is_error, answer)
        return bob

    def test_irc_user_who_is_there_is_online(self) -> None:
        """ana on the list of bob: ILN after ADD, with her real name; ILN at the next login as well"""
        self.irc("ana", realname="Ana Bee")
        for dialect in (2, 7, 8, 9, 10, 12):
            with self.subTest(dialect):
                bob = self.msn(f"bob{dialect}", dialect=dialect)
                trid = bob.add("FL", person("ana")).params[0]
                line = bob.expect("ILN", trid, "NLN", person("ana"))
                self.assertEqual(line.name(3), "Ana Bee")
                bob.send("OUT")
                bob.read_to_end()
                again = self.msn_client(f"bob{dialect}", dialect=dialect).log_in()
                again.synchronize()
                shown = again.change_status("NLN")
                self.assertTrue([line for line in shown if line.is_about("ILN", None, "NLN", person("ana"))], shown)

    def test_coming_and_going(self) -> None:
        """an IRC user who connects is `NLN`, one who quits is `FLN`"""
        ana = self.irc("ana")
        bob = self.watch("ana")
        bob.expect("ILN", None, "NLN", person("ana"))
        ana.send("QUIT :bye")
        bob.expect("FLN", person("ana"))
        self.irc("ana", realname="Ana again")
        self.assertEqual(bob.expect("NLN", "NLN", person("ana")).name(2), "Ana again")

    def test_away_text_is_a_personal_message(self) -> None:
        """`AWAY :text` | `AWY` with the text as personal message; back is `NLN` without one"""
        ana = self.irc("ana")
        bob = self.watch("ana")
        ana.send("AWAY :gone fishing & <such>")
        bob.expect("NLN", "AWY", person("ana"))
        message = bob.expect("UBX", person("ana"))
        self.assertIn(b"<PSM>gone fishing &amp; &lt;such&gt;</PSM>", message.payload)
        ana.send("AWAY")
        bob.expect("NLN", "NLN", person("ana"))
        self.assertNotIn(b"fishing", bob.expect("UBX", person("ana")).payload)

    def test_first_word_of_the_away_text_chooses_the_status(self) -> None:
        """words such as `lunch`, `phone`, `brb`, `busy` at the start choose the status"""
        ana = self.irc("ana")
        bob = self.watch("ana", dialect=8)
        words = {"lunch with bob": "LUN", "phone": "PHN", "brb, tea": "BRB", "busy": "BSY", "on a launch": "AWY"}
        for text, status in words.items():
            with self.subTest(text):
                ana.send(f"AWAY :{text}")
                line = bob.expect("NLN", None, person("ana"))
                self.assertEqual(line.params[0], status)

    def test_away_text_cannot_leave_its_element(self) -> None:
        """XML of an away text stays text"""
        ana = self.irc("ana")
        bob = self.watch("ana")
        ana.send("AWAY :</PSM></Data><x y=\"&]]>'")
        message = bob.expect("UBX", person("ana"))
        self.assertIn(b"&lt;/PSM&gt;&lt;/Data&gt;", message.payload)

    def test_real_name_change_is_a_name_change(self) -> None:
        """SETNAME | `NLN` with the new friendly name"""
        ana = self.irc("ana", realname="Ana Bee", caps=("setname",))
        bob = self.watch("ana")
        ana.send("SETNAME :Ana the Second")
        line = bob.expect("NLN", "NLN", person("ana"), where=lambda command: command.name(2) != "Ana Bee")
        self.assertEqual(line.name(2), "Ana the Second")

    def test_nick_change_is_a_name_change(self) -> None:
        """IRC user changes nick | the contact stays under the handle that is known, and its name shows the new nick"""
        ana = self.irc("ana", realname="Ana Bee", caps=("setname",))
        bob = self.watch("ana")
        bob.expect("ILN", None, "NLN", person("ana"))
        ana.ask("NICK anabel")
        self.assertEqual(bob.expect("NLN", "NLN", person("ana")).name(2), "anabel (Ana Bee)")
        ana.send("SETNAME :Anabel Bee")
        self.assertEqual(bob.expect("NLN", "NLN", person("ana")).name(2), "anabel (Anabel Bee)")
        ana.send("QUIT")
        bob.expect("FLN", person("ana"))

    def test_room_is_always_online(self) -> None:
        """A permanent room on the contact list is there, under its channel name."""
        bob = self.msn_client("bob").log_in()
        self.assertIn(LOBBY, bob.synchronize())
        shown = bob.change_status("NLN")
        lines = [line for line in shown if line.is_about("ILN", None, "NLN", LOBBY)]
        self.assertEqual([line.name(3) for line in lines], ["#lobby"])

    def test_room_comes_and_goes(self) -> None:
        """A room on the contact list is there while it is open to all: from its begin to its end, and not while `+s`"""
        ana = self.irc("ana", "#den")
        bob = self.msn("bob")
        bob.add("FL", room("#den"))
        bob.expect("ILN", None, "NLN", room("#den"))
        ana.send("MODE #den +s")
        bob.expect("FLN", room("#den"))
        ana.send("MODE #den -s")
        bob.expect("NLN", "NLN", room("#den"))
        ana.send("PART #den")
        bob.expect("FLN", room("#den"))
        ana.send("JOIN #den")
        self.assertEqual(bob.expect("NLN", "NLN", room("#den")).name(2), "#den")

    def test_somebody_blocked_sees_nothing_and_hears_nothing(self) -> None:
        """blocks: neither presence nor messages; a person on IRC is told that the message did not arrive"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob = self.msn("bob")
        bob.add("BL", person("ana"))
        ana.send("PRIVMSG Bob :hello")
        ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")

    @configured({"msn": {"idle_after": "1s", "presence_interval": "1ms"}})
    def test_silent_irc_user_is_idle(self) -> None:
        """idle IRC session (10 min, setting) | `IDL`, and `NLN` with the next message; AWAY counts for more"""
        ana = self.irc("ana")
        bob = self.watch("ana")
        bob.expect("NLN", "IDL", person("ana"))
        ana.send("PRIVMSG #canary :x", "PRIVMSG Bob :I am back")
        bob.expect("NLN", "NLN", person("ana"))
        ana.send("AWAY :busy")
        bob.expect("NLN", "BSY", person("ana"))


class AmongMsnTest(BridgeCase):
    """MSN people see each other as they would on any MSN service, across generations."""

    def friends(self, first: int, second: int):
        bob, carol = self.msn(f"bob{first}", dialect=first), self.msn(f"carol{second}", dialect=second)
        bob.add("FL", carol.handle)
        carol.add("FL", bob.handle)
        return bob, carol

    def test_friends_of_all_generations_see_each_other(self) -> None:
        """online at once, changes as they come, offline at the end"""
        for first, second in ((2, 12), (5, 7), (8, 9), (10, 11)):
            with self.subTest(f"{first} {second}"):
                bob, carol = self.friends(first, second)
                bob.expect("ILN", None, "NLN", carol.handle)
                for status in ("BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "NLN"):
                    carol.change_status(status)
                    bob.expect("NLN", status, carol.handle)
                carol.rename("Caroline")
                self.assertEqual(bob.expect("NLN", "NLN", carol.handle).name(2), "Caroline")
                carol.change_status("HDN")
                bob.expect("FLN", carol.handle)
                carol.change_status("NLN")
                bob.expect("NLN", "NLN", carol.handle)
                carol.send("OUT")
                bob.expect("FLN", carol.handle)
                bob.send("OUT")
                bob.read_to_end()

    def test_personal_message_is_told_to_friends(self) -> None:
        """UUX | UBX for those who speak MSNP11 and later, none for older ones"""
        bob, carol = self.friends(12, 11)
        old = self.msn("olga", dialect=8)
        old.add("FL", carol.handle)
        carol.say_of_oneself("listening & working")
        self.assertIn(b"<PSM>listening &amp; working</PSM>", bob.expect("UBX", carol.handle).payload)
        old.barrier()

    def test_blocking_hides(self) -> None:
        """BL | the blocked friend gets FLN at once, and NLN when it is over"""
        bob, carol = self.friends(8, 12)
        bob.expect("ILN", None, "NLN", carol.handle)
        carol.add("BL", bob.handle)
        bob.expect("FLN", carol.handle)
        self.assertEqual(bob.open_switchboard().request("CAL", carol.handle).verb, "217")
        carol.remove("BL", bob.handle)
        bob.expect("NLN", "NLN", carol.handle)

    def test_new_friend_is_announced(self) -> None:
        """somebody who puts me on the list: `ADD 0 RL` or `ADC 0 RL`; taken off: `REM 0 RL`"""
        for dialect in (2, 8, 9, 10, 12):
            with self.subTest(dialect):
                bob = self.msn(f"bob{dialect}", dialect=dialect)
                mal = self.msn("mal")
                mal.add("FL", bob.handle)
                if dialect < 10:
                    line = bob.expect("ADD", "0", "RL", None, "mal@example.com")
                    self.assertEqual(line.name(4), "Mal")
                else:
                    bob.expect("ADC", "0", "RL", "N=mal@example.com", "F=Mal")
                mal.remove("FL", bob.handle)
                bob.expect("REM", "0", "RL")
                mal.send("OUT")
                mal.read_to_end()


if __name__ == "__main__":
    unittest.main()
