"""Attack cases of groups B, C, K and P where they cross the bridge: names, injection, loops, privacy, and the log."""

import http.client
import unittest
import urllib.parse

from harness.bridge import GATEWAY, LOBBY, MsnAttackCase, person
from harness.client import of_command
from harness.message import Message
from harness.msn_body import text_body
from harness.passport import LoginRefused

HOSTILE_NAME = "x\r\nQUIT :pwn\r\nJOIN #secret"
ESCAPES = "\x1b]0;pwn\x07\x1b[2J\x1b[31m\u009b31m\u202e\x07"


class NameTest(MsnAttackCase):
    """Group B."""

    def speak(self, name: str, friendly: str) -> Message:
        """What IRC sees of somebody with this friendly name who speaks in the lobby."""
        chat = self.msn(name, friendly=friendly).call(LOBBY)
        chat.say(f"I am {name}")
        return self.canaries[0].expect("PRIVMSG", "#lobby", f"I am {name}")

    def test_B04_friendly_name_like_a_nick(self) -> None:
        """The nick is visibly another, the handle is in the source and in the account"""
        alice = self.irc("alice", "#lobby", caps=("account-tag", "message-tags"))
        message = self.speak("m9", "alice")
        self.assertEqual(message.source, "alice_2!m9@example.com")
        tagged = alice.expect("PRIVMSG", "#lobby", "I am m9")
        self.assertEqual(tagged.tags["account"], "m9@example.com")
        self.assertTrue(of_command(self.irc("mal").ask("NICK alice_2"), "433"))

    def test_B05_reserved_names(self) -> None:
        """Nobody becomes the server"""
        for number, friendly in enumerate((GATEWAY, "*status", "#room", ":ircd")):
            self.assertNotIn(self.speak(f"m{number}", friendly).nick, (GATEWAY, "*status", "#room", ":ircd"))

    def test_B06_invisible_characters(self) -> None:
        """A nick of ASCII that is nobody else's, never empty"""
        self.irc("alice", "#lobby")
        names = ("al\u200bice", "\u202eecila", "\u00a0alice", "  \t ", "\x00", "\u2800\u3164")
        for number, friendly in enumerate(names):
            with self.subTest(ascii(friendly)):
                client = self.msn_client(f"m{number}").log_in()
                client.synchronize()
                client.rename(friendly)
                client.change_status("NLN")
                client.call(LOBBY).say(f"{number}")
                nick = self.canaries[0].expect("PRIVMSG", "#lobby", f"{number}").nick
                self.assertTrue(nick and nick.isascii() and nick.isprintable())
                self.assertNotEqual(nick.lower(), "alice")

    def test_B07_pathological_names(self) -> None:
        """Fifty of one name, 387 bytes, one letter with 100 marks: distinct, within NICKLEN, and stable"""
        nicks = [self.speak(f"m{number}", "bob").nick for number in range(15)]
        self.assertEqual(nicks, ["bob"] + [f"bob_{number}" for number in range(2, 16)])
        self.assertLessEqual(len(self.speak("long", "y" * 380).nick), 30)
        self.assertLessEqual(len(self.speak("marks", "e" + "\u0301" * 60).nick), 30)

    def test_B07_name_that_changes_all_the_time(self) -> None:
        """The nick stays"""
        mal = self.msn("mal")
        mal.call(LOBBY)
        for number in range(50):
            mal.rename(f"name {number % 2}")
        self.assert_silent(self.canaries[0], "NICK", "QUIT", "PART")

    def test_B08_handles(self) -> None:
        """What is no handle is refused by Passport"""
        for handle in ("m1@lab.test ", "m1@lab.test.", "\uff4d1@lab.test", "m1", "@lab.test", "m1@lab..test", "a@b@c"):
            with self.subTest(handle):
                with self.assertRaises(LoginRefused):
                    self.daemon_ticket(handle)

    def daemon_ticket(self, handle: str) -> str:
        client = self.msn_client("any@example.com")
        client.handle = handle
        return client.proof("ct=1")

    def test_B09_B10_names_that_mean_something_to_files_and_databases(self) -> None:
        """Kept and shown as they are, and no file appears"""
        names = ("'); DROP TABLE accounts;--", "\\\\", "%_", '"a" OR b', "../../../tmp/pwn", "a/b", "-rf", "<script>&")
        files = {path.relative_to(self.directory) for path in self.directory.rglob("*")}
        for number, name in enumerate(names):
            with self.subTest(name):
                client = self.msn(f"m{number}", friendly=name)
                again = self.msn_client(f"m{number}", dialect=8)
                self.assertEqual(again.authenticate().name(3), name)
                client.close()
        bob = self.msn("bob")
        for name in names:
            answer = bob.request("ADG", urllib.parse.quote(name, safe=""))
            self.assertEqual(answer.name(1), name)
        self.assertEqual(files, {path.relative_to(self.directory) for path in self.directory.rglob("*")})


class InjectionTest(MsnAttackCase):
    """Group C."""

    def test_C01_C10_lines_and_ctcp_in_a_text(self) -> None:
        """Three PRIVMSGs whose texts are the lines; no byte 0x01"""
        ana = self.irc("ana", "#lobby")
        mal = self.msn("mal").call(LOBBY)
        mal.say("hello\r\nQUIT :pwn\r\nJOIN #secret")
        mal.say("\x01DCC SEND evil.exe 2130706433 6667 10\x01")
        lines = [message for message in ana.barrier() if message.nick == "Mal" and message.command != "JOIN"]
        self.assertEqual({message.command for message in lines}, {"PRIVMSG"})
        self.assertEqual([message.text for message in lines[:3]], ["hello", "QUIT :pwn", "JOIN #secret"])
        self.assertNotIn(b"\x01", b"".join(message.raw for message in lines))

    def test_C02_lines_in_a_friendly_name(self) -> None:
        """Percent-coded CR LF in PRP MFN and REA: the nick is sound, the name is one line"""
        ana = self.irc("ana", "#lobby", caps=("extended-join", "setname"))
        for dialect in (8, 12):
            with self.subTest(dialect):
                mal = self.msn(f"mal{dialect}", dialect=dialect, friendly=HOSTILE_NAME)
                chat = mal.call(LOBBY)
                join = ana.expect("JOIN", "#lobby")
                self.assertRegex(join.nick, r"^[A-Za-z_][A-Za-z0-9_-]*$")
                mal.rename(HOSTILE_NAME + "2")
                ana.expect("SETNAME")
                self.assertTrue(of_command(ana.ask(f"WHOIS {join.nick}"), "311"))
                chat.leave()
                ana.expect("PART", "#lobby")

    def test_C02_names_in_the_words_of_msn(self) -> None:
        """... and in JOI, IRO, NLN and RNG it is one parameter"""
        mal = self.msn("mal", friendly=HOSTILE_NAME)
        bob = self.msn("bob")
        bob.add("FL", mal.handle)
        chat = mal.open_switchboard()
        chat.call(bob.handle)
        bob.answer()
        bob.barrier()

    def test_C03_personal_message(self) -> None:
        """The away text is one line without controls"""
        ana = self.irc("ana", "#lobby", caps=("away-notify",))
        mal = self.msn("mal")
        mal.call(LOBBY)
        payload = b"<Data><PSM>a&#13;&#10;KILL alice :x&#0;\x1b[2J%s%n</PSM><CurrentMedia></CurrentMedia></Data>"
        mal.request("UUX", payload=payload)
        mal.change_status("BSY")
        for message in ana.barrier():
            self.assertNotEqual(message.command, "KILL")
            self.assertFalse([letter for letter in message.text if ord(letter) < 32], message)

    def test_C05_text_that_looks_like_mime(self) -> None:
        """One head, of our own making; the rest is text"""
        chat = self.msn("bob").call(LOBBY)
        mal = self.irc("mal", "#lobby")
        for text in ("Content-Type: text/x-msmsgsinvite", "Invitation-Command: INVITE", "%0D%0A%0D%0Ax"):
            mal.send(f"PRIVMSG #lobby :{text}")
            self.assertEqual(chat.expect_text(sender=person("mal")).body.text, text)

    def test_C06_percent_signs_and_spaces(self) -> None:
        """A real name with `%`, spaces and what looks like a length is one parameter"""
        chat = self.msn("bob").call(LOBBY)
        mal = self.irc("mal", "#lobby", realname="a%0D%0AOUT 100 % x")
        chat.expect_joined(person("mal"))
        mal.send("PRIVMSG #lobby :%0D%0AOUT%20x")
        message = chat.expect_text("%0D%0AOUT%20x")
        self.assertEqual(message.name(1), "a%0D%0AOUT 100 % x")

    def test_C07_xml_in_an_away_text(self) -> None:
        """Escaped, and well-formed for every name and text"""
        mal = self.irc("mal", realname="<&>\"'")
        bob = self.msn("bob")
        bob.add("FL", person("mal"))
        for text in ("</PSM></Data><x y=\"&]]>'", "]]>", "&amp;", "<!--", "\ufffe"):
            mal.send(f"AWAY :{text}")
            bob.expect("UBX", person("mal"))

    def test_C08_C09_pages_and_metrics_show_no_names(self) -> None:
        """Names of people are neither on the status page nor in a metric"""
        mal = self.msn("mal", friendly="<script>alert(1)</script>")
        mal.call(LOBBY)
        self.irc("mal-irc", '#room"}_1', realname="<script>")
        for path in ("/", "/metrics"):
            connection = http.client.HTTPConnection(*self.daemon.address("http"), timeout=10)
            connection.request("GET", path)
            page = connection.getresponse().read().decode()
            connection.close()
            for word in ("script", "mal", "example.com", "room"):
                self.assertNotIn(word, page.lower().replace("in the same rooms", ""), path)

    def test_C16_charsets(self) -> None:
        """Names of charsets that nobody has, and ESC sequences: valid UTF-8 on IRC"""
        ana = self.irc("ana", "#lobby")
        chat = self.msn("mal").call(LOBBY)
        for charset in ("UTF-7", "UTF-8.0", "%s%n%n", "A" * 1200, "ISO-2022-JP", "\x01"):
            chat.deliver(text_body(b"+ADw-script+AD4- \x1b$B \xff\xff", charset=charset))
            ana.expect("PRIVMSG", "#lobby")  # the harness reads nothing but UTF-8


class FairnessTest(MsnAttackCase):
    """Groups K and P."""

    def test_K02_nothing_comes_back(self) -> None:
        """echo-message, joining and typing: nothing that crossed the bridge crosses it again"""
        ana = self.irc("ana", "#lobby", caps=("echo-message", "message-tags"))
        chat = self.msn("bob").call(LOBBY)
        chat.say("once")
        ana.send("PRIVMSG #lobby :twice?", "@+typing=active TAGMSG #lobby")
        ana.barrier()
        self.assertEqual(chat.texts(), ["twice?"])
        chat.type_something()
        self.assertEqual([line.verb for line in chat.barrier() if line.verb == "MSG"], [])

    def test_K08_blocked_person_reaches_nobody(self) -> None:
        """bob blocks mal of IRC: no message, room text, typing, nudge, action or invitation of mal's reaches bob"""
        mal = self.irc("mal", "#lobby", caps=("message-tags",))
        bob = self.msn("bob")
        room = bob.call(LOBBY)
        query = bob.call(person("mal"))
        bob.add("BL", person("mal"))
        for target in ("Bob", "#lobby"):
            mal.ask(
                f"PRIVMSG {target} :text",
                f"NOTICE {target} :text",
                f"PRIVMSG {target} :\x01ACTION waves\x01",
                f"PRIVMSG {target} :\x01NUDGE\x01",
                f"@+typing=active TAGMSG {target}",
            )
        mal.ask("INVITE Bob #lobby")
        for chat in (room, query):
            self.assertEqual([line.verb for line in chat.barrier() if line.verb == "MSG"], [])
        bob.barrier()
        self.assertFalse(bob.rings)

    def test_K14_banned_from_a_room(self) -> None:
        """Kicked and banned by the handle: no text of mal's gets through, by no window and under no name"""
        olga = self.irc("olga", "#crew")
        mal = self.msn("mal")
        chat = mal.call("crew@rooms." + GATEWAY)
        olga.ask("MODE #crew +b *!mal@example.com", "KICK #crew Mal :out")
        chat.read_to_end()
        mal.rename("Somebody Else")
        again = mal.open_switchboard()
        self.assertEqual(again.request("CAL", "crew@rooms." + GATEWAY).verb, "216")
        trid = again.post(text_body("let me in"))
        self.assertEqual(again.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.assert_silent(olga, "PRIVMSG", "JOIN")

    def test_room_modes_bind_people_on_msn(self) -> None:
        """moderated: no voice, no text, and a NAK"""
        olga = self.irc("olga", "#crew")
        chat = self.msn("mal").call("crew@rooms." + GATEWAY)
        olga.ask("MODE #crew +m")
        trid = chat.post(text_body("let me speak"))
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.assert_silent(olga, "PRIVMSG")
        olga.ask("MODE #crew +v Mal")
        chat.say("thank you")
        olga.expect("PRIVMSG", "#crew", "thank you")

    def test_P01_P02_log_is_plain_and_unforgeable(self) -> None:
        """Names, handles and paths in the log are escaped: printable, and one record an event"""
        mark = self.daemon.log.mark()
        self.msn("mal", friendly=ESCAPES + "\n2026-01-01 INFO admin login ok").call(LOBBY).say(ESCAPES)
        self.keep_msn(self.msn_client("mal2")).send(f"VER 1 {ESCAPES}")
        client = self.msn_client("mal3")
        client.negotiate()
        client.send(f"USR 3 TWN I {ESCAPES}@x")
        client.read_to_end()
        for line in self.daemon.log.raw().splitlines():
            text = line.decode("utf-8")
            self.assertTrue(text.isprintable(), line)
        self.assertNotIn("\n2026-01-01 INFO admin", self.daemon.log.text_since(mark))

    def test_P03_secrets_are_not_logged(self) -> None:
        """Passwords, tickets, keys and texts are nowhere in the log, not even when a login fails"""
        secret = "canary-password-4711"
        self.make_legacy_account("old@example.com", secret)
        bob = self.msn("bob", password=secret)
        chat = bob.call(LOBBY)
        chat.say("canary text 4712")
        self.msn("old", dialect=7, password=secret)
        with self.assertRaises(LoginRefused):
            self.msn_client("bob", password="wrong-" + secret).log_in()
        mal = self.msn_client("mal")
        mal.negotiate()
        mal.begin_login()
        mal.finish_login("t=canary-ticket-4713&p=")
        address, key = bob.request("XFR", "SB").params[2], bob.request("XFR", "SB").params[4]
        bob.connect_switchboard(address).request("USR", "bob@example.com", key + "x")
        log = self.daemon.log.text_since()
        for word in (secret, "canary text", "canary-ticket", key):
            self.assertNotIn(word, log)
        for path in (self.directory / "data").rglob("*"):
            if path.is_file():
                self.assertNotIn(secret.encode(), path.read_bytes(), path)

    def test_P04_files_are_private(self) -> None:
        """Database and keys are nobody else's to read"""
        self.make_legacy_account("old@example.com", "secret")
        for path in (self.directory / "data").rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


if __name__ == "__main__":
    unittest.main()
