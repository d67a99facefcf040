"""What becomes of messages that cross the bridge, and what their senders are told."""

import unittest

from harness.bridge import PairCase, person
from harness.case import configured
from harness.client import of_command
from harness.msn_body import text_body


class FateTest(PairCase):
    """What the sender is told."""

    def test_delivered_message_is_acknowledged(self) -> None:
        """message delivered | MSN: `ACK` to mode `A`; nothing to `U` and `N`, `ACK` to `D`"""
        ana, _, chat = self.pair()
        trids = {mode: chat.post(text_body(f"mode {mode}"), mode) for mode in "UNADS"}
        answers = [(command.verb, command.params[0]) for command in chat.barrier()]
        self.assertEqual(answers, [("ACK", trids[mode]) for mode in "ADS"])
        texts = [message.text for message in of_command(ana.barrier(), "PRIVMSG")]
        self.assertEqual(texts, [f"mode {mode}" for mode in "UNADS"])

    def test_message_to_somebody_who_left_is_not_acknowledged(self) -> None:
        """message cannot be delivered | MSN sender: `NAK` when it asked for acknowledgement"""
        ana, _, chat = self.pair()
        ana.send("QUIT")
        chat.expect_left(person("ana"))
        trids = {mode: chat.post(text_body("hello?"), mode) for mode in "UNAD"}
        answers = [(command.verb, command.params[0]) for command in chat.barrier()]
        self.assertEqual(answers, [("NAK", trids[mode]) for mode in "NAD"])

    def test_message_before_anybody_came_is_not_acknowledged(self) -> None:
        """... so is a message in an empty switchboard"""
        chat = self.msn("bob").open_switchboard()
        trid = chat.post(text_body("hello?"), "A")
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")

    @configured({"msn": {"ring_timeout": "1s"}})
    def test_irc_message_that_nobody_answers(self) -> None:
        """session lost and no answer | `FAIL PRIVMSG UNDELIVERED bob :…`, else a `NOTICE`; one for each message"""
        ana = self.irc("ana", caps=("standard-replies",))
        plain = self.irc("paula")
        self.msn("bob")
        ana.send("PRIVMSG Bob :one", "PRIVMSG Bob :two")
        plain.send("PRIVMSG Bob :three")
        for words in ("one", "two"):
            self.assertIn(f'"{words}": no answer', ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob").text)
        self.assertIn('"three"', plain.expect("NOTICE", "paula", where=lambda message: "Bob" in message.text).text)

    @configured({"msn": {"ring_timeout": "1s"}})
    def test_notice_that_nobody_answers(self) -> None:
        """`NOTICE` ... never answered, not even with an error"""
        ana = self.irc("ana", caps=("standard-replies",))
        self.msn("bob")
        ana.send("NOTICE Bob :one", "PRIVMSG Bob :two")
        ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")
        self.assert_silent(ana, "FAIL", "NOTICE")

    def test_called_client_goes_away_while_it_rings(self) -> None:
        """session lost and no answer | the sender is told at once when the called person signs out"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob = self.msn("bob")
        ana.send("PRIVMSG Bob :hello")
        bob.wait_for_ring()
        bob.send("OUT")
        ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")

    def test_message_to_somebody_who_blocks(self) -> None:
        """the sender is told; the blocking client does not even ring"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob = self.msn("bob")
        bob.add("BL", person("ana"))
        ana.send("PRIVMSG Bob :hello")
        ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")
        bob.barrier()
        self.assertFalse(bob.rings)

    def test_message_to_nobody(self) -> None:
        """a nick that nobody has: `401`"""
        ana = self.irc("ana")
        self.assertTrue(of_command(ana.ask("PRIVMSG Nobody :hello"), "401", "ana", "Nobody"))

    @configured({"msn": {"max_queued_messages": 3}})
    def test_messages_that_wait_are_limited(self) -> None:
        """while the called client rings, messages wait; beyond the limit the sender is told, the others arrive"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob = self.msn("bob")
        replies = ana.ask(*(f"PRIVMSG Bob :{number}" for number in range(5)))
        self.assertEqual(len(of_command(replies, "FAIL", "PRIVMSG", "UNDELIVERED", "Bob")), 2)
        self.assertEqual(bob.answer().texts(), ["0", "1", "2"])

    def test_away_msn_user(self) -> None:
        """`BSY` and the others are an away message: 301 with its words"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        bob.change_status("LUN")
        self.assertTrue(of_command(ana.ask("PRIVMSG Bob :hello"), "301", "ana", "Bob", "Out to lunch"))


if __name__ == "__main__":
    unittest.main()
