"""Files in rooms, where a link is all there is; and what goes on besides while files are on their way."""

import http.client
import unittest

from harness.bridge import LOBBY, person
from harness.dcc import DccReceiver, DccSender
from harness.file_case import LINK, FileCase, fetch_all
from harness.file_content import MEBIBYTE, Content, Work
from harness.msn_ftp import FtpReceiver, FtpSender
from harness.msn_slp import SlpReceiver, SlpSender

HALF = 64 * 1024


class RoomTest(FileCase):
    """ana and carol on IRC, bob and dora on MSN, all of them in a room."""

    def setUp(self) -> None:
        super().setUp()
        self.ana.join("#lobby")
        self.carol = self.irc("carol", "#lobby")
        self.dora = self.msn("dora").call(LOBBY)
        self.bob = self.msn("bob").call(LOBBY)
        self.bob.barrier()

    def offered(self, way, content: Content):
        """bob's offer, and the link that everybody is shown, in one line each."""
        giver = way(self.bob, "cat.jpg", content, LOBBY) if way is SlpSender else way(self.bob, "cat.jpg", content)
        links = []
        for client in (self.ana, self.carol):
            said = client.expect("PRIVMSG", "#lobby", where=lambda message: message.nick == "Bob")
            self.assertRegex(said.text, r"^\x01ACTION offers a file: cat\.jpg \(.*\): http://\S+\x01$")
            links.append(LINK.search(said.text)[0])
            self.assert_silent(client, "PRIVMSG")
        return giver, links

    def test_the_first_who_fetches_it_accepts_it(self) -> None:
        """Everybody is shown one link; several fetch it at once, and later."""
        for way in (FtpSender, SlpSender):
            content = Content(MEBIBYTE)
            giver, links = self.offered(way, content)
            self.assertEqual(len(set(links)), 1)
            downloads = [self.open_link(links[0]) for _ in range(3)]
            fetching = [Work(fetch_all, download) for download in downloads]
            giver.expect_accept_and_send()
            for fetched in fetching:
                self.assertEqual(fetched.result(), content.received())
            self.assertEqual(fetch_all(self.open_link(links[0])), content.received())
        self.assert_ended(2, 0)

    def test_nobody_accepts_before(self) -> None:
        """HEAD is what previews of links ask."""
        giver, links = self.offered(FtpSender, Content(MEBIBYTE))
        connection = http.client.HTTPConnection(*self.daemon.address("http"))
        connection.request("HEAD", links[0][links[0].index("/file") :], headers={"Connection": "close"})
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        self.assertEqual([command for command in self.bob.barrier() if command.verb == "MSG"], [])
        giver.cancel()

    def test_people_on_msn_have_it_from_msn(self) -> None:
        """MSN clients among themselves are not shown a link; the invitation itself goes to them."""
        giver, _ = self.offered(FtpSender, Content(MEBIBYTE))
        seen = [command.body.kind for command in self.dora.barrier() if command.verb == "MSG"]
        self.assertEqual(len(seen), 1, self.dora.transcript())
        giver.cancel()

    def test_taken_back(self) -> None:
        """The link is dead."""
        giver, links = self.offered(FtpSender, Content(MEBIBYTE))
        giver.cancel()
        self.ana.barrier()
        self.assertEqual(self.open_link(links[0]).status, 404)

    def test_an_upload_for_a_room(self) -> None:
        """The same from IRC, to both."""
        content = Content(MEBIBYTE)
        self.assertIn("Offered to #lobby\n", self.upload(self.ana, "#lobby", "cat.jpg", content))
        for chat in (self.bob, self.dora):
            shown = chat.expect("MSG", person("ana"), where=lambda message: message.body.kind == "text/plain")
            self.assertEqual(fetch_all(self.open_link(LINK.search(shown.body.text)[0])), content.received())
        self.assertEqual(fetch_all(self.open_link(self.expect_link(self.carol, "ana"))), content.received())

    def test_an_upload_for_a_room_waits_for_nobody(self) -> None:
        """Whoever likes fetches it by its link: nothing is left that could fail, or takes the place of an offer."""
        self.assertIn("Offered to #lobby\n", self.upload(self.ana, "#lobby", "cat.jpg", Content(10)))
        self.expect_link(self.carol, "ana")
        self.ana.send("PRIVMSG *patchcord :files")
        self.ana.expect("PRIVMSG", "ana", "No file is offered to you or by you")


class MeanwhileTest(FileCase):
    """People go on talking while a file is on its way, in the same conversation and in others."""

    def test_from_msn(self) -> None:
        content = Content(MEBIBYTE)
        chat = self.someone_on_msn(self.SLP)
        giver = SlpSender(chat, "cat.jpg", content)
        taker = DccReceiver(self.ana, "Bob").accept()
        work = taker.start()
        giver.expect_accept()
        for part in (1, 2, 3):
            giver.send_pieces(part * 256 * 1024)
            giver.say(f"part {part}")
            self.ana.expect("PRIVMSG", "ana", f"part {part}")
            self.ana.send(f"PRIVMSG Bob :got part {part}")
            giver.read_until(lambda: f"got part {part}" in giver.texts(), "answer")
        giver.send()
        self.assertEqual(work.result(), content.received())

    def test_from_irc(self) -> None:
        content = Content(MEBIBYTE)
        chat = self.someone_on_msn(self.SLP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", content)
        taker = SlpReceiver(chat).accept()
        work = giver.start()
        for part in (1, 2, 3):
            self.ana.send(f"PRIVMSG Bob :part {part}")
            taker.read_until(lambda: f"part {part}" in taker.texts(), "text")
            taker.say(f"got part {part}")
            self.ana.expect("PRIVMSG", "ana", f"got part {part}")
        self.assertEqual(taker.receive(), content.received())
        self.assertEqual(work.result(), content.size)

    def test_both_ways_at_once(self) -> None:
        """Two files each way between the same two."""
        content = Content(MEBIBYTE)
        chat = self.someone_on_msn(self.FTP)
        out = [FtpSender(chat, f"out {number}.jpg", content) for number in range(2)]
        taken = [DccReceiver(self.ana, "Bob").accept().start() for _ in out]
        for giver in out:
            giver.expect_accept()
        given, received = [], []
        for number in range(2):
            given.append(DccSender(self.ana, "Bob", f"in {number}.jpg", Content(MEBIBYTE)).start())
            received.append(FtpReceiver(chat).accept().start())
        for giver in out:
            giver.send()
        for work in taken + received:
            self.assertEqual(work.result(), Content(MEBIBYTE).received())
        for work in given:
            self.assertEqual(work.result(), MEBIBYTE)
        self.assert_ended(4, 0)

    def test_a_slow_receiver_does_not_hold_up_others(self) -> None:
        """One who takes nothing; another transfer of the same giver is whole meanwhile, and people talk."""
        content = Content(4 * MEBIBYTE)
        slow = FtpSender(self.someone_on_msn(self.FTP), "slow.jpg", content)
        sleeper = DccReceiver(self.ana, "Bob").accept()
        slow.expect_accept()
        slow.shake_hands()
        sending = Work(slow.send_blocks, 0, content.size)
        carol = self.irc("carol")
        chat = self.msn("dora").call(person("carol"))
        quick = SlpSender(chat, "quick.jpg", Content(MEBIBYTE))
        work = DccReceiver(carol, "Dora").accept().start()
        quick.expect_accept_and_send()
        self.assertEqual(work.result(), Content(MEBIBYTE).received())
        self.assertEqual(sleeper.start().result(), content.received())
        sending.result()
        slow.connection.close()


class ResumeTest(FileCase):
    """`DCC RESUME`: from there on where the source can seek, else from the beginning."""

    def test_what_msn_gives_begins_anew(self) -> None:
        """Answered with 0."""
        for way, dialect in ((FtpSender, self.FTP), (SlpSender, self.SLP)):
            content = Content(MEBIBYTE)
            giver = way(self.someone_on_msn(dialect), "cat.jpg", content)
            taker = DccReceiver(self.ana, "Bob")
            self.assertEqual(taker.resume(1000), 0)
            work = taker.accept().start()
            giver.expect_accept_and_send()
            self.assertEqual(work.result(), content.received())
            giver.chat.owner.close()
            self.wait_until_gone("Bob")


if __name__ == "__main__":
    unittest.main()
