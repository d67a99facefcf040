"""How a file finds its way when something is missing: a conversation, a client that knows more, ports, links."""

import http.client
import signal
import unittest

from harness.bridge import LOBBY, person
from harness.case import configured
from harness.dcc import DccReceiver, DccSender, expect_reject
from harness.file_case import FileCase, fetch_all, take_by_link
from harness.file_content import MEBIBYTE, Content
from harness.msn_ftp import FtpReceiver, FtpSender
from harness.msn_slp import SlpReceiver, SlpSender

HALF = 64 * 1024
BROKEN_OFF = (http.client.IncompleteRead, ConnectionError)


class NoConversationTest(FileCase):
    """Nobody has opened a window yet."""

    def test_the_client_rings(self) -> None:
        """... and is offered the file once it has answered, by the way it knows."""
        for way, dialect in ((FtpReceiver, self.FTP), (SlpReceiver, self.SLP)):
            bob = self.msn("bob", dialect=dialect)
            content = Content(MEBIBYTE)
            giver = DccSender(self.ana, "Bob", "cat.jpg", content)
            taker = way(bob.answer())
            work = giver.start()
            self.assertEqual(taker.accept().receive(), content.received())
            self.assertEqual(work.result(), MEBIBYTE)
            self.expect_notice(self.ana, "Bob has cat.jpg (1 MiB)")
            bob.close()
            self.wait_until_gone("Bob")

    def test_nobody_is_there(self) -> None:
        """401"""
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
        self.ana.expect("401", "ana", "Bob")
        giver.close()

    def test_who_offers_it_takes_it_back_before_the_answer(self) -> None:
        """There is nothing to be offered then."""
        bob = self.msn("bob")
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
        ring = bob.wait_for_ring()
        self.ana.ask("PRIVMSG *patchcord :cancel 1")
        chat = bob.answer(ring)
        self.assertEqual([command for command in chat.barrier() if command.verb == "MSG"], [])
        giver.close()

    def test_the_window_is_closed_and_opened_again(self) -> None:
        """The next file comes to the new one."""
        chat = self.someone_on_msn(self.SLP)
        DccSender(self.ana, "Bob", "cat.jpg", Content(10)).close()
        SlpReceiver(chat).decline()
        expect_reject(self.ana, "Bob", "cat.jpg")
        chat.leave()
        giver = DccSender(self.ana, "Bob", "dog.jpg", Content(10))
        taker = SlpReceiver(chat.owner.answer())
        work = giver.start()
        self.assertEqual(taker.accept().receive().size, 10)
        self.assertEqual(work.result(), 10)


class OneOfManyTest(FileCase):
    """There is more than one place, name or window that could be meant."""

    def test_the_link_is_dead_once_it_is_taken_by_dcc(self) -> None:
        """410"""
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", Content(MEBIBYTE))
        taker = DccReceiver(self.ana, "Bob").accept()
        link = self.expect_link(self.ana)
        giver.expect_accept().send_pieces(HALF)
        self.assertEqual(self.open_link(link).status, 410)
        work = taker.start()
        giver.send()
        self.assertEqual(work.result().size, MEBIBYTE)
        self.assertEqual(self.open_link(link).status, 410)

    def test_the_port_is_closed_once_it_is_taken_by_its_link(self) -> None:
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", Content(MEBIBYTE))
        taker = DccReceiver(self.ana, "Bob")
        download = self.open_link(self.expect_link(self.ana))
        giver.expect_accept()
        with self.assertRaises(ConnectionError):
            taker.accept()
        giver.send()
        self.assertEqual(fetch_all(download).size, MEBIBYTE)

    def test_a_window_of_a_room_is_open_too(self) -> None:
        """Files for one person go to the window of two."""
        bob = self.msn("bob")
        room = bob.call(LOBBY)
        chat = bob.call(person("ana"))
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
        taker = SlpReceiver(chat)
        work = giver.start()
        self.assertEqual(taker.accept().receive().size, 10)
        self.assertEqual(work.result(), 10)
        self.assertEqual([command for command in room.barrier() if command.verb == "MSG"], [])


class FallBackTest(FileCase):
    """A client that says it knows MSNSLP, and does not."""

    def test_an_error_is_answered_with_msnftp(self) -> None:
        """500, then BYE or nothing, then an invitation."""
        chat = self.someone_on_msn(self.SLP)
        content = Content(MEBIBYTE)
        giver = DccSender(self.ana, "Bob", "cat.jpg", content)
        first = SlpReceiver(chat)
        first.send_answer("500 Internal Error", first.invitation)
        taker = FtpReceiver(chat)
        work = giver.start()
        self.assertEqual(taker.accept().receive(), content.received())
        self.assertEqual(work.result(), MEBIBYTE)
        self.assert_ended(1, 0)


class NoPortsTest(FileCase):
    """The gateway waits nowhere: the others have to."""

    config = {"files": {"ports": []}}

    def test_msnftp_of_who_can_wait(self) -> None:
        """... and links, for there is no DCC."""
        content = Content(MEBIBYTE)
        giver = FtpSender(self.someone_on_msn(self.FTP), "cat.jpg", content)
        work = take_by_link(self, self.ana)
        giver.expect_accept_and_send()
        self.assertEqual(work.result(), content.received())

    def test_msnftp_of_who_cannot(self) -> None:
        """FTTIMEOUT"""
        giver = FtpSender(self.someone_on_msn(self.FTP), "cat.jpg", Content(10), listens=False)
        work = take_by_link(self, self.ana)
        giver.expect_cancel("FTTIMEOUT")
        self.expect_notice(self.ana, "cat.jpg of Bob failed: no connection could be made")
        with self.assertRaises(BROKEN_OFF):
            work.result()

    @configured({"files": {"ports": [], "dcc": "passive"}})
    def test_dcc_of_who_can_wait(self) -> None:
        content = Content(MEBIBYTE)
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", content)
        work = DccReceiver(self.ana, "Bob").accept().start()
        giver.expect_accept_and_send()
        self.assertEqual(work.result(), content.received())

    def test_to_msn(self) -> None:
        """Connectivity: N; a receiver that waits has it."""
        content = Content(MEBIBYTE)
        chat = self.someone_on_msn(self.FTP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", content)
        taker = FtpReceiver(chat, waits=True)
        self.assertEqual(taker.fields["Connectivity"], "N")
        work = giver.start()
        self.assertEqual(taker.accept().receive(), content.received())
        self.assertEqual(work.result(), MEBIBYTE)

    def test_passive_dcc(self) -> None:
        """Neither side could wait."""
        self.someone_on_msn(self.FTP)
        DccSender(self.ana, "Bob", "cat.jpg", Content(10), passive=True)
        said = self.ana.expect("NOTICE").text
        self.assertEqual(said, "cat.jpg was not offered to Bob: no connection could be made")


class NoLinksTest(FileCase):
    """`files.links = false`"""

    config = {"files": {"links": False}}

    def test_dcc_alone(self) -> None:
        content = Content(MEBIBYTE)
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", content)
        work = DccReceiver(self.ana, "Bob").accept().start()
        giver.expect_accept_and_send()
        self.assertEqual(work.result(), content.received())
        self.assert_silent(self.ana, "PRIVMSG", "NOTICE")

    def test_not_in_rooms(self) -> None:
        """REJECT; people see that there was one."""
        self.ana.join("#lobby")
        giver = FtpSender(self.msn("bob").call(LOBBY), "cat.jpg", Content(10))
        giver.expect_cancel("REJECT")
        self.assertIn("cat.jpg", self.ana.expect("PRIVMSG", "#lobby").text)


class ShutDownTest(FileCase):
    """The daemon is stopped while files are on their way."""

    def tearDown(self) -> None:
        for client in self._clients:
            client.close()

    def test_all_are_told(self) -> None:
        """It does not wait for them, and exits with 0; nothing is kept of what is not whole."""
        chat = self.someone_on_msn(self.SLP)
        giver = SlpSender(chat, "cat.jpg", Content(MEBIBYTE))
        taker = DccReceiver(self.ana, "Bob").accept()
        giver.expect_accept().send_pieces(HALF)
        dora = SlpSender(self.msn("dora").call(person("ana")), "dog.jpg", Content(MEBIBYTE))
        download = self.open_link(self.expect_link(self.ana, "Dora"))
        dora.expect_accept().send_pieces(HALF)
        self.daemon.signal(signal.SIGTERM)
        giver.expect_bye()
        with self.assertRaises((AssertionError, ConnectionError)):
            self.assertEqual(taker.receive().size, MEBIBYTE)
        with self.assertRaises(BROKEN_OFF):
            fetch_all(download)
        self.assertEqual(self.daemon.wait(15), 0)
        self.assertEqual(list((self.directory / "data" / "files").iterdir()), [])


if __name__ == "__main__":
    unittest.main()
