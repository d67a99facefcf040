"""irssi and WeeChat, as Debian ships them, give and take files by their own DCC; who is on MSN is scripted."""

import unittest
from pathlib import Path

from harness.bridge import person
from harness.case import configured
from harness.file_case import FileCase, ftp_by_connecting, ftp_by_waiting, slp
from harness.file_content import MEBIBYTE, Content, Received
from harness.machine import eventually
from harness.msn_ftp import FtpReceiver, FtpSender
from harness.msn_slp import SlpReceiver, SlpSender
from harness.real_clients import start_irssi, start_weechat
from harness.switchboard import Switchboard
from harness.terminal import Terminal

NAME = "cat.jpg"
HALF = 64 * 1024
FILES = ((NAME, MEBIBYTE), ("a small cat.jpg", 1))
NOTHING = ("nothing.jpg", 0)
TOLD = {0: "0 B", 1: "1 B", MEBIBYTE: "1 MiB"}


class RealFileCase(FileCase):
    """carol sits at the real client, and bob has a window with her; `client` is what she looks at."""

    UNFINISHED = NAME  # what the client calls a file that is not whole

    def setUp(self) -> None:
        super().setUp()
        self.inbox, self.outbox = self.directory / "in", self.directory / "out"
        self.inbox.mkdir()
        self.outbox.mkdir()
        self.client = self.start()
        self.addCleanup(self.client.close)
        self._clients.append(self.client)  # ends before the daemon's descriptors are counted

    def start(self) -> Terminal:
        """The client, which puts files into `inbox` and says that it is at the loopback address."""
        raise NotImplementedError

    def bob(self, dialect: int = FileCase.SLP) -> Switchboard:
        return self.msn("bob", dialect=dialect).call(person("carol"))

    def put(self, name: str, content: Content) -> Path:
        """A file that carol can send."""
        path = self.outbox / name
        path.write_bytes(content.read(0, content.size))
        return path

    def put_half(self, content: Content) -> None:
        """What an earlier try left."""
        (self.inbox / self.UNFINISHED).write_bytes(content.read(0, content.size // 2))

    def assert_has(self, name: str, content: Content) -> None:
        """carol's client said that it has the file: it lies there, byte by byte."""
        got = Received()
        got.add((self.inbox / name).read_bytes())
        self.assertEqual(got, content.received())

    def wait_until_some_came(self) -> None:
        path = self.inbox / self.UNFINISHED
        eventually(lambda: path.exists() and path.stat().st_size > 0, "some of the file lies there")

    def assert_has_a_part(self, content: Content) -> None:
        """The beginning of the file, and not all of it."""
        got = (self.inbox / self.UNFINISHED).read_bytes()
        self.assertLess(len(got), content.size)
        self.assertEqual(got, content.read(0, len(got)))


class IrssiCase(RealFileCase):
    def start(self) -> Terminal:
        irssi = start_irssi(self.daemon, self.directory / "carol", "carol")
        irssi.type("/set autocreate_query_level NONE")  # all is said in one window
        irssi.type(f"/set dcc_download_path {self.inbox}", "/set dcc_own_ip 127.0.0.1")
        irssi.wait_for("dcc_own_ip 127.0.0.1")
        return irssi


class IrssiTakesTest(IrssiCase):
    """bob gives carol files."""

    def offered(self, giver, name: str = NAME):
        self.client.wait_for("DCC SEND from Bob", f"]: {name} [")
        return giver

    def cross(self, way, dialect: int = FileCase.SLP) -> None:
        chat = self.bob(dialect)
        for name, size in FILES:
            content = Content(size)
            giver = self.offered(way(chat, name, content), name)
            self.client.type(f'/dcc get Bob "{name}"')
            giver.expect_accept_and_send()
            self.client.wait_for(f"DCC received file {name} [{'1MB' if size > 1 else '1B'}] from Bob")
            self.assert_has(name, content)
        self.assert_ended(len(FILES), 0)

    def begun(self, content: Content) -> SlpSender:
        """Some of it is on carol's disk."""
        giver = self.offered(SlpSender(self.bob(), NAME, content))
        self.client.type("/dcc get Bob")
        giver.expect_accept().send_pieces(HALF)
        self.wait_until_some_came()
        return giver

    def test_msnslp(self) -> None:
        """/dcc get"""
        self.cross(slp)

    def test_msnftp(self) -> None:
        self.cross(ftp_by_waiting, self.FTP)

    @configured({"files": {"dcc": "passive"}})
    def test_msnftp_to_who_waits(self) -> None:
        """The gateway comes to irssi."""
        self.cross(ftp_by_connecting)

    @configured({"files": {"dcc": "passive"}})
    def test_msnslp_to_who_waits(self) -> None:
        self.cross(slp)

    def test_the_half_that_is_there(self) -> None:
        """/dcc resume: the file is right in the end, from wherever it comes."""
        content = Content(MEBIBYTE)
        self.put_half(content)
        self.client.type("/set dcc_autorename on")  # whoever does not resume makes another file
        giver = self.offered(SlpSender(self.bob(), NAME, content))
        self.client.type("/dcc resume Bob")
        giver.expect_accept_and_send()
        self.client.wait_for(f"DCC received file {NAME} [1MB] from Bob")
        self.assert_has(NAME, content)
        self.assertEqual([path.name for path in self.inbox.iterdir()], [NAME])
        self.assert_ended(1, 0)

    def test_declined(self) -> None:
        """/dcc close: 603; CANCEL, REJECT"""
        chat = self.bob()
        giver = self.offered(SlpSender(chat, NAME, Content(MEBIBYTE)))
        self.client.type("/dcc close get Bob")
        giver.expect("603")
        other = self.offered(FtpSender(chat, "dog.jpg", Content(MEBIBYTE)), "dog.jpg")
        self.client.type("/dcc close get Bob")
        other.expect_cancel("REJECT")
        self.client.wait_for(f"DCC aborted receiving file {NAME} from Bob", "DCC aborted receiving file dog.jpg")
        self.assertEqual(list(self.inbox.iterdir()), [])

    def test_cancelled_by_its_sender(self) -> None:
        """Half way; irssi itself does not tell it from an end, the gateway does."""
        content = Content(MEBIBYTE)
        self.begun(content).cancel()
        self.client.wait_for(f"{NAME} of Bob was cancelled", f"DCC received file {NAME} [")
        self.assert_has_a_part(content)
        self.assert_ended(0, 1)

    def test_closed_half_way(self) -> None:
        """/dcc close: BYE"""
        giver = self.begun(Content(MEBIBYTE))
        self.client.type("/dcc close get Bob")
        giver.expect_bye()
        self.client.wait_for(f"{NAME} of Bob failed: the receiver is gone")
        self.assert_ended(0, 1)


class IrssiGivesTest(IrssiCase):
    """carol gives bob files."""

    def offer(self, chat: Switchboard, way, name: str, content: Content, flags: str = ""):
        self.client.type(f'/dcc send {flags}Bob "{self.put(name, content)}"')
        taker = way(chat)
        self.assertEqual((taker.name, taker.size), (name, content.size))
        return taker

    def cross(self, way, dialect: int, flags: str = "", files=FILES) -> None:
        chat = self.bob(dialect)
        for name, size in files:
            content = Content(size)
            taker = self.offer(chat, way, name, content, flags)
            self.assertEqual(taker.accept().receive(), content.received())
            self.client.wait_for(f"DCC sent file {name} [", f"Bob has {name} ({TOLD[size]})")
        self.assert_ended(len(files), 0)

    def test_msnslp(self) -> None:
        """/dcc send"""
        self.cross(SlpReceiver, self.SLP, files=(*FILES, NOTHING))

    def test_msnftp(self) -> None:
        self.cross(FtpReceiver, self.FTP)

    def test_passive(self) -> None:
        """/dcc send -passive: irssi comes to the gateway"""
        self.cross(SlpReceiver, self.SLP, "-passive ")

    def test_passive_to_msnftp(self) -> None:
        self.cross(FtpReceiver, self.FTP, "-passive ")

    def test_declined(self) -> None:
        """irssi understands DCC REJECT."""
        chat = self.bob()
        for name, flags in ((NAME, ""), ("dog.jpg", "-passive ")):
            self.offer(chat, SlpReceiver, name, Content(MEBIBYTE), flags).decline()
            self.client.wait_for(f"DCC aborted sending file {name} for Bob", f"Bob declined {name}")

    def test_taken_back(self) -> None:
        """/dcc close: BYE"""
        taker = self.offer(self.bob(), SlpReceiver, NAME, Content(MEBIBYTE))
        self.client.type("/dcc close send Bob")
        taker.expect_bye()


class WeechatCase(RealFileCase):
    """carol looks at the list of files."""

    UNFINISHED = f"{NAME}.part"

    def start(self) -> Terminal:
        settings = {
            "xfer.file.download_path": self.inbox,
            "xfer.network.own_ip": "127.0.0.1",
            "xfer.file.use_nick_in_filename": "off",
            "xfer.file.convert_spaces": "off",
        }
        weechat = start_weechat(self.daemon, self.directory / "carol", "carol", "#lobby", settings)
        weechat.wait_for("Channel #lobby: ")
        weechat.type("/xfer")
        weechat.wait_for("Xfer list")
        return weechat

    def wait_for_line(self, *words: str) -> None:
        """The file on top of the list is in this state."""
        eventually(lambda: all(word in self.top() for word in words), f"on top: {words}\n{self.client.screen()}")

    def top(self) -> str:
        """The two lines of the file on top of the list."""
        return "\n".join(self.client.screen().splitlines()[3:5])


class WeechatTakesTest(WeechatCase):
    """bob gives carol files."""

    def offered(self, giver, name: str = NAME):
        self.wait_for_line(f'"{name}"', "waiting")
        return giver

    def cross(self, way, dialect: int = FileCase.SLP) -> None:
        files = (*FILES, NOTHING)
        chat = self.bob(dialect)
        for name, size in files:
            content = Content(size)
            giver = self.offered(way(chat, name, content), name)
            self.client.type("a")
            giver.expect_accept_and_send()
            self.wait_for_line(f'"{name}"', "done")
            self.assert_has(name, content)
        self.assert_ended(len(files), 0)

    def begun(self, content: Content) -> SlpSender:
        """Some of it is on carol's disk."""
        giver = self.offered(SlpSender(self.bob(), NAME, content))
        self.client.type("a")
        giver.expect_accept().send_pieces(HALF)
        self.wait_until_some_came()
        return giver

    def test_msnslp(self) -> None:
        self.cross(slp)

    def test_msnftp(self) -> None:
        self.cross(ftp_by_waiting, self.FTP)

    def test_at_once(self) -> None:
        """xfer.file.auto_accept_files"""
        self.client.type("/set xfer.file.auto_accept_files on", "/xfer")
        content = Content(MEBIBYTE)
        SlpSender(self.bob(), NAME, content).expect_accept_and_send()
        self.wait_for_line(f'"{NAME}"', "done")
        self.assert_has(NAME, content)

    def test_the_half_that_is_there(self) -> None:
        """WeeChat asks to resume by itself: the file is right in the end, from wherever it comes."""
        content = Content(MEBIBYTE)
        self.put_half(content)
        giver = self.offered(SlpSender(self.bob(), NAME, content))
        self.client.type("a")
        giver.expect_accept_and_send()
        self.wait_for_line(f'"{NAME}"', "done")
        self.assert_has(NAME, content)
        self.assertEqual([path.name for path in self.inbox.iterdir()], [NAME])
        self.assert_ended(1, 0)

    def test_declined(self) -> None:
        """WeeChat tells nobody that it was cancelled; carol tells the gateway."""
        giver = self.offered(SlpSender(self.bob(), NAME, Content(MEBIBYTE)))
        self.client.type("c")
        self.wait_for_line("aborted")
        self.client.type("/msg -server 127.0.0.1 *patchcord cancel 1")
        giver.expect("603")
        self.assertEqual(list(self.inbox.iterdir()), [])

    def test_cancelled_by_its_sender(self) -> None:
        content = Content(MEBIBYTE)
        self.begun(content).cancel()
        self.wait_for_line(f'"{NAME}"', "failed")
        self.assert_has_a_part(content)
        self.client.type("/buffer core.weechat")
        self.client.wait_for(f"{NAME} of Bob was cancelled")
        self.assert_ended(0, 1)

    def test_closed_half_way(self) -> None:
        """BYE"""
        giver = self.begun(Content(MEBIBYTE))
        self.client.type("c")
        giver.expect_bye()
        self.assert_ended(0, 1)


class WeechatGivesTest(WeechatCase):
    """carol gives bob files."""

    def offer(self, chat: Switchboard, way, name: str, content: Content):
        self.client.type("/buffer #lobby", f"/dcc send Bob {self.put(name, content)}", "/xfer")
        taker = way(chat)
        self.assertEqual((taker.name, taker.size), (name, content.size))
        self.wait_for_line(f'"{name}"', "connecting")
        return taker

    def cross(self, way, dialect: int, files=FILES) -> None:
        chat = self.bob(dialect)
        for name, size in files:
            content = Content(size)
            taker = self.offer(chat, way, name, content)
            self.assertEqual(taker.accept().receive(), content.received())
            self.wait_for_line(f'"{name}"', "done")
        self.client.type("/buffer core.weechat")
        self.client.wait_for(*(f"Bob has {name} ({TOLD[size]})" for name, size in files))
        self.assert_ended(len(files), 0)

    def test_msnslp(self) -> None:
        self.cross(SlpReceiver, self.SLP, (*FILES, NOTHING))

    def test_msnftp(self) -> None:
        self.cross(FtpReceiver, self.FTP)

    def test_declined(self) -> None:
        """WeeChat's list does not show it, the gateway says it."""
        self.offer(self.bob(), SlpReceiver, NAME, Content(MEBIBYTE)).decline()
        self.client.type("/buffer core.weechat")
        self.client.wait_for(f"Bob declined {NAME}")

    def test_closed_half_way(self) -> None:
        """BYE"""
        content = Content(32 * MEBIBYTE)
        taker = self.offer(self.bob(), SlpReceiver, NAME, content).accept()
        taker.receive_pieces(HALF)
        self.client.type("c")
        self.wait_for_line("aborted")
        taker.receive_pieces(content.size)
        taker.expect_bye()
        self.assertLess(taker.got.size, content.size)
        self.assert_ended(0, 1)


if __name__ == "__main__":
    unittest.main()
