"""Attack cases of group E: keys, calls, and messages of switchboards."""

import random
import socket
import struct
import unittest

from harness.bridge import LOBBY, MsnAttackCase, person
from harness.case import configured
from harness.client import of_command
from harness.machine import eventually, pass_time
from harness.msn_body import text_body


class KeyTest(MsnAttackCase):
    """Who may enter."""

    def key(self, client):
        """Address and key from XFR."""
        answer = client.request("XFR", "SB")
        return answer.params[2], answer.params[4]

    def entry(self, client, address: str, *words) -> str:
        """The answer to USR or ANS on a connection of its own; a refused one must be closed."""
        switchboard = client.connect_switchboard(address)
        answer = switchboard.request(words[0], *words[1:])
        if answer.is_error:
            self.assertEqual(switchboard.read_to_end(), [])
        return answer.verb

    def ring(self, caller, callee):
        """address, key and session id of a RNG."""
        chat = caller.open_switchboard()
        chat.call(callee.handle)
        ring = callee.wait_for_ring()
        return chat, ring.params[1], ring.params[3], ring.params[0]

    def test_E01_wrong_key(self) -> None:
        """911 and the end, for USR and ANS; nobody joins anything"""
        mal, bob = self.msn("mal"), self.msn("bob")
        chat, address, key, session = self.ring(self.msn("carol"), bob)
        self.assertEqual(self.entry(mal, address, "USR", mal.handle, "AAAA"), "911")
        self.assertEqual(self.entry(mal, address, "ANS", mal.handle, "AAAA", session), "911")
        self.assertEqual(self.entry(mal, address, "ANS", mal.handle, key, session), "911")
        chat.barrier()
        self.assertEqual(chat.present, {})

    def test_E02_key_is_used_once(self) -> None:
        """A key that was used is worth nothing; the first connection does not notice"""
        mal, bob = self.msn("mal"), self.msn("bob")
        address, key = self.key(mal)
        self.assertEqual(self.entry(mal, address, "USR", mal.handle, key), "USR")
        self.assertEqual(self.entry(mal, address, "USR", mal.handle, key), "911")
        chat, address, key, session = self.ring(mal, bob)
        self.assertEqual(self.entry(bob, address, "ANS", bob.handle, key, session), "ANS")
        self.assertEqual(self.entry(bob, address, "ANS", bob.handle, key, session), "911")
        chat.expect_joined(bob.handle)
        chat.barrier()

    @configured({"msn": {"key_lifetime": "1s"}})
    def test_E03_key_grows_old(self) -> None:
        """`key_lifetime`, and the end of the session it was given to: 911"""
        mal = self.msn("mal")
        address, key = self.key(mal)
        pass_time(1.5)
        self.assertEqual(self.entry(mal, address, "USR", mal.handle, key), "911")
        address, key = self.key(mal)
        watcher = self.canaries[1]
        watcher.ask("MONITOR + Mal")
        mal.send("OUT")
        watcher.expect("731")
        self.assertEqual(self.entry(mal, address, "USR", mal.handle, key), "911")

    def test_E04_key_of_somebody_else(self) -> None:
        """Owner and purpose of a key are both checked, and a key that was tried is burned"""
        mal, bob, carol = (self.msn(name) for name in ("mal", "bob", "carol"))
        address, key = self.key(bob)
        self.assertEqual(self.entry(mal, address, "USR", mal.handle, key), "911")
        self.assertEqual(self.entry(bob, address, "USR", bob.handle, key), "911")
        chat, address, key, session = self.ring(carol, mal)
        self.assertEqual(self.entry(mal, address, "USR", mal.handle, key), "911")
        _, own_key = self.key(mal)
        self.assertEqual(self.entry(mal, address, "ANS", mal.handle, own_key, session), "911")
        chat.barrier()
        self.assertEqual(chat.present, {})

    def test_E05_wrong_session(self) -> None:
        """A key opens one session only"""
        carol, mal = self.msn("carol"), self.msn("mal")
        for change in (lambda number: str(int(number) + 1), lambda _: "-1", lambda _: "text", lambda _: "9" * 30):
            _, address, key, session = self.ring(carol, mal)
            self.assertEqual(self.entry(mal, address, "ANS", mal.handle, key, change(session)), "911")

    @configured({"msn": {"call_burst": 200, "call_rate": 100.0}})
    def test_E06_keys_cannot_be_guessed(self) -> None:
        """128 bits, without a counter or a time in them; guesses are all refused"""
        mal = self.msn("mal", dialect=8)
        keys = []
        for _ in range(20):
            trids = [mal.command("XFR", "SB") for _ in range(8)]
            keys += [line.params[4] for line in (mal.expect_any(("XFR",), trid) for trid in trids) if not line.is_error]
            if len(keys) >= 100:
                break
        self.assertGreaterEqual(len(keys), 8)
        self.assertEqual(len(set(keys)), len(keys))
        for key in keys:
            self.assertRegex(key, r"^[A-Za-z0-9]{22,}$")
        for position in range(4):
            self.assertGreater(len({key[position] for key in keys}), 2, "keys have a common part")
        address, _ = self.key(self.msn("bob"))
        for _ in range(100):
            guess = "".join(random.choices("abcdefghijklmnopqrstuvwxyz234567", k=len(keys[0])))
            self.assertEqual(self.entry(mal, address, "ANS", mal.handle, guess, str(random.randrange(2**31))), "911")

    @configured({"msn": {"key_lifetime": "2s", "call_burst": 100, "call_rate": 100.0}})
    def test_E18_many_keys(self) -> None:
        """Every key that is neither old nor used works, in any order"""
        mal = self.msn("mal")
        old = [self.key(mal) for _ in range(20)]
        pass_time(2.5)
        fresh = [self.key(mal) for _ in range(20)]
        tries = [(entry, "911") for entry in old] + [(entry, "USR") for entry in fresh]
        random.shuffle(tries)
        for (address, key), expected in tries:
            self.assertEqual(self.entry(mal, address, "USR", mal.handle, key), expected)

    @configured({"msn": {"login_timeout": "1s"}})
    def test_E11_connection_that_says_nothing(self) -> None:
        """Closed after `login_timeout`; a first command that is neither USR nor ANS closes at once"""
        mal = self.msn("mal")
        address, _ = self.key(mal)
        silent = mal.connect_switchboard(address)
        for line in ("CAL 1 canary@example.com", "MSG 1 N 3\r\nabc", "VER 1 MSNP8", "XXX 1"):
            eager = mal.connect_switchboard(address)
            eager.send(line)
            self.assertEqual(eager.read_to_end(), [])
        self.assertEqual(silent.read_to_end(), [])

    @configured({"msn": {"max_switchboards": 5, "call_burst": 100, "call_rate": 100.0}})
    def test_E13_too_many_switchboards(self) -> None:
        """`max_switchboards`: 714; closing one makes room"""
        mal = self.msn("mal")
        open_ones = [mal.open_switchboard() for _ in range(5)]
        self.assertEqual(mal.request("XFR", "SB").verb, "714")
        open_ones[0].leave()
        eventually(lambda: mal.request("XFR", "SB").verb == "XFR", "there is room again")


class CallTest(MsnAttackCase):
    """CAL and XFR."""

    @configured({"msn": {"call_burst": 10, "call_rate": 0.1}})
    def test_E08_calls_are_limited(self) -> None:
        """Beyond `call_burst`: 713 for CAL, 800 for XFR; the called person does not ring more often than that"""
        mal, bob = self.msn("mal"), self.msn("bob")
        chat = mal.open_switchboard()
        answers = [chat.request("CAL", bob.handle).verb for _ in range(50)]
        self.assertEqual(answers[-1], "713")
        bob.barrier()
        self.assertLessEqual(len(bob.rings), 11)
        answers = [mal.request("XFR", "SB").verb for _ in range(20)]
        self.assertEqual(answers[-1], "800")
        self.assertGreater(self.msn_limit_hits("calls"), 0)

    def test_E08_malformed_calls(self) -> None:
        """208 for what is no handle; without one, 200 or the end"""
        chat = self.msn("mal").open_switchboard()
        for handle in ("*@*", "a" * 300 + "@example.com", "x", "@", "a@b@c", "%0D%0A@x"):
            self.assertEqual(chat.request("CAL", handle).verb, "208", handle)
        chat.send("CAL 99")
        self.assertTrue(chat.read().is_error)

    def test_K07_invitations_from_irc(self) -> None:
        """Many INVITEs ring as one call"""
        bob = self.msn("bob")
        mal = self.irc("mal", "#lobby")
        mal.ask(*["INVITE Bob #lobby"] * 100)
        bob.barrier()
        self.assertLessEqual(len({ring.params[0] for ring in bob.rings}), 5)


class MessageTest(MsnAttackCase):
    """MSG."""

    def test_E10_nobody_there(self) -> None:
        """NAK to N, A and D, nothing to U: before anybody came, and after the person on IRC is gone"""
        mal = self.msn("mal")
        ana = self.irc("ana")
        alone = mal.open_switchboard()
        left = mal.call(person("ana"))
        ana.send("QUIT")
        left.expect_left(person("ana"))
        for chat in (alone, left):
            trids = {mode: chat.post(text_body("x"), mode) for mode in "ANDU"}
            answers = [str(command) for command in chat.barrier()]
            self.assertEqual(answers, [f"NAK {trids[mode]}" for mode in "AND"])

    def test_E12_half_a_message(self) -> None:
        """A message that is cut is never delivered; a whole one before the end of the stream is"""
        ana = self.irc("ana", "#lobby")
        mal = self.msn("mal")
        body = text_body("cut short")
        half = mal.call(LOBBY)
        half.send_raw(f"MSG 9 A {len(body)}\r\n".encode() + body[:-3])
        half.socket.shutdown(socket.SHUT_WR)
        whole = self.msn("mal2").call(LOBBY)
        whole.send_raw(f"MSG 9 A {len(body)}\r\n".encode() + body)
        whole.socket.shutdown(socket.SHUT_WR)
        reset = self.msn("mal3").call(LOBBY)
        reset.send_raw(f"MSG 9 A {len(body)}\r\n".encode() + body[:10])
        reset.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        reset.socket.close()
        said, left = [], set()
        while left != {"Mal", "Mal2", "Mal3"}:
            message = ana.expect_any(("PART", "PRIVMSG"))
            if message.command == "PART":
                left.add(message.nick)
            else:
                said.append((message.nick, message.text))
        self.assertEqual(said, [("Mal2", "cut short")])

    def test_E14_longest_payload(self) -> None:
        """1664 bytes are delivered, one more closes the connection, and says so in the log"""
        ana = self.irc("ana", "#lobby")
        for size, taken in ((1663, True), (1664, True), (1665, False), (4096, False)):
            with self.subTest(size):
                mal = self.msn("mal")
                chat = mal.call(LOBBY)
                body = text_body("x" * (size - len(text_body(""))))
                if taken:
                    chat.deliver(body)
                    ana.expect("PRIVMSG", "#lobby")
                else:
                    chat.post(body)
                    self.assert_closed(chat)

    def test_E15_acknowledgement_modes(self) -> None:
        """A mode that is none closes; its payload is never read as commands"""
        for words in ("1 X 5", "1 AA 5", "1 a 5", "1  5"):
            with self.subTest(words):
                chat = self.msn("mal").open_switchboard()
                chat.send_raw(f"MSG {words}\r\nOUT\r\n".encode() + b"CAL 7 canary@example.com\r\n")
                said = chat.read_to_end()
                self.assertNotIn("CAL", [command.verb for command in said])

    def test_E16_exactly_one_answer_each(self) -> None:
        """1,000 messages in one go: an ACK for each, in order; each is delivered once, in order"""
        ana = self.irc("ana", "#lobby")
        bob = self.msn("bob").call(LOBBY)
        mal = self.msn("mal").call(LOBBY)
        bodies = [text_body(f"number {number}") for number in range(1000)]
        data = b"".join(
            f"MSG {number} A {len(body)}\r\n".encode() + body for number, body in enumerate(bodies, start=1000)
        )
        mal.send_raw(data)
        acknowledged = [mal.expect("ACK").params[0] for _ in bodies]
        self.assertEqual(acknowledged, [str(number) for number in range(1000, 2000)])
        for number in range(1000):
            self.assertEqual(ana.expect("PRIVMSG", "#lobby").text, f"number {number}")
            self.assertEqual(bob.expect_text().body.text, f"number {number}")

    def test_E17_third_person_in_a_private_talk(self) -> None:
        """ana is told of mal before another line is relayed either way; what was said before stays unknown to mal"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob, mal = self.msn("bob"), self.msn("mal")
        chat = bob.call(person("ana"))
        ana.ask("PRIVMSG Bob :for you alone")
        chat.call(mal.handle)
        mals = mal.answer()
        self.assertEqual(mals.texts(), [])
        chat.say("and now?")
        kinds = [message.command for message in ana.barrier()]
        self.assertIn("NOTE", kinds)
        self.assertLess(kinds.index("NOTE"), kinds.index("PRIVMSG"))

    @configured({"msn": {"sendq": "32 KiB"}})
    def test_J03_slow_reader(self) -> None:
        """Somebody on MSN who stops reading: that switchboard alone is closed, the others get every line"""
        ana = self.irc("ana", "#lobby")
        bob = self.msn("bob").call(LOBBY)
        mal = self.msn("mal").call(LOBBY, receive_buffer=4096)
        sent = 0
        while sent < 20_000:
            ana.send(*[f"PRIVMSG #lobby :{number:06} {'x' * 300}" for number in range(sent, sent + 50)])
            gone = of_command(ana.barrier(), "PART") + of_command(ana.barrier(), "QUIT")
            for number in range(sent, sent + 50):
                self.assertTrue(bob.expect_text().body.text.startswith(f"{number:06} "))
            sent += 50
            if [message for message in gone if message.nick == "Mal"]:
                break
        self.assertLess(sent, 20_000, "the slow reader was never closed")
        self.assertEqual(self.msn_limit_hits("sendq"), 1)
        mal.close()


if __name__ == "__main__":
    unittest.main()
