"""Attack cases in which the MSN service that people are signed in to is the attacker: files and pieces of MSNSLP."""

import random
import struct
import unittest

from harness.case import configured
from harness.client import Client, of_command
from harness.dcc import DccReceiver, DccSender
from harness.file_content import Content
from harness.machine import eventually
from harness.msn_body import file_invitation_body, file_offer, p2p_bodies, typed_body
from harness.msn_slp import ACK, DATA_FLAGS, HEAD, KIND, PIECE_BYTES
from harness.scripted_service import Peer
from harness.upstream import MIB, UpstreamCase

ANA, BOB, MAL = "ana@example.com", "bob@example.com", "mal@example.com"
MSNC1 = 1 << 28
INVITE, END, ERROR = b"INVITE MSNMSGR:", 0x40, 0x8


def message(body: bytes, sender: str = BOB) -> bytes:
    return f"MSG {sender} {sender.partition('@')[0].capitalize()} {len(body)}\r\n".encode() + body


def piece(data: bytes, session=0, identifier=7, offset=0, total=None, flags=0, **more) -> bytes:
    """A body with a header that says so."""
    length, ack, footer = more.get("length", len(data)), more.get("ack", (99, 0, 0)), more.get("footer", 0)
    total = len(data) if total is None else total
    head = HEAD.pack(session, identifier, offset, total, length, flags, *ack)
    return typed_body(f"{KIND}\r\nP2P-Dest: {ANA}", head + data + struct.pack(">I", footer))


def invitation(number: int, name: str = "cat.jpg", size: int = 10) -> bytes:
    """An offer of a file, each one another."""
    return file_offer(BOB, ANA, number, name, size)


def call_id(number: int) -> bytes:
    return b"{%08X-1BD5-444B-B14E-3FC9BB2B5D58}" % number


def bye(number: int) -> bytes:
    text = (
        f"BYE MSNMSGR:{ANA} MSNSLP/1.0\r\nTo: <msnmsgr:{ANA}>\r\nFrom: <msnmsgr:{BOB}>\r\n"
        "Via: MSNSLP/1.0/TLP ;branch={33517CE4-02FC-4428-B6F4-39927229B722}\r\nCSeq: 0 \r\nCall-ID: "
    )
    kind = "application/x-msnmsgr-sessionclosebody"
    rest = f"\r\nMax-Forwards: 0\r\nContent-Type: {kind}\r\nContent-Length: 3\r\n\r\n\r\n\0"
    return text.encode() + call_id(number) + rest.encode()


def pieces_of(peer: Peer) -> list[tuple]:
    """Receiver, header and data of all that the gateway said by MSNSLP's transport."""
    found = []
    for body in list(peer.bodies):
        head, _, content = body.partition(b"\r\n\r\n")
        if KIND.encode() in head and len(content) >= HEAD.size:
            to = head.partition(b"P2P-Dest: ")[2].partition(b"\r")[0].decode()
            found.append((to, HEAD.unpack_from(content), content[HEAD.size : -4]))
    return found


class TransferCase(UpstreamCase):
    """bob's client takes MSNSLP; there is a conversation with him."""

    config = {"files": {"offer_burst": 7}}  # five at a time, and those behind them

    def setUp(self) -> None:
        super().setUp()
        self.service.answers["SB CAL"] = f"CAL {{0}} RINGING 1\r\nJOI {BOB} Bob {MSNC1}\r\n"
        self.client = self.ana()
        self.peer = self.query(self.client)

    def say(self, *texts: bytes, sender: str = BOB, identifier: int = 0) -> None:
        """Messages of signalling."""
        for text in texts:
            for body in p2p_bodies(ANA, text, identifier or random.randrange(1, 2**31)):
                self.peer.say(message(body, sender))

    def heard(self, start: bytes, to: str = BOB) -> list[bytes]:
        """What the gateway has signalled that begins so: whole, or its first piece."""
        said = [data for whom, head, data in pieces_of(self.peer) if whom == to and head[0] == 0]
        return [data for data in said if data.startswith(start)]

    def expect_heard(self, start: bytes, count: int = 1) -> list[bytes]:
        eventually(lambda: len(self.heard(start)) >= count, f"{start} comes {count} times")
        return self.heard(start)

    def offers(self, client: Client) -> list[str]:
        """What she was shown of files."""
        client.barrier()
        return [line.text for line in of_command(client.history, "PRIVMSG", "ana") if "offers a file" in line.text]

    def assert_file_comes(self, number: int, size: int = 5000) -> None:
        """bob offers a file, she takes it, and has it."""
        content = Content(size)
        known = len(self.heard(b"MSNSLP/1.0 200"))
        self.say(invitation(number, "good.bin", size))
        taker = self.taker_of("good.bin").accept()
        self.expect_heard(b"MSNSLP/1.0 200", known + 1)
        self.send_file(number, content)
        self.assertEqual(taker.receive(), content.received())

    def taker_of(self, name: str) -> DccReceiver:
        while (taker := DccReceiver(self.client, "Bob")).offer.name != name:
            pass
        return taker

    def send_file(self, number: int, content: Content, between=lambda offset: None) -> None:
        identifier = random.randrange(1, 2**31)
        for offset in range(0, content.size, PIECE_BYTES):
            between(offset)
            data = content.read(offset, PIECE_BYTES)
            self.peer.say(message(piece(data, 4000 + number, identifier, offset, content.size, DATA_FLAGS, footer=2)))


class TransportTest(TransferCase):
    """F05, F06: what is no transport of the first version."""

    def test_F05_second_version(self) -> None:
        """Headers of other lengths, lying lengths, TLVs without end: nothing comes of it, and files work"""
        syn = bytes((24, 2)) + struct.pack(">H", 0) + struct.pack(">I", 7) + bytes((1, 12, 0, 2)) + bytes(12)
        data = invitation(1)[:1000]
        tlvs = (b"", b"\x01", b"\x01\xff", b"\x01\x00" * 500, bytes(1000), b"\x01\x0c" + bytes(12))
        sizes = [(length, rest) for length in range(0, 256, 5) for rest in (0, 60)]
        bodies = [bytes((length, what)) + bytes(rest) for length, rest in sizes for what in (0, 2, 3)]
        bodies += [syn + data, syn + b"\x08\x01\x00\x00" + data, syn[:-1], syn[:1], syn + struct.pack(">H", 65535)]
        for tlv in tlvs:
            for lie in (len(tlv), 0, 255):
                inner = struct.pack(">BBH", min(8 + len(tlv), 255), 1, 1) + struct.pack(">I", 0) + tlv
                bodies.append(struct.pack(">BBHI", min(8 + lie, 255), 3, len(inner), 9) + tlv + inner + data[:100])
        for content in bodies:
            for dest in (ANA, f"{ANA};{{00000000-0000-0000-0000-000000000001}}", "", "x" * 500):
                more = f"\r\nP2P-Dest: {dest}\r\nP2P-Src: {BOB};{{0-0}}" if dest else ""
                self.peer.say(message(typed_body(KIND + more, content)))
        self.peer.tell_message("end of that")
        self.client.expect("PRIVMSG", "ana", "end of that")
        self.assertLess(len(self.peer.bodies), 20)
        self.assert_file_comes(2)
        self.assertEqual(len(self.offers(self.client)), 1)

    def test_F06_pieces_of_a_file_that_lie(self) -> None:
        """Offsets, totals and lengths of other files: that file fails, told once, and the next one comes"""
        lies = ({"offset": 10}, {"total": 4999}, {"total": 2**40}, {"length": 0}, {"offset": 2**62, "total": 2**63})
        for number, lie in enumerate(lies, 10):
            with self.subTest(lie):
                taker = self.begun(number)
                fields = {"total": 5000, **lie}
                self.peer.say(message(piece(b"x" * 100, 4000 + number, 77, flags=DATA_FLAGS, footer=2, **fields)))
                self.expect_told(self.client, f"file{number}.bin of Bob failed")
                self.assertEqual(taker.receive().size, 0)
        self.assert_file_comes(50)

    def test_F06_pieces_of_a_file_that_are_none(self) -> None:
        """What lies outside of its message, or is not all there: passed over, and the file comes all the same"""
        content, taker = Content(5000), self.begun(1)
        for lie in (
            {"offset": 2**63},
            {"offset": 0xFFFFFFFFFFFFFF00, "total": 0xFFFFFFFFFFFFFFFF, "length": 0x200},
            {"offset": 5000, "total": 5000},
            {"total": 50},
            {"total": 5000, "length": 0xFFFFFFFF},
            {"total": 5000, "length": 105},
        ):
            self.peer.say(message(piece(b"x" * 100, 4001, 77, flags=DATA_FLAGS, footer=2, **lie)))
        self.send_file(1, content)
        self.assertEqual(taker.receive(), content.received())

    def begun(self, number: int) -> DccReceiver:
        """A file of 5000 bytes that she has accepted."""
        known = len(self.heard(b"MSNSLP/1.0 200"))
        self.say(invitation(number, f"file{number}.bin", 5000))
        taker = self.taker_of(f"file{number}.bin").accept()
        self.expect_heard(b"MSNSLP/1.0 200", known + 1)
        return taker


class OthersTest(TransferCase):
    """F08: pieces from somebody else, with what identifies the file."""

    def meddle(self, number: int, size: int, offset: int) -> None:
        """mal, who is not there, feeds, acknowledges, breaks and ends bob's file."""
        session = 4000 + number
        for flags in (DATA_FLAGS, 0, END, ERROR, 0x80, ACK):
            data = b"" if flags == ACK else b"mal" * 100
            for identifier in (1, 77):
                body = piece(data, session, identifier, offset, size, flags, footer=2, ack=(identifier, 99, size))
                self.peer.say(message(body, MAL))
        self.say(bye(number), sender=MAL)
        self.say(bye(number), sender="bob@example.com.example.com")

    def test_F08_another_sender_in_a_file(self) -> None:
        """Of the same session and identifiers: what comes is bob's, byte for byte"""
        content = Content(20_000)
        self.say(invitation(1, "mine.bin", content.size))
        taker = self.taker_of("mine.bin")
        self.meddle(1, content.size, 0)
        taker.accept()
        self.expect_heard(b"MSNSLP/1.0 200")
        self.send_file(1, content, lambda offset: self.meddle(1, content.size, offset))
        self.assertEqual(taker.receive(), content.received())
        self.assertEqual(self.heard(b"MSNSLP/1.0 200", MAL), [])

    def test_F08_two_senders_of_signalling(self) -> None:
        """Pieces of two invitations of one identifier, in turn: bob's is whole, and mal's is not in it"""
        mine = p2p_bodies(ANA, invitation(1, "mine.bin"), identifier=5, size=400)
        his = p2p_bodies(ANA, invitation(2, "evil.bin"), identifier=5, size=400)
        for one, other in zip(his, mine, strict=True):
            self.peer.say(message(one, MAL) + message(other))
        self.assertEqual(self.taker_of("mine.bin").offer.number, 10)
        self.assertEqual([text for text in self.offers(self.client) if "evil" in text], [])

    def test_F08_somebody_else_answers(self) -> None:
        """ana offers bob a file; mal accepts, declines and ends it: bob alone decides, and nothing goes to mal"""
        content = Content(3000)
        giver = DccSender(self.client, "Bob", "gift.bin", content)
        self.addCleanup(giver.close)
        asked = self.expect_heard(INVITE)[0].decode("utf-8", "replace")
        fields = dict(line.split(": ", 1) for line in asked.split("\r\n") if ": " in line)
        head = f"From: <msnmsgr:{BOB}>\r\nTo: <msnmsgr:{ANA}>\r\nVia: {fields['Via']}\r\nCSeq: 1 \r\n"
        body = f"SessionID: {fields['SessionID']}\r\n\r\n\0"
        head += f"Call-ID: {fields['Call-ID']}\r\nContent-Type: {fields['Content-Type']}\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        for start in ("MSNSLP/1.0 200 OK\r\n", "MSNSLP/1.0 603 Decline\r\n", f"BYE MSNMSGR:{ANA} MSNSLP/1.0\r\n"):
            self.say(f"{start}{head}{body}".encode(), sender=MAL)
        session = int(fields["SessionID"])
        for flags in (END, ERROR, ACK):
            self.peer.say(message(piece(b"", session, 9, flags=flags), MAL))
        self.peer.tell_message("now I take it")
        self.client.expect("PRIVMSG", "ana", "now I take it")
        self.assertEqual([one for one in pieces_of(self.peer) if one[1][0] == session], [])
        work = giver.start()
        self.say(f"MSNSLP/1.0 200 OK\r\n{head}{body}".encode())
        eventually(lambda: self.data_of(session) == content.read(0, 3000), "bob has the file")
        total = next(one[1] for one in pieces_of(self.peer) if one[1][0] == session)
        self.peer.say(message(piece(b"", session, 10, flags=ACK, ack=(total[1], total[6], 3000), total=3000)))
        self.assertEqual(work.result(), 3000)
        self.assertEqual([one for one in pieces_of(self.peer) if one[0] != BOB and one[1][0] == session], [])

    def data_of(self, session: int) -> bytes:
        return b"".join(one[2] for one in pieces_of(self.peer) if one[1][0] == session and one[0] == BOB)

    def test_F07_thousands_of_senders(self) -> None:
        """First pieces of signalling of people who are not there: nothing is kept of them"""
        memory = self.daemon.resident_bytes()
        for number in range(3000):
            body = piece(b"x" * 1202, 0, number, 0, 32_000)
            self.peer.say(message(body, f"m{number}@example.com"))
        self.tell(self.client, "links")
        self.assertLess(self.daemon.resident_bytes() - memory, 8 * MIB)
        self.assertLess(self.worst_canary_delay(), 0.5)
        self.assert_file_comes(1)


class FloodTest(TransferCase):
    """F10: offers by the hundred."""

    def flood(self, start: int = 0, count: int = 300) -> None:
        for number in range(start, start + count):
            self.say(invitation(100 + number, f"n{number}.jpg"))

    def test_F10_invitations_of_msnslp(self) -> None:
        """300: five at a time are shown, the others declined; the next one comes when those are taken back"""
        for start in range(0, 300, 50):  # more answers at once than may be on their way are not sent
            self.flood(start, 50)
            self.expect_heard(b"MSNSLP/1.0 603", start + 45)
        self.assertLess(self.worst_canary_delay(), 0.5)
        self.assertEqual(len(self.offers(self.client)), 5)
        self.say(*[bye(100 + number) for number in range(5)])
        for _ in range(5):
            self.expect_told(self.client, "was cancelled")
        self.assert_file_comes(1)
        self.assert_recovers(self.client)

    def test_F10_the_same_again(self) -> None:
        """One invitation 300 times, also with another branch or another session: one offer"""
        self.say(*[invitation(1)] * 100)
        for number in range(100):
            self.say(invitation(1).replace(b"branch={00000001", b"branch={%08X" % number))
            self.say(invitation(1).replace(b"{00000001-1BD5", b"{%08X-1BD5" % (500 + number)))
        self.peer.tell_message("end of that")
        self.client.expect("PRIVMSG", "ana", "end of that")
        self.assertEqual(len(self.offers(self.client)), 1)
        self.say(bye(1))
        self.expect_told(self.client, "was cancelled")
        self.assert_file_comes(2)

    @configured({"files": {"offer_time": "2s"}})
    def test_F10_offers_that_expire(self) -> None:
        """300 in one go that nobody takes: each that was shown is told to be over, and the next one comes"""
        self.flood()
        self.assertLess(self.worst_canary_delay(), 0.5)
        self.assertEqual(len(self.offers(self.client)), 5)
        for _ in range(5):
            self.expect_told(self.client, "nobody answered in time")
        self.assert_file_comes(1)

    def test_F10_invitations_of_msnftp(self) -> None:
        """300, and 300 of other things: five at a time; the next one is shown when those are taken back"""
        for number in range(300):
            self.peer.say(message(file_invitation_body(f"n{number}.jpg", 10, 5000 + number)))
            other = b"Application-GUID: {0}\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: %d\r\n\r\n"
            self.peer.say(message(typed_body("text/x-msmsgsinvite; charset=UTF-8", other % (9000 + number))))
        self.peer.tell_message("end of that")
        self.client.expect("PRIVMSG", "ana", "end of that", timeout=30)
        self.assertLess(self.worst_canary_delay(), 0.5)
        self.assertEqual(len(self.offers(self.client)), 5)
        self.assertLess(len([line for line in self.client.history if line.command == "PRIVMSG"]), 40)
        eventually(lambda: len([one for one in self.peer.bodies if b"REJECT" in one]) >= 295, "the others are declined")
        for number in range(5):
            fields = f"Invitation-Command: CANCEL\r\nInvitation-Cookie: {5000 + number}\r\nCancel-Code: TIMEOUT\r\n\r\n"
            self.peer.say(message(typed_body("text/x-msmsgsinvite; charset=UTF-8", fields.encode())))
            self.expect_told(self.client, f"n{number}.jpg of Bob was cancelled")
        self.peer.say(message(file_invitation_body("good.bin", 10, 7)))
        self.taker_of("good.bin").decline()
        self.assert_file_comes(1)

    def test_F10_of_many_people(self) -> None:
        """Ten people with fifty offers each: what each may offer is bounded, and so is what is shown of it"""
        for number in range(10):
            caller = f"m{number}@example.com"
            self.service.answers["SB ANS"] = f"IRO {{0}} 1 1 {caller} M{number} {MSNC1}\r\nANS {{0}} OK\r\n"
            known = len(self.service.sb)
            self.service.ring(caller=f"m{number}", session=number)
            peer = self.service.wait_for_switchboard(known + 1)
            for one in range(50):
                for body in p2p_bodies(ANA, invitation(200 + one), one + 1):
                    peer.say(message(body, caller))
            eventually(lambda p=peer: len(pieces_of(p)) >= 95, "they are answered")
        self.assertLess(self.worst_canary_delay(), 0.5)
        self.assertEqual(len(self.offers(self.client)), 50)
        self.assert_file_comes(2)


if __name__ == "__main__":
    unittest.main()
