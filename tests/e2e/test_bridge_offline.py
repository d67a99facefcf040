"""Messages from IRC to people on MSN who are not signed in: kept, and delivered once."""

import re
import unittest

from harness.bridge import BridgeCase, person
from harness.client import Client, of_command
from harness.msn import MsnClient
from harness.msn_body import text_body

STAMP = re.compile(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d UTC\] ")
SHARE = 25  # messages of one sender kept for one receiver


class OfflineTest(BridgeCase):
    """IRC sends to an offline MSN user | kept and sent at their next sign-in; the sender is told `NOTE` once"""

    def setUp(self) -> None:
        super().setUp()
        self.ana = self.irc("ana", caps=("standard-replies",), realname="Ana Bee")

    def sign_out(self, client: MsnClient) -> None:
        """... and IRC knows it."""
        self.ana.ask("MONITOR + Bob")
        client.send("OUT")
        self.ana.expect("731", None, "Bob")

    def known_and_gone(self) -> None:
        """Bob has been there."""
        self.sign_out(self.msn("bob"))

    def leave_word(self, *texts: str, sender: Client | None = None) -> None:
        """Sends and waits until the messages are safe."""
        (sender or self.ana).send(*[f"PRIVMSG Bob :{text}" for text in texts])
        (sender or self.ana).expect("NOTE", "PRIVMSG", "KEPT", "Bob")

    def kept_texts(self, chat) -> list[str]:
        """What has waited, without the time that stands in front of each."""
        texts = chat.texts()
        for text in texts:
            self.assertRegex(text, STAMP)
        return [STAMP.sub("", text) for text in texts]

    def test_message_waits(self) -> None:
        """... with its time, in order, in one window of its sender"""
        self.known_and_gone()
        self.leave_word("first", "second, grüß dich")
        self.assert_silent(self.ana, "NOTE", "NOTICE", "401")
        bob = self.msn("bob")
        ring = bob.wait_for_ring()
        self.assertEqual(ring.params[4], person("ana"))
        chat = bob.answer(ring)
        self.assertEqual(self.kept_texts(chat), ["first", "second, grüß dich"])
        chat.say("I am here now")
        self.ana.expect("PRIVMSG", "ana", "I am here now")
        self.assertFalse(bob.rings)

    def test_message_is_delivered_once(self) -> None:
        """Nothing is delivered twice."""
        self.known_and_gone()
        self.leave_word("just once")
        bob = self.msn("bob")
        self.assertEqual(self.kept_texts(bob.answer()), ["just once"])
        self.sign_out(bob)
        again = self.msn("bob")
        again.barrier()
        again.barrier()
        self.assertFalse(again.rings)

    def test_message_stays_until_somebody_answers(self) -> None:
        """A ring that is not answered delivers nothing: the message is still there next time"""
        self.known_and_gone()
        self.leave_word("patience")
        bob = self.msn("bob")
        bob.wait_for_ring()
        self.sign_out(bob)
        self.assertEqual(self.kept_texts(self.msn("bob").answer()), ["patience"])

    def test_message_outlives_a_restart(self) -> None:
        """What the sender was told is safe is there when the gateway was started anew"""
        self.known_and_gone()
        self.leave_word("see you after the break")
        self.has_canaries = False
        self.assert_clean_end(self.daemon)
        self.daemon.start()
        self.assertEqual(self.kept_texts(self.msn("bob").answer()), ["see you after the break"])

    def test_sender_is_told_once_and_plainly(self) -> None:
        """... the sender is told `NOTE` once; a NOTICE without `standard-replies`; NOTICE is kept without a word"""
        self.known_and_gone()
        self.leave_word("one")
        self.ana.ask("PRIVMSG Bob :two", "NOTICE Bob :three")
        paula = self.irc("paula")
        paula.send("PRIVMSG Bob :four")
        paula.expect("NOTICE", "paula", where=lambda message: "Bob" in message.text)
        self.assert_silent(self.ana, "NOTE", "NOTICE", "FAIL", "401")
        bob = self.msn("bob")
        senders = {}
        for _ in range(2):
            ring = bob.wait_for_ring()
            senders[ring.params[4]] = self.kept_texts(bob.answer(ring))
        self.assertEqual(senders, {person("ana"): ["one", "two", "three"], person("paula"): ["four"]})

    def test_actions_are_kept_and_ctcp_is_not(self) -> None:
        """An action is kept as its text; what only makes sense at once is refused"""
        self.known_and_gone()
        self.leave_word("\x01ACTION waves\x01", "\x02bold\x02 move")
        self.assertTrue(of_command(self.ana.ask("PRIVMSG Bob :\x01VERSION\x01"), "401"))
        self.assertEqual(self.kept_texts(self.msn("bob").answer()), ["*ana waves*", "bold move"])

    def test_sender_who_has_gone(self) -> None:
        """The window shows who wrote; an answer is not acknowledged, nor given to whoever has the nick now"""
        self.known_and_gone()
        carla = self.irc("carla", caps=("standard-replies",))
        self.leave_word("goodbye", sender=carla)
        carla.send("QUIT")
        carla.read_to_end()
        chat = self.msn("bob").answer()
        self.assertEqual(self.kept_texts(chat), ["goodbye"])
        trid = chat.post(text_body("wait!"))
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        impostor = self.irc("carla")
        trid = chat.post(text_body("wait!"))
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.assert_silent(impostor, "PRIVMSG")

    def test_blocked_sender_is_not_heard(self) -> None:
        """What somebody wrote who is blocked is not delivered"""
        bob = self.msn("bob")
        bob.add("BL", person("ana"))
        self.sign_out(bob)
        self.ana.ask("PRIVMSG Bob :let me explain")
        again = self.msn("bob")
        again.barrier()
        again.barrier()
        self.assertFalse(again.rings)

    def test_hidden_receiver_gets_it_when_they_show_themselves(self) -> None:
        """`HDN` | never shown: a message waits as for somebody who is away"""
        bob = self.msn("bob", status="NLN")
        self.ana.ask("MONITOR + Bob")
        bob.change_status("HDN")
        self.ana.expect("731")
        self.leave_word("are you hiding?")
        bob.barrier()
        self.assertFalse(bob.rings)
        bob.change_status("NLN")
        self.assertEqual(self.kept_texts(bob.answer()), ["are you hiding?"])

    def test_nobody_of_that_name(self) -> None:
        """A nick that was never anybody's on MSN: `401`"""
        self.assertTrue(of_command(self.ana.ask("PRIVMSG Nobody :hello"), "401", "ana", "Nobody"))

    def test_too_many_messages(self) -> None:
        """25 wait of one sender for one receiver; who sends more is told that they do not, and others may still"""
        self.known_and_gone()
        self.ana.send(*[f"PRIVMSG Bob :{number}" for number in range(SHARE + 5)])
        for _ in range(5):
            self.ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")
        self.assert_silent(self.ana, "FAIL")
        self.assertFalse(of_command(self.irc("carol", caps=("standard-replies",)).ask("PRIVMSG Bob :me too"), "FAIL"))
        bob = self.msn("bob")
        kept = [self.kept_texts(bob.answer()) for _ in range(2)]
        self.assertIn([str(number) for number in range(SHARE)], kept)
        self.assertIn(["me too"], kept)


if __name__ == "__main__":
    unittest.main()
