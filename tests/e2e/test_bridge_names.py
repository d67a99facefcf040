"""What people on MSN are called on IRC, and the other way round."""

import unittest

from harness.bridge import GATEWAY, LOBBY, BridgeCase, person, room
from harness.case import configured
from harness.client import Client, of_command
from harness.msn import MsnClient

RIGHT_TO_LEFT = "\u202e"
ZERO_WIDTH = "\u200b"


class NickTest(BridgeCase):
    """A nick from a friendly name."""

    def setUp(self) -> None:
        super().setUp()
        self.ana = self.irc("ana")
        self.numbers = iter(range(1000))

    def nick_of(self, friendly: str, handle: str = "") -> str:
        """Under which nick IRC gets a message from somebody with this friendly name."""
        handle = handle or f"somebody{next(self.numbers)}@example.com"
        client = self.msn(handle, friendly=friendly)
        client.call(person("ana")).say("who am I?")
        message = self.ana.expect("PRIVMSG", "ana", "who am I?")
        self.assertEqual(message.source.partition("!")[2], handle)
        return message.nick

    def test_letters_of_other_scripts_become_latin(self) -> None:
        """Unicode → Latin/ASCII transliteration (ICU)"""
        for friendly, nick in (("Bob", "Bob"), ("Zoë", "Zoe"), ("Иван", "Ivan"), ("Γιώργος", "Giorgos")):
            with self.subTest(friendly):
                self.assertEqual(self.nick_of(friendly), nick)

    def test_what_a_nick_may_not_hold_is_stripped(self) -> None:
        """strip what a nick may not hold, collapse"""
        for friendly, nick in (("Bob the Builder", "Bob_the_Builder"), ("~~ Max   Power! ~~", "Max_Power")):
            with self.subTest(friendly):
                self.assertEqual(self.nick_of(friendly), nick)
        digit = self.nick_of("1337")
        self.assertFalse(digit[0].isdigit(), digit)
        self.assertIn("1337", digit)

    def test_long_names_are_cut(self) -> None:
        """cut to `NICKLEN`"""
        nick = self.nick_of("x" * 100)
        self.assertEqual(nick, "x" * int(self.ana.isupport["NICKLEN"]))

    def test_fallback(self) -> None:
        """fall back to the handle's local part, then `msn`"""
        self.assertEqual(self.nick_of("\U0001f389\U0001f389", "party@example.com"), "party")
        self.assertEqual(self.nick_of("", "plain@example.com"), "plain")
        nick = self.nick_of("\u2665", "+@example.com")
        self.assertTrue(nick.startswith("msn"), nick)

    def test_collisions_get_a_number(self) -> None:
        """add `_2`, `_3` … on collision, with people on IRC too"""
        self.irc("bob")
        self.assertEqual([self.nick_of(name) for name in ("Bob", "bob", "BOB")], ["Bob_2", "bob_3", "BOB_4"])

    def test_names_that_look_alike_get_a_number(self) -> None:
        """A name that only looks like another user's (confusables) gets a suffix too."""
        self.irc("lily")
        self.assertEqual(self.nick_of("Iily"), "Iily_2")
        self.assertEqual(self.nick_of("\u0430na"), "ana_2")  # with a Cyrillic letter

    def test_invisible_letters_make_no_difference(self) -> None:
        """Nobody becomes somebody else by letters that cannot be seen."""
        for friendly in (f"a{ZERO_WIDTH}na", f"{RIGHT_TO_LEFT}ana", "\u00a0ana", "a\u0301na"):
            with self.subTest(ascii(friendly)):
                nick = self.nick_of(friendly)
                self.assertTrue(nick.isascii() and nick.isprintable(), nick)
                self.assertNotEqual(nick.lower(), "ana")

    def test_friendly_name_that_deceives(self) -> None:
        """What turns the direction or cannot be seen is in no real name: WHOIS, extended-join, SETNAME"""
        ana = self.irc("carol", "#lobby", caps=("setname", "extended-join"))
        mal = self.msn("mal", friendly=f"mal{RIGHT_TO_LEFT}ecila{ZERO_WIDTH}")
        mal.call(LOBBY)
        joined = ana.expect("JOIN", "#lobby", "mal@example.com")
        self.assertEqual(joined.text, "malecila")
        self.assertTrue(of_command(ana.ask(f"WHOIS {joined.nick}"), "311", None, None, None, None, None, "malecila"))
        mal.rename(f"{ZERO_WIDTH}carol")
        self.assertEqual(ana.expect("SETNAME").text, "carol")

    def test_reserved_names_are_not_given(self) -> None:
        """Nobody from MSN becomes the gateway or a service."""
        for friendly in (GATEWAY, "*patchcord", "#lobby", "&contacts", "ana!ana@host", ":ana"):
            with self.subTest(friendly):
                nick = self.nick_of(friendly)
                self.assertNotIn(nick.lower(), (GATEWAY, "*patchcord", "#lobby", "&contacts", "ana"))
                self.assertRegex(nick, r"^[A-Za-z_\[\]\\`^{|}][A-Za-z0-9_\[\]\\`^{|}-]*$")

    def test_nick_stays_when_the_friendly_name_changes(self) -> None:
        """The same handle gets the same nick again"""
        bob = self.msn("bob")
        bob.rename("Robert")
        bob.send("OUT")
        bob.read_to_end()
        again = self.msn("bob", friendly="Robert")
        again.call(person("ana")).say("guess who")
        self.assertEqual(self.ana.expect("PRIVMSG", "ana", "guess who").nick, "Bob")

    @configured({"msn": {"follow_friendly_name": True, "presence_interval": "1ms"}})
    def test_nick_follows_the_friendly_name(self) -> None:
        """nick changes only if the setting `follow_friendly_name` is on; `SETNAME` in any case"""
        paula = self.irc("paula", "#lobby", caps=("setname",))
        bob = self.msn("bob")
        bob.call(LOBBY)
        bob.rename("Robert the Builder")
        self.assertEqual(paula.expect("SETNAME").text, "Robert the Builder")
        renamed = paula.expect("NICK")
        self.assertEqual((renamed.nick, renamed.text), ("Bob", "Robert_the_Builder"))
        bob.rename("Paula")
        self.assertEqual(paula.expect("NICK").text, "Paula_2")
        bob.send("OUT")
        bob.read_to_end()
        self.msn("bob", friendly="Paula")
        self.assertTrue(of_command(paula.ask("WHOIS Paula_2"), "311"))

    def test_irc_user_may_not_take_the_nick_of_somebody_on_msn(self) -> None:
        """`433`, also while its owner is away: what is meant for the owner must not go to somebody else"""
        bob = self.msn("bob")
        mal = self.irc("mal")
        self.assertTrue(of_command(mal.ask("NICK Bob"), "433"))
        mal.ask("MONITOR + Bob")
        bob.send("OUT")
        mal.expect("731", None, "Bob")
        self.assertTrue(of_command(mal.ask("NICK Bob"), "433"))
        self.msn("bob").call(person("ana")).say("hello")
        self.assertEqual(self.ana.expect("PRIVMSG", "ana", "hello").source, "Bob!bob@example.com")

    def test_whois(self) -> None:
        """`WHOIS` shows handle, friendly name, status text, and `is using MSN`"""
        bob = self.msn("bob", friendly="Bob the Builder")
        bob.change_status("BSY")
        replies = self.ana.ask("WHOIS Bob_the_Builder")
        nick = "Bob_the_Builder"
        self.assertTrue(of_command(replies, "311", "ana", nick, "bob", "example.com", "*", "Bob the Builder"), replies)
        self.assertTrue(of_command(replies, "301", "ana", nick, "Busy"), replies)
        self.assertTrue([line for line in replies if "bob@example.com" in line.params], replies)
        self.assertTrue([line for line in replies if "is using MSN" in line.text], replies)

    def test_who_and_userhost(self) -> None:
        """`RPL_WHOREPLY` and `userhost` carry `local-part@domain` of the handle"""
        self.msn("bob").call(LOBBY)
        (who,) = of_command(self.ana.ask("WHO Bob"), "352")
        self.assertEqual(who.params[2:4], ["bob", "example.com"])
        (userhost,) = of_command(self.ana.ask("USERHOST Bob"), "302")
        self.assertIn("bob@example.com", userhost.text)

    def test_odd_handles_make_sound_sources(self) -> None:
        """... cleaned: nothing in a handle can be taken for another part of a source"""
        for handle in ("a.b+c@mail.example.com", "x!y@example.com", "_@example.com", "l'estrange@example.com"):
            with self.subTest(handle):
                client = self.msn(handle, friendly="Odd")
                client.call(person("ana")).say("odd")
                source = self.ana.expect("PRIVMSG", "ana", "odd").source
                self.assertRegex(source, r"^Odd(_[0-9])?![^!@ ]+@[^!@ ]+$")
                client.send("OUT")
                client.read_to_end()


class RestartTest(BridgeCase):
    """What is kept over a restart."""

    has_canaries = False

    def restart(self) -> None:
        self.assert_clean_end(self.daemon)
        self.daemon.start()
        self._files_before = self.daemon.open_file_count()

    def nick_of(self, handle: str, friendly: str) -> str:
        ana = self.irc("ana")
        client = self.msn(handle, friendly=friendly)
        client.call(person("ana")).say("who am I?")
        nick = ana.expect("PRIVMSG", "ana", "who am I?").nick
        ana.close()
        return nick

    def test_handle_gets_its_nick_again(self) -> None:
        """The same handle gets the same nick again after a restart."""
        self.assertEqual(self.nick_of("first@example.com", "Bob"), "Bob")
        self.assertEqual(self.nick_of("second@example.com", "Bob"), "Bob_2")
        self.restart()
        self.assertEqual(self.nick_of("second@example.com", "Bob"), "Bob_2")
        self.assertEqual(self.nick_of("first@example.com", "Robert"), "Bob")

    def test_account_and_list_are_kept(self) -> None:
        """Password, friendly name, contacts and groups are there after a restart."""
        bob = self.msn("bob", dialect=8)
        self.msn("carol")
        bob.add("FL", "carol@example.com")
        bob.request("ADG", "Friends", "0")
        bob.change_status("NLN")
        self.restart()
        wrong = self.msn_client("bob", password="wrong")
        with self.assertRaises(AssertionError):
            wrong.log_in()
        again = self.msn_client("bob", dialect=8)
        self.assertEqual(again.authenticate().name(3), "Bob")
        again.command("SYN", "0")
        contacts = again.barrier()
        self.assertTrue([line for line in contacts if line.is_about("LSG", None, "Friends")], contacts)
        self.assertEqual(again.contacts["carol@example.com"].lists & 1, 1)


class HandleTest(BridgeCase):
    """A handle from a nick."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.msn("bob")

    def message_from(self, client: Client):
        client.send("PRIVMSG Bob :hello")
        return self.bob.answer().expect_text("hello")

    def test_real_name_is_the_friendly_name(self) -> None:
        """person on IRC | nick `ana` | handle `ana@irc.<gateway name>`, friendly name = IRC real name"""
        message = self.message_from(self.irc("Ana", realname="Ana Bee, 100% & <more> ☺"))
        self.assertEqual(message.params[0], person("ana"))
        self.assertEqual(message.name(1), "Ana Bee, 100% & <more> ☺")

    def test_real_name_that_deceives(self) -> None:
        """What turns the direction or cannot be seen does not cross; an emoji does"""
        family = "\U0001f469\u200d\U0001f467"
        message = self.message_from(self.irc("mal", realname=f"{RIGHT_TO_LEFT}ecila {ZERO_WIDTH}{family}"))
        self.assertEqual(message.name(1), f"ecila {family}")

    def test_every_nick_is_a_handle(self) -> None:
        """... every nick that IRC allows, with all its letters"""
        for nick in ("[x]", "x-1", "`x", "_^{|}", "\\x", "A9"):
            with self.subTest(nick):
                client = self.irc(nick)
                message = self.message_from(client)
                self.assertEqual(message.params[0], person(nick))
                reply = self.bob.call(person(nick))
                reply.say("to you")
                client.expect("PRIVMSG", nick, "to you")

    def test_names_that_look_like_commands(self) -> None:
        """A real name cannot leave its parameter"""
        message = self.message_from(self.irc("mal", realname="x%0D%0AOUT %20 99999"))
        self.assertEqual(message.name(1), "x%0D%0AOUT %20 99999")

    def test_channel_names_are_handles(self) -> None:
        """room | channel `#lobby` | contact `lobby@rooms.<gateway name>`, and no name breaks a line"""
        mal = self.irc("mal", "#a%0d%0aout", "#c++", "#with&and")
        for channel in ("#c++", "#with&and"):
            with self.subTest(channel):
                chat = self.bob.call(room(channel))
                chat.say("hello")
                mal.expect("PRIVMSG", channel, "hello")
        mal.ask("INVITE Bob #a%0d%0aout")
        self.bob.barrier()
        if self.bob.rings:
            self.assertEqual(self.bob.answer().present[person("mal")], "A Tester")

    def test_nobody_can_be_somebody_on_irc(self) -> None:
        """handles of people on IRC and of rooms are nobody's account"""
        self.irc("ana")
        for handle in (person("ana"), person("nobody"), LOBBY):
            with self.subTest(handle):
                client = self.keep_msn(MsnClient(self.daemon, handle))
                with self.assertRaises(AssertionError):
                    client.log_in()

    @configured({"irc": {"nick_length": 12}})
    def test_nick_length_is_kept(self) -> None:
        """cut to `NICKLEN`, numbers too"""
        ana = self.irc("ana")
        for number in range(3):
            self.msn(f"long{number}", friendly="abcdefghijklmnop").call(person("ana")).say("hello")
            self.assertLessEqual(len(ana.expect("PRIVMSG", "ana", "hello").nick), 12)


if __name__ == "__main__":
    unittest.main()
