"""What attackers try with files between MSN and IRC: names, cookies, addresses and sizes that lie."""

import socket
import unittest

from harness.bridge import person
from harness.case import configured
from harness.dcc import DccReceiver, DccSender, expect_dcc
from harness.file_case import NO_LIMIT, FileCase
from harness.file_content import Content
from harness.msn_ftp import FILE_GUID, FtpReceiver, FtpSender, Lines, in_blocks, invitation
from harness.msn_slp import DATA_FLAGS, Head, SlpReceiver, SlpSender
from harness.traps import Traps

NAMES = {
    "../../../tmp/x": "x",
    "C:\\a\\b.txt": "b.txt",
    ".bashrc": "bashrc",
    "\u202egpj.exe": "gpj.exe",
    "CON.txt": "_CON.txt",
    "%2e%2e%2fx": "%2e%2e%2fx",
    "": "unnamed",
    "..": "unnamed",
    "-o": "o",
    'a"b|c': "a_b_c",
    "a\x01b\x7f": "ab",
}
REFUSED = "address not allowed"


class NameTest(FileCase):
    """What a file is called on the other side: never a path, nothing that lies, and no more than 255 bytes."""

    config = {"files": NO_LIMIT}

    def test_of_msnftp(self) -> None:
        chat = self.someone_on_msn(self.FTP)
        for name, clean in {**NAMES, "a\0.txt": "a.txt", "a\r\nb": "a"}.items():
            giver = FtpSender(chat, name, Content(10))
            self.assertEqual(expect_dcc(self.ana, "Bob").name, clean)
            giver.cancel()
        FtpSender(chat, "ä" * 600 + ".txt", Content(10))
        name = expect_dcc(self.ana, "Bob").name
        self.assertTrue(name.endswith("ä.txt") and len(name.encode()) <= 255, name)
        self.assert_nothing_is_stored()

    def test_of_msnslp(self) -> None:
        chat = self.someone_on_msn(self.SLP)
        for name, clean in {**NAMES, "a\0.txt": "a", "a\r\nb": "ab"}.items():
            giver = SlpSender(chat, name, Content(10))
            self.assertEqual(expect_dcc(self.ana, "Bob").name, clean)
            giver.cancel()
        self.assert_nothing_is_stored()

    def test_of_dcc(self) -> None:
        chat = self.someone_on_msn(self.SLP)
        for name, clean in NAMES.items():
            if name and '"' not in name and "\x01" not in name:
                self.ana.send(f'PRIVMSG Bob :\x01DCC SEND "{name}" 2130706433 5000 10\x01')
                taker = SlpReceiver(chat)
                self.assertEqual(taker.name, clean)
                taker.decline()
        self.assert_nothing_is_stored()

    def test_of_uploads(self) -> None:
        chat = self.someone_on_msn(self.FTP)
        self.upload(self.ana, "Bob", "../../x.txt", Content(10))
        self.assertEqual(FtpReceiver(chat).name, "x.txt")
        (stored,) = (self.directory / "data" / "files").iterdir()
        self.assertRegex(stored.name, r"^[a-z2-7]{26}$")

    def assert_nothing_is_stored(self) -> None:
        self.assertEqual(list((self.directory / "data" / "files").iterdir()), [])


class CookieTest(FileCase):
    """Cookies of MSNFTP."""

    config = {"files": NO_LIMIT}

    def test_what_is_no_number_of_32_bits(self) -> None:
        """Nothing is offered."""
        chat = self.someone_on_msn(self.FTP)
        for cookie in ("%20" * 400, "-1", "text", "", "99999999999", "4294967296", "1 2", "0x10"):
            fields = {"Application-File": "a", "Application-FileSize": "1", "Application-GUID": FILE_GUID}
            chat.deliver(invitation(Invitation_Command="INVITE", Invitation_Cookie=cookie, **fields))
        self.assertEqual([command for command in chat.barrier() if command.verb == "MSG"], [])
        self.assert_silent(self.ana, "PRIVMSG", "NOTICE")

    def test_used_twice(self) -> None:
        """Shown once."""
        chat = self.someone_on_msn(self.FTP)
        giver = FtpSender(chat, "cat.jpg", Content(10))
        giver.say("INVITE", Application_GUID=FILE_GUID, Application_File="dog.jpg", Application_FileSize=10)
        taker = DccReceiver(self.ana, "Bob")
        self.assertEqual(taker.offer.name, "cat.jpg")
        self.expect_link(self.ana)
        self.assert_silent(self.ana, "PRIVMSG")

    def test_of_nothing_or_of_others(self) -> None:
        """Ignored: nobody accepts or cancels what is not theirs."""
        chat = self.someone_on_msn(self.FTP)
        giver = FtpSender(chat, "cat.jpg", Content(10))
        DccReceiver(self.ana, "Bob")
        other = self.msn("mal").call(person("ana"))
        for command in ("ACCEPT", "CANCEL"):
            for cookie in (giver.cookie, "1", "4711"):
                other.deliver(invitation(Invitation_Command=command, Invitation_Cookie=cookie, Cancel_Code="REJECT"))
        self.assertEqual([command for command in other.barrier() if command.verb == "MSG"], [])
        self.assert_silent(self.ana, "NOTICE")
        giver.cancel()
        self.expect_notice(self.ana, "cat.jpg of Bob was cancelled")

    def test_ours_cannot_be_guessed(self) -> None:
        """Neither the same nor in any order."""
        chat = self.someone_on_msn(self.FTP)
        cookies = []
        for _ in range(60):
            self.ana.send("PRIVMSG Bob :\x01DCC SEND cat.jpg 2130706433 5000 10\x01")
            taker = FtpReceiver(chat)
            cookies.append(int(taker.cookie))
            taker.decline()
        steps = [later - earlier for earlier, later in zip(cookies, cookies[1:])]
        self.assertEqual(len(set(steps)), len(steps))
        self.assertGreater(min(map(abs, steps)), 1000)
        self.assertGreater(max(cookies) - min(cookies), 2**26)


class AddressTest(Traps, FileCase):
    """The gateway connects to where the client itself is, at ports from 1024 on, and to nothing else."""

    config = {"files": NO_LIMIT}
    trap_address = "127.0.0.2"
    OTHERS = ("127.0.0.2", "169.254.169.254", "10.0.0.1", "0.0.0.0", "::1", "2130706433", "0x7f.1", "localhost")

    def test_of_a_sender(self) -> None:
        """Its ACCEPT says where it waits."""
        chat = self.someone_on_msn(self.FTP)
        trap = self.trap()
        for host, port in [(host, trap) for host in self.OTHERS] + [("127.0.0.1", 22), ("127.0.0.1", 1023)]:
            with self.subTest(host=host, port=port):
                giver = FtpSender(chat, "cat.jpg", Content(10))
                taker = DccReceiver(self.ana, "Bob").accept()
                giver.expect("ACCEPT")
                giver.say("ACCEPT", IP_Address=host, Port=port, AuthCookie=1)
                giver.expect_cancel("FTTIMEOUT")
                self.expect_notice(self.ana, f"cat.jpg of Bob failed: {REFUSED}")
                taker.connection.close()

    def test_of_a_sender_with_alternatives(self) -> None:
        """None of them is better."""
        chat = self.someone_on_msn(self.FTP)
        trap = self.trap()
        giver = FtpSender(chat, "cat.jpg", Content(10))
        taker = DccReceiver(self.ana, "Bob").accept()
        giver.expect("ACCEPT")
        giver.say("ACCEPT", **{"IP-Address": "127.0.0.1", "Port": 22, "PortX": 80, "IP-Address-Internal": "127.0.0.2",
                               "PortX-Internal": trap, "AuthCookie": 1})  # fmt: skip
        giver.expect_cancel("FTTIMEOUT")
        self.expect_notice(self.ana, f"cat.jpg of Bob failed: {REFUSED}")
        taker.connection.close()

    def test_of_a_sender_that_is_no_address(self) -> None:
        """Is no answer; the one that is one comes in time."""
        chat = self.someone_on_msn(self.FTP)
        for port in ("0", "65536", "-1", "", "80 80", "99999999999"):
            giver = FtpSender(chat, "cat.jpg", Content(10))
            work = DccReceiver(self.ana, "Bob").accept().start()
            fields = giver.expect("ACCEPT")
            giver.say("ACCEPT", IP_Address="127.0.0.1", Port=port, AuthCookie=1)
            giver.secret = giver.go(fields)
            giver.send()
            self.assertEqual(work.result(), Content(10).received())

    def test_of_a_receiver(self) -> None:
        """Sender-Connect says where it waits."""
        chat = self.someone_on_msn(self.FTP)
        trap = self.trap()
        for host, port in [(host, trap) for host in self.OTHERS] + [("127.0.0.1", 22)]:
            with self.subTest(host=host, port=port):
                giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
                taker = FtpReceiver(chat)
                taker.say("ACCEPT", Sender_Connect="TRUE", IP_Address=host, Port=port, AuthCookie=1)
                taker.expect_cancel("FTTIMEOUT")
                self.expect_notice(self.ana, f"cat.jpg for Bob failed: {REFUSED}")
                giver.close()

    @configured({"files": {"allow_loopback": False}})
    def test_of_this_machine(self) -> None:
        """Behind a proxy on the gateway's machine everybody is there: nobody reads its services by an offer."""
        chat = self.someone_on_msn(self.FTP)
        trap = self.trap("127.0.0.1")
        why = "the gateway connects to its own machine only with files.allow_loopback"
        (refusal,) = self.ana.ask(f"PRIVMSG Bob :\x01DCC SEND cat.jpg 2130706433 {trap} 10\x01")
        self.assertTrue(refusal.text.endswith(f"cat.jpg was not offered to Bob: {why}"), refusal.text)
        self.assertFalse(chat.owner.rings)
        giver = FtpSender(chat, "cat.jpg", Content(10))
        taker = DccReceiver(self.ana, "Bob").accept()
        giver.expect("ACCEPT")
        giver.say("ACCEPT", IP_Address="127.0.0.1", Port=trap, AuthCookie=1)
        giver.expect_cancel("FTTIMEOUT")
        self.expect_notice(self.ana, f"cat.jpg of Bob failed: {why}")
        taker.connection.close()

    def test_of_the_gateway_itself(self) -> None:
        """It is no client of its own, not even where loopback is allowed."""
        self.someone_on_msn(self.FTP)
        for service in ("irc", "msn", "msn-sb", "http"):
            port = self.daemon.address(service)[1]
            (refusal,) = self.ana.ask(f"PRIVMSG Bob :\x01DCC SEND cat.jpg 2130706433 {port} 10\x01")
            self.assertIn(REFUSED, refusal.text)

    def test_of_a_direct_connection(self) -> None:
        """Nobody connects for MSNSLP."""
        trap = self.trap("127.0.0.1")
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", Content(10))
        work = DccReceiver(self.ana, "Bob").accept().start()
        giver.expect_accept()
        body = (
            "Bridge: TCPv1\r\nListening: true\r\nNonce: {00000000-0000-0000-0000-000000000001}\r\n"
            f"IPv4Internal-Addrs: 127.0.0.1\r\nIPv4Internal-Port: {trap}\r\n\r\n\0"
        )
        giver.send_request("INVITE", "transreqbody", body)
        self.assertEqual(giver.expect("200").body["Listening"], "false")
        giver.send()
        self.assertEqual(work.result(), Content(10).received())

    @configured({"files": {**NO_LIMIT, "dcc": "passive"}})
    def test_of_the_answer_to_a_passive_offer(self) -> None:
        """The same rule for what IRC clients say."""
        chat = self.someone_on_msn(self.SLP)
        trap = self.trap()
        for number, (address, port) in enumerate((("2130706434", trap), ("2852039166", 80), ("2130706433", 22)), 1):
            giver = SlpSender(chat, "cat.jpg", Content(10))
            offer = DccReceiver(self.ana, "Bob").offer
            self.ana.send(f"PRIVMSG Bob :\x01DCC SEND cat.jpg {address} {port} 10 {offer.token}\x01")
            self.expect_notice(self.ana, f"cat.jpg failed: {REFUSED}")
            giver.cancel()
            self.expect_notice(self.ana, "cat.jpg of Bob was cancelled")

    def test_somebody_else_finds_the_port(self) -> None:
        """Only the client's own address is let in; its own connection is still awaited."""
        content = Content(10)
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", content)
        taker = DccReceiver(self.ana, "Bob")
        with socket.create_connection(taker.offer.endpoint, source_address=("127.0.0.3", 0)) as stranger:
            stranger.settimeout(15)
            try:
                self.assertEqual(stranger.recv(1), b"")
            except ConnectionResetError:
                pass
        work = taker.accept().start()
        giver.expect_accept_and_send()
        self.assertEqual(work.result(), content.received())

    def test_a_wrong_secret(self) -> None:
        """Who comes to the gateway's port and does not know the number, or is somebody else, gets nothing."""
        for handle, change in (("bob@example.com", 1), ("mal@example.com", 0)):
            chat = self.someone_on_msn(self.FTP)
            giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
            taker = FtpReceiver(chat).accept()
            secret = (int(taker.secret) + change) % 2**32
            lines = Lines(taker.connection)
            lines.say("VER MSNFTP")
            lines.expect("VER MSNFTP")
            lines.say(f"USR {handle} {secret}")
            self.assertEqual(taker.connection.recv(100), b"")
            self.assertIn("cat.jpg for Bob failed", self.ana.expect("NOTICE").text)
            giver.close()
            chat.owner.close()
            self.wait_until_gone("Bob")


class SizeTest(FileCase):
    """Sizes that lie: the end, for both, and nothing is kept."""

    config = {"files": NO_LIMIT}
    WRONG = "it is not as long as was said"
    UNSOUND = "the other client did not keep to the protocol"

    def taken(self, way, size: int = 1024):
        giver = way(self.someone_on_msn(self.SLP), "cat.jpg", Content(size))
        taker = DccReceiver(self.ana, "Bob").accept()
        self.addCleanup(taker.connection.close)
        return giver.expect_accept(), taker

    def assert_both_are_told(self, taker, why: str = WRONG) -> None:
        self.expect_notice(self.ana, f"cat.jpg of Bob failed: {why}")
        self.assert_ended(0, 1)

    def test_more_by_msnftp(self) -> None:
        giver, taker = self.taken(FtpSender)
        lines = giver.shake_hands()
        giver.connection.sendall(b"".join(in_blocks(bytes(2048))))
        lines.expect("CCL")
        self.assert_both_are_told(taker)

    def test_another_size_in_fil(self) -> None:
        giver, taker = self.taken(FtpSender)
        giver.connection.sendall(b"VER MSNFTP\r\nFIL 10485760\r\n")
        self.assert_both_are_told(taker)
        giver.expect_cancel("FTTIMEOUT")

    def test_pieces_of_msnslp_that_do_not_follow(self) -> None:
        """BYE; of pieces that lie about the whole, or leave gaps."""
        lies = {(0, 2048): self.WRONG, (0, 2**63): self.WRONG, (5, 1024): self.UNSOUND}
        chat = self.someone_on_msn(self.SLP)
        for (offset, total), why in lies.items():
            giver = SlpSender(chat, "cat.jpg", Content(1024))
            taker = DccReceiver(self.ana, "Bob").accept()
            giver.expect_accept()
            giver.post(Head(giver.session, 7, offset, total, 100, DATA_FLAGS, 9, 0, 0), bytes(100), 2)
            giver.expect_bye()
            self.expect_notice(self.ana, f"cat.jpg of Bob failed: {why}")
            taker.connection.close()

    def test_pieces_of_msnslp_that_are_none(self) -> None:
        """Dropped; what is right arrives."""
        content = Content(1024)
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", content)
        work = DccReceiver(self.ana, "Bob").accept().start()
        giver.expect_accept()
        for offset, length in ((2**63, 100), (0xFFFFFFFFFFFFFF00, 256), (1000, 100), (0, 105), (0, 2**32 - 1)):
            giver.post(Head(giver.session, 7, offset, 1024, length, DATA_FLAGS, 9, 0, 0), bytes(100), 2)
        giver.send()
        self.assertEqual(work.result(), content.received())

    def test_far_too_big(self) -> None:
        """REJECT, 603"""
        chat = self.someone_on_msn(self.FTP)
        FtpSender(chat, "cat.jpg", Content(10 * 2**30)).expect_cancel("REJECT")
        giver = FtpSender(chat, "cat.jpg", Content(10))
        for size in ("-1", "", "1e3", str(2**64)):
            giver.cookie = str(int(giver.cookie) % 1000 + 1)
            giver.say("INVITE", Application_GUID=FILE_GUID, Application_File="a", Application_FileSize=size)
            giver.expect_cancel("REJECT")
        SlpSender(chat, "cat.jpg", Content(10 * 2**30)).expect("603")

    def test_more_by_dcc(self) -> None:
        """More than was offered is the end, even when all was there before."""
        chat = self.someone_on_msn(self.SLP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(1000))
        taker = SlpReceiver(chat).accept()
        giver.connect().sendall(bytes(5000))
        taker.expect_bye()
        self.expect_notice(self.ana, f"cat.jpg for Bob failed: {self.WRONG}")
        giver.close()

    def test_less_by_dcc(self) -> None:
        chat = self.someone_on_msn(self.SLP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(1000))
        taker = SlpReceiver(chat).accept()
        giver.connect().sendall(bytes(999))
        giver.connection.close()
        taker.expect_bye()
        self.assertLess(taker.got.size, 1000)
        self.expect_notice(self.ana, "cat.jpg for Bob failed: the sender is gone")


class BlockedTest(FileCase):
    """Who is blocked offers nothing."""

    def test_on_msn(self) -> None:
        """bob blocks ana: by DCC and by upload she hears that, and he nothing."""
        bob = self.msn("bob")
        bob.block(person("ana"))
        replies = self.ana.ask("PRIVMSG Bob :\x01DCC SEND cat.jpg 2130706433 5000 10\x01")
        self.assertEqual(len([reply for reply in replies if "cat.jpg was not offered to Bob" in reply.text]), 1)
        self.assertIn("Not offered to Bob", self.upload(self.ana, "Bob", "cat.jpg", Content(10)))
        bob.barrier()
        self.assertFalse(bob.rings)


class CtcpTest(FileCase):
    """More than one DCC in a message."""

    def test_many_in_one_message(self) -> None:
        """At most one of them counts."""
        bob = self.msn("bob")
        self.ana.ask("PRIVMSG Bob :" + 8 * "\x01DCC SEND a 2130706433 5000 10\x01")
        bob.barrier()
        self.assertLessEqual(len(bob.rings), 1)
        self.assertLessEqual(self.metric("patchcord_files_offers_total"), 1)


if __name__ == "__main__":
    unittest.main()
