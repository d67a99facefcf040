"""Attack cases of history: who may read what, what floods of questions do, and what is left after a crash."""

import secrets
import sqlite3
import threading
import time
import unittest
from pathlib import Path

from harness.accounts import log_in, make_account
from harness.attacks import CleanLog
from harness.bridge import LOBBY, MsnAttackCase, person
from harness.client import Client, of_command
from harness.daemon import patchcord
from harness.history_case import HIGH, LOW, MODERN, PASSWORD, HistoryCase
from harness.machine import eventually, patience, sanitizers
from harness.msn_body import nudge_body, text_body
from harness.msn_ftp import FILE_GUID, invitation

MIB = 1024 * 1024
SLOWEST_CANARY = 1.0  # seconds


class RightsTest(HistoryCase):
    """K10: who reads what."""

    def test_K10_who_is_not_in_the_channel(self) -> None:
        """Neither a guest nor somebody with an account is shown or told anything; who comes in later is shown all"""
        olga = self.member("olga", "#crew")
        self.say(olga, "#crew", "secret one", "secret two")
        msgid = of_command(olga.ask("CHATHISTORY LATEST #crew * 1"), "PRIVMSG")[0].tags["msgid"]
        olga.ask("MODE #crew +i")
        for outsider in (self.guest("guest"), self.member("mal")):
            self.assert_knows_nothing(outsider, "#crew", "secret")
            for words in (f"AROUND #crew msgid={msgid} 10", f"AROUND olga msgid={msgid} 10"):
                self.assertEqual(self.texts(outsider, words), [])
            outsider.send("CHATHISTORY LATEST #crew * 10")
            outsider.expect("FAIL", "CHATHISTORY", "INVALID_TARGET")
            outsider.join("#other")
            self.assertEqual(self.texts(outsider, f"AFTER #other msgid={msgid} 10"), [])
            self.assertEqual(self.texts(outsider, f"LATEST #other msgid={msgid} 10"), [])
            self.assertNotIn("#crew", self.targets(outsider))
        olga.ask("INVITE mal #crew")
        outsider.join("#crew")
        self.assertEqual(self.texts(outsider, "LATEST #crew * 10"), ["secret one", "secret two"])

    def test_K10_parted_kicked_and_banned(self) -> None:
        """Who has left, by will or not, is shown nothing any more, also not what they had heard"""
        olga = self.member("olga", "#crew")
        mal = self.member("mal")
        self.say(olga, "#crew", "heard")
        for leave in (
            lambda: mal.ask("PART #crew"),
            lambda: olga.ask("KICK #crew mal :out"),
            lambda: olga.ask("MODE #crew +b mal!*@*", "KICK #crew mal :out"),
        ):
            mal.join("#crew")
            leave()
            self.say(olga, "#crew", "secret")
            self.assert_knows_nothing(mal, "#crew", "heard", "secret")
            self.assertNotIn("#crew", self.targets(mal))
        self.assertTrue(of_command(mal.ask("JOIN #crew"), "474"))
        mal.send("QUIT")
        mal.read_to_end()
        back = self.member("mal", caps=("server-time",))
        self.assertTrue(of_command(back.ask("JOIN #crew"), "474"))
        self.assertEqual(of_command(back.barrier(), "PRIVMSG"), [])

    def test_K10_channel_that_ended(self) -> None:
        """Whoever opens its name anew is not shown what others said in it, nor is who was thrown out before that"""
        olga = self.member("olga", "#crew")
        mal = self.member("mal", "#crew")
        self.say(olga, "#crew", "heard")
        olga.ask("MODE #crew +b mal!*@*", "KICK #crew mal :out")
        self.say(olga, "#crew", "secret")
        olga.ask("PART #crew")
        stranger = self.guest("stranger", "#crew")
        self.assert_knows_nothing(stranger, "#crew", "heard", "secret")
        stranger.ask("PART #crew")
        mal.barrier()
        mal.join("#crew")
        self.assert_knows_nothing(mal, "#crew", "secret")
        mal.ask("PART #crew")
        olga.join("#crew")
        self.assertEqual(self.texts(olga, "LATEST #crew * 10"), ["heard", "secret"])

    def test_K10_who_left_before_the_end(self) -> None:
        """Who leaves by themselves, and may be banned later, reads a channel that has ended up to then"""
        ana = self.member("ana", "#room")
        mal = self.member("mal", "#room")
        self.say(ana, "#room", "for all")
        mal.ask("PART #room")
        self.say(ana, "#room", "secret")
        ana.ask("MODE #room +b mal!*@*")
        self.say(ana, "#room", "secret still")
        ana.ask("PART #room")
        mal.ask("JOIN #room")
        self.assert_knows_nothing(mal, "#room", "secret")
        self.assertEqual(self.texts(mal, "LATEST #room * 10"), ["for all"])
        mal.ask("PART #room")
        ana.ask("JOIN #room")
        self.assertEqual(self.texts(ana, "LATEST #room * 10"), ["for all", "secret", "secret still"])

    def test_K10_words_from_outside(self) -> None:
        """Who may call into a channel, but not come in, has not taken part in it when it ends"""
        olga = self.member("olga", "#crew")
        mal = self.member("mal")
        olga.ask("MODE #crew +i-n")
        mal.ask("PRIVMSG #crew :let me in")
        olga.expect("PRIVMSG", "#crew", "let me in")
        self.say(olga, "#crew", "secret")
        olga.ask("PART #crew")
        mal.join("#crew")
        self.assert_knows_nothing(mal, "#crew", "secret")

    def test_K10_words_for_operators(self) -> None:
        """What was said to the operators of a channel alone is in nobody's history"""
        olga = self.member("olga", "#crew")
        mal = self.member("mal", "#crew")
        self.say(olga, "#crew", "for all")
        olga.ask("PRIVMSG @#crew :secret", "NOTICE @#crew :secret", "PRIVMSG +#crew :secret")
        late = self.member("late", caps=("server-time",))
        late.send("JOIN #crew")
        late.expect("PRIVMSG", "#crew", "for all")
        self.assertNotIn("secret", late.transcript())
        self.assertNotIn("secret", "".join(line.text for line in late.barrier()))
        for client in (mal, olga):
            self.assert_knows_nothing(client, "#crew", "secret")
            self.assert_knows_nothing(client, "@#crew", "secret")

    def test_K10_queries_of_others(self) -> None:
        """A query is for its two: not for who takes the nick of one of them, nor for guests"""
        ana, bob, mal = (self.member(name) for name in ("ana", "bob", "mal"))
        self.say(ana, "bob", "secret")
        self.say(self.guest("gast"), "bob", "secret of a guest")
        self.assertEqual(self.texts(bob, "LATEST ana * 10"), ["secret"])
        self.assertEqual(self.texts(bob, "LATEST gast * 10"), ["secret of a guest"])
        for target in ("ana", "bob", "mal", "gast", "ana\u00a0bob", "~gast", "*patchcord"):
            self.assert_knows_nothing(mal, target, "secret")
        self.assertEqual(self.targets(mal), [])
        bob.send("QUIT")
        bob.read_to_end()
        eventually(lambda: of_command(ana.ask("WHOIS bob"), "401"), "bob is gone")
        mal.ask("NICK bob")
        for target in ("ana", "bob", "gast"):
            self.assert_knows_nothing(mal, target, "secret")
        guest = self.guest("guest2")
        self.assert_knows_nothing(guest, "ana", "secret")

    def test_K10_account_that_was_made_anew(self) -> None:
        """Who opens a name again that was removed is shown nothing of what its owner said and heard in private, nor
        of channels that ended"""
        ana = self.member("ana", "#past")
        bob = self.member("bob", "#past")
        self.say(bob, "ana", "secret to ana")
        self.say(ana, "bob", "secret of ana")
        self.say(ana, "#past", "secret of the past")
        self.assertEqual(self.texts(ana, "LATEST bob * 10"), ["secret to ana", "secret of ana"])
        for client in (ana, bob):
            client.ask("PART #past")
        ana.send("QUIT")
        ana.read_to_end()
        result = patchcord("account", "remove", "ana", "--config", self.daemon.config_file)
        self.assertEqual(result.returncode, 0, result.stderr)
        make_account(self.daemon, "ana", PASSWORD)
        again = self.member("ana", "#past")
        for target in ("bob", "ana", "#past"):
            self.assert_knows_nothing(again, target, "secret")
        self.assertEqual(self.targets(again), [])
        self.say(bob, "ana", "hello, stranger")
        self.assertEqual(self.texts(again, "LATEST bob * 10"), ["hello, stranger"])


class BlockTest(CleanLog, MsnAttackCase):
    """K08: what is refused by a block is not kept for later either."""

    def test_K08_blocked_person_is_not_in_the_history(self) -> None:
        """ana blocks Bob, of MSN: nothing that he tries comes, then or when she returns, nor may she ask for it; what
        came before stays hers"""
        make_account(self.daemon, "ana", PASSWORD)
        ana = log_in(self.visitor(), "ana", PASSWORD, caps=MODERN)
        ana.ask("PRIVMSG *patchcord :always-on on")
        bob = self.msn("bob")
        chat = bob.call(person("ana"))
        chat.say("before the block")
        ana.expect("PRIVMSG", "ana", "before the block")
        ana.send("PRIVMSG *patchcord :block Bob")
        ana.expect("PRIVMSG", where=lambda line: "is blocked" in line.text)
        self.try_everything(bob, chat)
        self.assert_silent(ana, "PRIVMSG", "NOTICE", "TAGMSG", "INVITE")
        ana.send("QUIT")
        ana.read_to_end()
        self.try_everything(bob, chat)
        for caps in (MODERN, ("server-time",)):
            back = log_in(self.visitor(), "ana", PASSWORD, caps=caps)
            shown = "\n".join(line.raw.decode() for line in back.history + back.barrier())
            self.assertNotIn("secret", shown)
            back.send("QUIT")
            back.read_to_end()
        back = log_in(self.visitor(), "ana", PASSWORD, caps=MODERN)
        lines = of_command(back.ask("CHATHISTORY LATEST Bob * 10"), "PRIVMSG")
        self.assertEqual([line.text for line in lines], ["before the block"])
        back.send("PRIVMSG *patchcord :unblock Bob")
        back.expect("PRIVMSG", where=lambda line: "is not blocked" in line.text)
        self.assertNotIn("secret", "".join(line.text for line in back.barrier()))

    def try_everything(self, bob, chat) -> None:
        """Text, also such as IRC takes for CTCP, a nudge, typing and a file in a window that is open still; a new
        call, and one into a room."""
        for body in (text_body("secret"), text_body("\x01VERSION secret\x01"), nudge_body()):
            trid = chat.post(body)
            self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        chat.type_something()
        chat.deliver(invitation(Invitation_Command="INVITE", Invitation_Cookie="1", Application_File="secret.txt",
                                Application_FileSize="1", Application_GUID=FILE_GUID))  # fmt: skip
        again = bob.open_switchboard()
        self.assertTrue(again.request("CAL", person("ana")).is_error)
        again.close()
        lobby = bob.call(LOBBY)
        lobby.request("CAL", person("ana"))  # whatever is said of it
        lobby.leave()


class FloodTest(HistoryCase):
    """J06: questions whose answers are long."""

    config = {"irc": {"sendq": "64 KiB"}, "history": {"max_query": 1000}}
    LINES = 1000

    def setUp(self) -> None:
        super().setUp()
        ana = self.member("ana", "#room")
        for first in range(0, self.LINES, 100):
            ana.ask(*[f"PRIVMSG #room :{number} {'x' * 200}" for number in range(first, first + 100)])
        self.say(ana, "#room", "the last")

    def test_J06_one_answer_is_never_too_long(self) -> None:
        """A thousand lines, more than the send queue holds, come whole, and close nobody"""
        reader = self.guest("reader", "#room")
        shown = self.texts(reader, "LATEST #room * 1000")
        self.assertEqual([int(text.split()[0]) for text in shown[:-1]], list(range(1, self.LINES)))
        self.assertEqual(self.limit_hits("sendq"), 0)

    def test_J06_floods_of_questions(self) -> None:
        """Hundreds, of several clients that read nothing: others are answered meanwhile, in bounded memory"""
        before = self.daemon.resident_bytes()
        lines = ("WHO *", "LIST", "NAMES", "CHATHISTORY LATEST #room * 1000", f"CHATHISTORY AROUND #room {LOW} 1000",
                 f"CHATHISTORY TARGETS {LOW} {HIGH} 1000")  # fmt: skip
        questions = "".join(line + "\r\n" for line in lines).encode()
        attackers = [self.user(f"mal{number}", "#room", caps=MODERN, receive_buffer=4096) for number in range(5)]
        for mal in attackers:
            mal.socket.setblocking(False)
            try:
                mal.socket.send(questions * 40)
            except (BlockingIOError, ConnectionError):
                pass  # not reading from one who does not read is an answer, too
        self.assertLess(self.worst_canary_delay(), SLOWEST_CANARY * patience())
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, 32 * MIB)
        for mal in attackers:
            mal.abort()


class FloodControlTest(HistoryCase):
    """J06, with the limits of everybody."""

    config = {"irc": {"flood_burst": 20, "flood_rate": 2.0, "flood_timeout": "3s"}}

    def test_J06_floods_under_flood_control(self) -> None:
        """Who reads is answered no faster than flood control allows, and closed for going on"""
        self.say(self.member("ana", "#room"), "#room", "one", "two", "three")
        mal = self.guest("mal", "#room")
        started = time.monotonic()
        mal.send_until_closed(b"CHATHISTORY LATEST #room * 5\r\n" * 4000)
        answers = len([line for line in mal.read_to_end() if line.is_about("BATCH") and line.params[0].startswith("+")])
        self.assertGreater(answers, 0)
        self.assertLess(answers, 20 + 2.0 * (time.monotonic() - started) + 2)
        self.assertEqual(self.limit_hits("flood_closed"), 1)


class StoreTest(HistoryCase):
    """B09, B10, N01: what is in the file."""

    NAMES = ("../../../tmp/pwn-{}", "../pwn-{}", "/tmp/pwn-{}", "a/b", ".", "..", "-rf", "CON", "%2e%2e",
             "');DROP-TABLE-line;--", "%_", "\\", '"a"OR(b)', "*")  # fmt: skip

    def test_B09_B10_names_of_places(self) -> None:
        """Names that mean something to a file system or a database are names: each has a history of its own, to the
        letter, and no file"""
        token = secrets.token_hex(6)
        ana = self.member("ana")
        names = ["#" + name.format(token) for name in self.NAMES]
        for name in names:
            ana.join(name)
            self.say(ana, name, f"in {name}", name)
        for name in names:
            self.assertEqual(self.texts(ana, f"LATEST {name} * 10"), [f"in {name}", name])
        self.assertEqual(set(self.targets(ana)), set(names))
        made = {path.relative_to(self.directory).parts[0] for path in self.directory.rglob("*")}
        self.assertLessEqual(made, {"gateway.toml", "data"})
        self.assertEqual([path for path in self.directory.rglob("*") if token in path.name], [])
        self.assertFalse(Path(f"/tmp/pwn-{token}").exists())
        self.assert_files_are_sound()

    def test_N01_files_after_kill(self) -> None:
        """kill -9 while people talk, three times: both databases are sound, and the gateway starts at once"""
        kept = 0
        for _ in range(3):
            talkers = [self.guest(f"talker{number}", "#room") for number in range(4)]
            threads = [threading.Thread(target=self.talk, args=(talker,)) for talker in talkers]
            for thread in threads:
                thread.start()
            for talker in talkers:
                eventually(lambda talker=talker: len(talker.history) > 150, "they talk")
            self.daemon.kill()
            for thread in threads:
                thread.join()
            self.assert_files_are_sound()
            self.assertGreater(self.kept_lines(), kept)
            kept = self.kept_lines()
            started = time.monotonic()
            self.kill_and_restart()
            self.assertLess(time.monotonic() - started, 3.0 * patience())

    def talk(self, talker: Client) -> None:
        try:
            while True:
                self.say(talker, "#room", "one more word")
        except (AssertionError, OSError):
            return  # killed

    def assert_files_are_sound(self) -> None:
        for name, table in (("history.db", "line"), ("patchcord.db", "account")):
            database = sqlite3.connect(self.directory / "data" / name)
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)], name)
            database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
            database.close()

    def kept_lines(self) -> int:
        database = sqlite3.connect(self.directory / "data" / "history.db")
        (count,) = database.execute("SELECT COUNT(*) FROM line WHERE event = 0").fetchone()
        database.close()
        return count

    def test_N08_order_within_a_moment(self) -> None:
        """Lines of the same millisecond have one order, however they are asked for, and each comes once"""
        ana = self.member("ana", "#room")
        bob = self.member("bob", "#room")
        for client in (ana, bob):
            client.ask(*[f"PRIVMSG #room :{client.nick} {number}" for number in range(150)])
        self.say(ana, "#room", "the last")
        said = [f"ana {n}" for n in range(150)] + [f"bob {n}" for n in range(150)] + ["the last"]
        for word, first in (("BEFORE", "LATEST #room * 7"), ("AFTER", f"AFTER #room {LOW} 7")):
            shown: list[str] = []
            lines = of_command(ana.ask(f"CHATHISTORY {first}"), "PRIVMSG")
            while lines:
                page = [line.text for line in lines]
                shown = page + shown if word == "BEFORE" else shown + page
                edge = lines[0 if word == "BEFORE" else -1].tags["msgid"]
                lines = of_command(ana.ask(f"CHATHISTORY {word} #room msgid={edge} 7"), "PRIVMSG")
            self.assertEqual(shown, said)


if __name__ == "__main__":
    unittest.main()
