"""People on IRC who have an account, and are away: their contact list stays, and so does what is written to them."""

import re
import sqlite3
import unittest

from harness.accounts import PATCHCORD, authenticate, log_in
from harness.away import AwayCase
from harness.bridge import person
from harness.case import configured
from harness.client import Client, of_command
from harness.machine import eventually
from harness.msn_body import text_body

ANA = person("ana")
BOB = "bob@example.com"
IN_WORDS = re.compile(r"^\[\d{4}-\d\d-\d\dT\d\d:\d\dZ\] ")
KEPT = "(ana is not online; your messages wait until they are)"


class ContactsTest(AwayCase):
    """The contact list is the account's."""

    def befriend(self) -> None:
        self.msn("bob")
        self.msn("mal")
        ana = self.ana()
        self.assertIn("is on your contact list now", self.tell(ana, "add bob@example.com Bobby"))
        self.assertIn("is blocked", self.tell(ana, "block mal@example.com"))
        self.arrived(ana)  # stored by then
        self.leave(ana)

    def assert_friends(self, ana: Client) -> None:
        answer = self.tell(ana, "list")
        rest = [message.text for message in ana.barrier() if message.source.startswith(PATCHCORD)]
        listed = "\n".join([answer, *rest])
        for words in ("Bobby", BOB, "mal@example.com", "blocked"):
            self.assertIn(words, listed)

    def test_contacts_survive_a_reconnect(self) -> None:
        """... with their names and blocks; `&contacts` is there again"""
        self.befriend()
        ana = log_in(self.visitor(), "ana", "secret")
        self.tell(ana, "status")
        self.assert_friends(ana)
        self.assertIn("Bob", of_command(ana.ask("NAMES &contacts"), "353")[0].text)

    def test_contacts_survive_kill_9(self) -> None:
        self.befriend()
        self.restart_by_force()
        self.msn("bob")
        self.assert_friends(self.ana())

    def test_contacts_are_there_under_another_nick(self) -> None:
        self.befriend()
        self.assert_friends(self.ana("ana_"))

    def test_who_is_listed_hears_of_it_when_they_come(self) -> None:
        """bob is told at his next sign-in who has him on the list, though ana is away: RL in SYN"""
        self.befriend()
        for dialect in (8, 12):
            bob = self.msn_client("bob", dialect=dialect)
            self.assertTrue(bob.log_in().synchronize()[ANA].lists & 8, dialect)

    def test_who_asked_while_ana_was_away(self) -> None:
        """contact asks to be added | `NOTICE` at the next login"""
        self.make_ana()
        bob = self.msn("bob")
        bob.add("FL", ANA)
        ana = self.ana()
        notice = ana.expect("NOTICE", "ana", where=lambda message: message.source.startswith(PATCHCORD))
        self.assertIn("put you on their contact list", notice.text)

    def test_both_logins_have_one_list(self) -> None:
        """A block in one holds for the other, too"""
        bob = self.msn("bob")
        first, second = self.ana(), self.ana("ana_")
        self.arrived(second)
        self.assertIn("is blocked", self.tell(first, "block bob@example.com"))
        for handle in (ANA, person("ana_")):
            self.assertEqual(bob.open_switchboard().request("CAL", handle).verb, "217")
        self.assertIn("is blocked already", self.tell(second, "block bob@example.com"))

    def test_guest_who_logs_in_later(self) -> None:
        """... brings the contacts along, and gets what waited"""
        self.befriend()
        self.watcher.send("PRIVMSG ana :hello")
        self.watcher.expect("NOTICE")
        guest = self.irc("guest", caps=("sasl", "server-time"))
        self.assertEqual(authenticate(guest, "ana", "secret").command, "903")
        guest.expect("PRIVMSG", "guest", "hello")
        self.assert_friends(guest)


class KeptForAccountTest(AwayCase):
    """bob on MSN writes to ana, who is away."""

    def setUp(self) -> None:
        super().setUp()
        self.make_ana()

    def test_conversation_with_somebody_away(self) -> None:
        """CAL: RINGING and JOI; each message is acknowledged; once bob is told that they wait"""
        for dialect in (7, 8, 12):
            with self.subTest(dialect):
                chat = self.msn(f"bob{dialect}", dialect=dialect).call(ANA)
                self.write(chat, "one", "two")
                chat.barrier()
                self.assertEqual(chat.transcript().count(KEPT), 1)
        self.assertEqual([message.text for message in self.arrived(self.ana())], ["one", "two"] * 3)

    def test_they_come_in_order_once_with_their_time(self) -> None:
        """`time` of when it was said, from bob; at the next login nothing"""
        self.write(self.msn("bob").call(ANA), "first", "second, grüß dich", "/me waves")
        ana = self.ana()
        came = self.arrived(ana)
        self.assertEqual([message.text for message in came], ["first", "second, grüß dich", "*Bob waves*"])
        now = self.watcher.ask("TIME")[0].text
        for message in came:
            self.assertEqual(message.source, "Bob!bob@example.com")
            self.assertLess(message.tags["time"], now)
        self.leave(ana)
        self.assertEqual(self.arrived(self.ana()), [])

    def test_clients_without_time_are_told_in_words(self) -> None:
        self.write(self.msn("bob").call(ANA), "hello")
        came = self.arrived(self.ana(caps=()))
        self.assertEqual(len(came), 1)
        self.assertRegex(came[0].text, IN_WORDS)
        self.assertEqual(IN_WORDS.sub("", came[0].text), "hello")

    def test_they_outlive_kill_9(self) -> None:
        """What was acknowledged is safe"""
        self.write(self.msn("bob").call(ANA), "hello")
        self.restart_by_force()
        self.assertEqual([message.text for message in self.arrived(self.ana())], ["hello"])

    def test_answer_to_the_open_window(self) -> None:
        """ana comes, and both go on in the window that bob has"""
        chat = self.msn("bob").call(ANA)
        chat.say("are you there?")
        ana = self.ana()
        self.arrived(ana)
        ana.send("PRIVMSG Bob :now I am")
        chat.expect_text("now I am", ANA)
        chat.say("good")
        ana.expect("PRIVMSG", "ana", "good")

    def test_leaving_and_coming_back(self) -> None:
        """BYE, then what is said is kept, then JOI"""
        ana = self.ana()
        self.arrived(ana)
        chat = self.msn("bob").call(ANA)
        self.leave(ana)
        chat.expect_left(ANA)
        chat.say("too late")
        ana = self.ana("ana_")
        chat.expect_joined(ANA)
        self.assertEqual([message.text for message in self.arrived(ana)], ["too late"])
        chat.say("in time")
        ana.expect("PRIVMSG", "ana_", "in time")

    def test_guests_are_not_expected(self) -> None:
        """`217`, and `NAK` in a window that they have left"""
        guest = self.irc("guest")
        bob = self.msn("bob")
        chat = bob.call(person("guest"))
        self.leave(guest)
        chat.expect_left(person("guest"))
        trid = chat.post(text_body("still there?"))
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.assertEqual(bob.open_switchboard().request("CAL", person("guest")).verb, "217")

    def test_people_on_irc_write_too(self) -> None:
        """`NOTE PRIVMSG KEPT` once; it arrives"""
        carl = self.irc("carl", caps=("standard-replies",))
        carl.send("PRIVMSG ana :one", "PRIVMSG Ana :two", "NOTICE ana :three")
        carl.expect("NOTE", "PRIVMSG", "KEPT", "ana")
        self.assertTrue(of_command(carl.ask("PRIVMSG guest :hello"), "401"))
        came = self.arrived(self.ana())
        self.assertEqual([message.nick for message in came], ["carl"] * 3)
        self.assertEqual([message.text for message in came], ["one", "two", "three"])

    @configured({"irc": {"sendq": "32 KiB"}, "msn": {"max_message_lines": 50}})
    def test_more_than_the_send_queue_takes(self) -> None:
        """Forty messages of many lines do not keep ana from logging in"""
        for first, name in ((0, "bob"), (20, "mal")):
            chat = self.msn(name).call(ANA)
            for number in range(first, first + 20):
                chat.say("\r\n".join(f"{number}.{line}" for line in range(50)))
        trid = chat.post(text_body("\r\n".join(["x"] * 51)))
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        ana = self.ana()
        for number in (0, 20, 39):
            ana.expect("PRIVMSG", "ana", f"{number}.49")
        self.assertEqual(self.arrived(ana), [])


class BlockedTest(AwayCase):
    """Somebody whom ana has blocked."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.msn("bob")
        self.carol = self.msn("carol")
        ana = self.ana()
        self.assertIn("is blocked", self.tell(ana, "block bob@example.com"))
        self.arrived(ana)
        self.leave(ana)

    def test_kept_messages_never_arrive(self) -> None:
        self.write(self.bob.call(ANA), "listen")
        self.write(self.carol.call(ANA), "hello")
        ana = self.ana()
        self.assertEqual([message.text for message in self.arrived(ana)], ["hello"])
        self.assertIn("not blocked", self.tell(ana, "unblock bob@example.com"))
        self.leave(ana)
        self.assertEqual(self.arrived(self.ana()), [])

    def test_nothing_tells_that_ana_came(self) -> None:
        """No NLN, no JOI in a window that was open; others see both"""
        for who in (self.bob, self.carol):
            who.add("FL", ANA)
            who.barrier()
        chats = [who.call(ANA) for who in (self.bob, self.carol)]
        ana = self.ana("ana_")
        self.carol.expect("NLN", "NLN", ANA)
        self.arrived(ana)
        self.assertEqual([line for line in self.bob.barrier() if line.verb == "NLN"], [])
        self.assertEqual(self.bob.open_switchboard().request("CAL", ANA).verb, "217")
        trid = chats[0].post(text_body("I know that you are there"))
        self.assertEqual(chats[0].expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.leave(ana)
        chats[1].expect_left(ANA)
        ana = self.ana()
        chats[1].expect_joined(ANA)
        chats[0].barrier()
        self.assertEqual([line for line in chats[0].transcript().splitlines() if "< BYE" in line], [])

    def test_window_that_ana_left_before(self) -> None:
        """BYE when she went; no JOI when she comes back, having blocked meanwhile"""
        ana = self.ana()
        self.tell(ana, "unblock bob@example.com")
        chats = [who.call(ANA) for who in (self.bob, self.carol)]
        self.tell(ana, "block bob@example.com")
        self.arrived(ana)
        self.leave(ana)
        for chat in chats:
            chat.expect_left(ANA)
        ana = self.ana()
        chats[1].expect_joined(ANA)
        chats[0].barrier()
        self.assertEqual(chats[0].present, {})


class HandleTest(AwayCase):
    """The handle of somebody with an account."""

    def test_presence_under_another_nick(self) -> None:
        """ana as ana_ is ana@irc to MSN: NLN with her nick as name, FLN when she goes or blocks"""
        self.make_ana()
        bob = self.msn("bob")
        bob.add("FL", ANA)
        ana = self.ana("ana_")
        line = bob.expect("NLN", "NLN", ANA)
        self.assertEqual(line.name(2), "ana_ (A Tester)")
        ana.ask("AWAY :gone")
        bob.expect("NLN", "AWY", ANA)
        self.tell(ana, "block bob@example.com")
        bob.expect("FLN", ANA)
        self.assertEqual(bob.open_switchboard().request("CAL", ANA).verb, "217")
        self.tell(ana, "unblock bob@example.com")
        bob.expect("NLN", "AWY", ANA)
        chat = bob.call(ANA)
        chat.say("hello")
        ana.expect("PRIVMSG", "ana_", "hello")
        ana.send("PRIVMSG Bob :hi")
        chat.expect_text("hi", ANA)
        self.leave(ana)
        bob.expect("FLN", ANA)


class SlowStoreTest(AwayCase):
    """ana has just logged in, and her contact list is still being fetched."""

    def setUp(self) -> None:
        super().setUp()
        self.witness = self.irc("witness")
        self.leave(log_in(self.visitor(), "zoe", "secret"))

    def lock_store(self) -> sqlite3.Connection:
        """Another process writes: whoever writes waits, and in the store's one thread all who read behind."""
        lock = sqlite3.connect(self.directory / "data" / "patchcord.db", isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN IMMEDIATE")
        return lock

    def log_in_slowly(self):
        """ana, logged in, and the lock that keeps her list from coming."""
        ana = self.visitor()
        ana.send("CAP LS 302", "CAP REQ :sasl server-time", "NICK ana", "USER ana 0 * :A Tester")
        ana.expect("CAP", None, "ACK")
        self.assertEqual(authenticate(ana, "ana", "secret").command, "903")
        lock = self.lock_store()
        self.watcher.send("PRIVMSG zoe :something to store")
        self.witness.barrier()
        ana.send("CAP END")
        ana.nick = ana.expect("001").params[0]
        return ana, lock

    def test_order_and_blocks(self) -> None:
        """What is written in that moment comes behind what is older; from those she blocks nothing comes"""
        bob, carol = self.msn("bob"), self.msn("carol")
        for who in (bob, carol):
            who.add("FL", ANA)
        ana = self.ana()
        self.tell(ana, "block bob@example.com")
        self.arrived(ana)
        self.leave(ana)
        chats = [who.call(ANA) for who in (bob, carol)]
        chats[1].say("old")
        paul = self.irc("paul", caps=("standard-replies",))
        ana, lock = self.log_in_slowly()
        chats.append(bob.call(ANA))
        posted = [(chat, chat.post(text_body("new"))) for chat in chats]
        paul.send("PRIVMSG ana :new from paul")
        self.assertEqual([line.verb for line in bob.barrier() if line.verb == "NLN"], [])
        lock.execute("ROLLBACK")
        came = self.arrived(ana)
        self.assertEqual(came[0].text, "old")
        self.assertEqual(
            sorted((message.nick.lower(), message.text) for message in came),
            [("carol", "new"), ("carol", "old"), ("paul", "new from paul")],
        )
        for chat, trid in posted:
            chat.expect("ACK", trid)
        self.assert_silent(paul, "FAIL", "NOTE", "401")
        carol.expect("NLN", "NLN", ANA)
        self.assertEqual([line.verb for line in bob.barrier() if line.verb == "NLN"], [])

    def test_leaving_while_the_list_is_fetched(self) -> None:
        """Nothing is lost, and nothing goes to who comes next"""
        self.make_ana()
        self.write(self.msn("bob").call(ANA), "old")
        ana, lock = self.log_in_slowly()
        ana.close()
        eventually(lambda: of_command(self.witness.ask("ISON ana"), "303")[0].text == "", "ana is gone")
        lock.execute("ROLLBACK")
        self.assertEqual([message.text for message in self.arrived(self.ana())], ["old"])


if __name__ == "__main__":
    unittest.main()
