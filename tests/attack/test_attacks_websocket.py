"""Attack cases H03 to H11: what a hostile client can do with the frames and the handshake of a WebSocket."""

import itertools
import select
import struct
import time
import unittest

from harness.case import configured
from harness.client import Client, Ended
from harness.machine import patience, reply_timeout
from harness.websocket import (
    BINARY,
    BINARY_FRAME,
    CLOSE_FRAME,
    CONTINUATION_FRAME,
    FINAL,
    MASK,
    PING_FRAME,
    PONG_FRAME,
    TEXT_FRAME,
    WebClient,
    WebsocketCase,
    close_frame,
    frame,
    frame_header,
    upgrade_request,
)

LONGEST = 8191 + 512
FLOOD = 100_000
MOST_MEMORY = 8 * 1024 * 1024
MOST_CPU = 2.0  # seconds


class AttackCase(WebsocketCase):
    """Somebody in #room listens for what must not come."""

    def setUp(self) -> None:
        super().setUp()
        self.witness = self.user("witness", "#room")
        self._nicks = (f"mal{number}" for number in itertools.count())

    def mal(self, **options) -> WebClient:
        """A registered attacker in #room, of which the witness knows."""
        client = self.web(**options).register(next(self._nicks)).join("#room")
        self.witness.expect("JOIN", where=lambda message: message.nick == client.nick)
        return client

    def assert_ends(self, client: WebClient, data: bytes, code: int) -> None:
        """These bytes end the connection with that code, and nothing of them is relayed."""
        client.send_until_closed(data)
        self.assertEqual(client.read_close(), code)
        self.assert_silent(self.witness, "PRIVMSG", "NICK")


class FrameTest(AttackCase):
    def test_H03_an_unmasked_frame(self) -> None:
        self.assert_ends(self.mal(), b"\x81\x04PING", 1002)
        self.assert_ends(self.web(), b"\x81\x04PING", 1002)

    def test_H04_a_frame_of_any_size_costs_nothing(self) -> None:
        """Ended by the header alone, whatever it says."""
        before = self.daemon.resident_bytes()
        for length in (2**63 - 1, 2**64 - 1, 2**31, 70 * 1024, LONGEST + 1):
            self.assert_ends(self.mal(), frame_header(FINAL | TEXT_FRAME, length) + MASK, 1009)
        self.assertLess(self.daemon.resident_bytes() - before, MOST_MEMORY)
        self.assertEqual(self.limit_hits("websocket_message"), 5)

    def test_H04_a_message_of_70_kib(self) -> None:
        """The last word arrives, although more was sent than is read."""
        self.assert_ends(self.mal(), frame(TEXT_FRAME, b"PRIVMSG #room :" + b"x" * 70 * 1024), 1009)

    def test_H04_a_line_with_tags_is_no_attack(self) -> None:
        """Up to the longest line there can be; what is too long for IRC is answered by IRC."""
        client = self.mal(protocols=(BINARY,))
        client.send("@+x=" + "y" * 600 + " PRIVMSG #room :600 bytes")
        self.witness.expect("PRIVMSG", "#room", "600 bytes")
        client.send(b"PING :" + b"x" * (LONGEST - 6))
        client.expect("417")
        self.assert_still_served(client)

    def test_H05_fragments_without_end(self) -> None:
        """Empty ones are counted, others add up."""
        begin = frame(TEXT_FRAME, b"PRIVMSG #room :", final=False)
        before = self.daemon.cpu_seconds()
        self.assert_ends(self.mal(), begin + frame(CONTINUATION_FRAME, final=False) * FLOOD, 1008)
        self.assert_ends(self.mal(), begin + frame(CONTINUATION_FRAME, b"x" * 100, final=False) * 100, 1009)
        self.assert_ends(self.mal(), begin + frame(CONTINUATION_FRAME, b"x", final=False) * FLOOD, 1009)
        self.assertLess(self.daemon.cpu_seconds() - before, MOST_CPU * patience())

    def test_H05_fragments_out_of_order(self) -> None:
        begin = frame(TEXT_FRAME, b"PRIVMSG #room :", final=False)
        for data in (frame(CONTINUATION_FRAME, b"PRIVMSG #room :x"), begin + frame(TEXT_FRAME, b"x"), begin + begin):
            self.assert_ends(self.mal(), data, 1002)

    def test_H05_fragments_in_order_are_a_line(self) -> None:
        client = self.mal()
        client.send_raw(
            frame(TEXT_FRAME, b"PRIVMSG #ro", final=False)
            + frame(PING_FRAME, b"?")
            + frame(CONTINUATION_FRAME, b"om :whole")
        )
        self.witness.expect("PRIVMSG", "#room", "whole")

    def test_H06_bad_control_frames(self) -> None:
        late = frame(TEXT_FRAME, b"PRIVMSG #room :late")
        for data in (
            frame(PING_FRAME, b"x" * 126),
            frame(PING_FRAME, b"x", final=False),
            frame(CLOSE_FRAME, b"x"),
            close_frame(999),
            close_frame(1005),
            close_frame(1006),
            close_frame(5000),
            frame(0x3, b"x"),
            frame(0xB, b"x"),
        ):
            with self.subTest(data[:20]):
                self.assert_ends(self.mal(), data + late, 1002)
        self.assert_ends(self.mal(), close_frame(1000, b"\xff") + late, 1007)
        self.assert_ends(self.mal(), close_frame(1000) + late, 1000)

    def test_H06_floods_of_control_frames(self) -> None:
        """Pings and pongs are bounded; some are nothing bad."""
        for opcode in (PING_FRAME, PONG_FRAME):
            client = self.mal()
            client.send_raw(frame(opcode, b"x") * 100)
            self.assert_still_served(client)
            self.assert_ends(client, frame(opcode, b"x") * 10_000, 1008)
        self.assertEqual(self.limit_hits("websocket_empty_frames"), 2)

    def test_H06_pings_of_one_who_does_not_read(self) -> None:
        """Its pongs wait, and it with them: nothing grows."""
        client = self.mal()
        before = self.daemon.resident_bytes()
        client.socket.setblocking(False)
        data = (frame(PING_FRAME, b"x" * 125) * 100 + frame(TEXT_FRAME, b"PING :x")) * 100
        try:
            for _ in range(100):
                client.socket.send(data)
        except (BlockingIOError, ConnectionError):
            pass
        self.assert_canaries_sing()
        self.assertLess(self.daemon.resident_bytes() - before, MOST_MEMORY)

    def test_H07_compression_is_not_agreed_on(self) -> None:
        client = self.mal(headers={"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
        self.assertNotIn("sec-websocket-extensions", client.response)
        self.assert_ends(client, bytes((FINAL | 0x40 | TEXT_FRAME, 0x80 | 4)) + MASK + b"\0" * 4, 1002)


class TextTest(AttackCase):
    def test_H08_text_that_is_not_utf8(self) -> None:
        for bad in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            with self.subTest(bad):
                self.assert_ends(self.mal(), frame(TEXT_FRAME, b"PRIVMSG #room :" + bad), 1007)
        cut = frame(TEXT_FRAME, b"PRIVMSG #room :\xe2\x82", final=False)
        self.assert_ends(self.mal(), cut + frame(CONTINUATION_FRAME, b"x"), 1007)
        client = self.mal()
        client.send_raw(cut + frame(CONTINUATION_FRAME, b"\xac"))
        self.witness.expect("PRIVMSG", "#room", "\u20ac")

    def test_H08_binary_that_is_not_utf8_is_up_to_irc(self) -> None:
        """Refused as on any other connection, which goes on."""
        client = self.mal(protocols=(BINARY,))
        client.send(b"PRIVMSG #room :\xff")
        self.assert_still_served(client)
        self.assert_silent(self.witness, "PRIVMSG")

    def test_H09_more_than_a_line(self) -> None:
        for bad in (
            b"NICK a\r\nUSER a 0 * :a",
            b"PRIVMSG #room :a\nQUIT :x",
            b"PRIVMSG #room :a\rQUIT :x",
            b"PRIVMSG #room :a\0b",
            b"PRIVMSG #room :a\r\n\r\n",
        ):
            for opcode in (TEXT_FRAME, BINARY_FRAME):
                with self.subTest(bad, opcode=opcode):
                    self.assert_ends(self.mal(), frame(opcode, bad), 1007)
        client = self.mal()
        client.send("PRIVMSG #room :with its end\r\n")
        self.witness.expect("PRIVMSG", "#room", "with its end")


class HandshakeTest(WebsocketCase):
    def test_H10_junk(self) -> None:
        """A status that says no more than that, and the end."""
        plain = upgrade_request({"Upgrade": None, "Connection": None})
        for request, statuses in (
            (upgrade_request({"Sec-WebSocket-Key": None}), {"400"}),
            (upgrade_request({"Sec-WebSocket-Key": "short"}), {"400"}),
            (upgrade_request({"Sec-WebSocket-Version": "12"}), {"426"}),
            (upgrade_request({"Upgrade": "h2c"}), {"426"}),
            (plain, {"426"}),
            (upgrade_request({"X": "x" * 9 * 1024}), {"431"}),
            (upgrade_request(line=f"GET /{'x' * 100 * 1024} HTTP/1.1"), {"431"}),
            (upgrade_request(line="GET /"), {"400"}),
            (upgrade_request(line="PRI * HTTP/2.0"), {"400"}),
            (upgrade_request(line="get /chat HTTP/1.1"), {"400"}),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {"400"}),
            (b"NICK mal\r\nUSER mal 0 * :mal\r\n\r\n", {"400"}),
            (b"NICK mal\nUSER mal 0 * :mal\n", {"400"}),
            (b"GET /\r\n", {"", "400"}),  # at the deadline
            (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", {"", "400"}),
        ):
            with self.subTest(request[:40]):
                self.assertIn(self.answer_to(request), statuses)
        self.web().register("ana")

    def test_H10_answers_are_generic(self) -> None:
        client = self.visitor("irc-ws")
        client.send_raw(upgrade_request({"Sec-WebSocket-Version": "12", "Host": "<script>evil"}))
        answer = b""
        while data := client.socket.recv(65536):
            answer += data
        self.assertNotIn(b"evil", answer)
        self.assertNotIn(b"patchcord", answer.lower())

    def test_H11_slow_headers(self) -> None:
        """200 who send a byte at a time are gone at the deadline; others connect quickly meanwhile."""
        slow = [self.visitor("irc-ws") for _ in range(200)]
        request = iter(upgrade_request({"X": "x" * 4096}))
        deadline = time.monotonic() + reply_timeout() + 4 * patience()
        left = {client.socket: client for client in slow}
        while left and time.monotonic() < deadline:
            byte = bytes((next(request),))
            for client in left.values():
                client.send_until_closed(byte)
            begun = time.monotonic()
            quick = self.web()
            quick.barrier()
            self.assertLess(time.monotonic() - begun, 1.0 * patience())
            quick.close()
            ended, _, _ = select.select(list(left), [], [], 0.5)
            for connection in ended:
                self.assertEqual(self._rest_of(left.pop(connection)), b"")
        self.assertFalse(left, "some are still connected")

    @configured({"irc": {"listen": ["127.0.0.1:0"], "max_clients_per_address": 2, "unlimited_addresses": []}})
    def test_limits_hold_before_the_handshake(self) -> None:
        """Who comes too often from one address is told so in HTTP's words."""
        self.web(source="127.0.0.9")
        second = self.web(source="127.0.0.9")
        third = self.keep(Client(self.daemon.address("irc-ws"), source="127.0.0.9"))
        self.assertTrue(self._rest_of(third).startswith(b"HTTP/1.1 429 "))
        self.assert_still_served(second)

    @staticmethod
    def _rest_of(client: Client) -> bytes:
        """What comes up to the end of the connection."""
        rest = b""
        try:
            while data := client.socket.recv(65536):
                rest += data
        except (ConnectionError, Ended):
            pass
        return rest


class RandomTest(AttackCase):
    def test_H05_cut_anywhere(self) -> None:
        """A connection that ends in the middle of a frame leaves nothing behind."""
        whole = frame(TEXT_FRAME, b"PRIVMSG #room :cut")
        for size in range(1, len(whole)):
            client = self.web()
            client.send_raw(whole[:size])
            client.close()
        header = struct.pack(">BBH", FINAL | TEXT_FRAME, 0x80 | 126, 5)
        self.assert_ends(self.mal(), header + MASK + b"hello", 1002)


if __name__ == "__main__":
    unittest.main()
