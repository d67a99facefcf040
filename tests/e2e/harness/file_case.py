"""The test case of files that cross the bridge: ana on IRC, bob on MSN, and every way that either of them can have."""

import http.client
import re
import urllib.parse

from .bridge import BridgeCase, person
from .client import Client, of_command
from .dcc import DccReceiver, DccSender
from .file_content import MEBIBYTE, Content, Received, Work
from .machine import eventually, reply_timeout
from .msn_ftp import FtpReceiver, FtpSender
from .msn_slp import SlpReceiver, SlpSender
from .switchboard import Switchboard

LINK = re.compile(r"http://\S+/file/[a-z2-7]{26}/[^\s\x01]+")
UPLOAD = re.compile(r"http://\S+/upload/[a-z2-7]{26}")
NO_LIMIT = {"max_offers": 1000, "offer_burst": 1000, "max_transfers_per_user": 100}


class FileCase(BridgeCase):
    """`dialects` of bob's client decide by which way it is offered files."""

    has_canaries = False
    SLP, FTP = 12, 7

    def setUp(self) -> None:
        super().setUp()
        self.ana = self.irc("ana", realname="Ana Bee")

    def tearDown(self) -> None:
        self.assert_nothing_runs()
        super().tearDown()

    def someone_on_msn(self, dialect: int, name: str = "bob") -> Switchboard:
        """In a conversation with ana."""
        return self.msn(name, dialect=dialect).call(person("ana"))

    def wait_until_gone(self, nick: str) -> None:
        """Nobody is called so any more."""
        eventually(lambda: of_command(self.ana.ask(f"ISON {nick}"), "303")[0].text == "", f"{nick} is gone")

    # --- what the daemon says of itself

    def metric(self, name: str, label: str = "") -> float:
        connection = http.client.HTTPConnection(*self.daemon.address("http"), timeout=reply_timeout())
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        wanted = name + (f'{{limit="{label}"}}' if label else "")
        found = [line.rpartition(" ")[2] for line in text.splitlines() if line.rpartition(" ")[0] == wanted]
        return float(found[0]) if found else 0.0

    def limit_hits_of_files(self, limit: str) -> float:
        return self.metric("patchcord_files_limit_hits_total", limit)

    def assert_nothing_runs(self) -> None:
        eventually(lambda: self.metric("patchcord_files_transfers") == 0, "no file is on its way any more")

    def assert_ended(self, completed: int, failed: int) -> None:
        self.assert_nothing_runs()
        ends = self.metric("patchcord_files_completed_total"), self.metric("patchcord_files_failed_total")
        self.assertEqual(ends, (completed, failed))

    # --- what people on IRC are told

    def expect_notice(self, client: Client, text: str, timeout: float = 0.0) -> None:
        """The next word of the gateway has to be this."""
        said = client.expect("NOTICE", where=lambda message: message.nick == "*patchcord", timeout=timeout)
        self.assertEqual(said.text, text)

    def expect_link(self, client: Client, nick: str = "Bob") -> str:
        """`nick offers a file: ...` with a link."""
        said = client.expect("PRIVMSG", where=lambda message: message.nick == nick and "offers a file:" in message.text)
        return LINK.search(said.text)[0]

    # --- HTTP

    def open_link(self, link: str) -> http.client.HTTPResponse:
        """A download that has begun."""
        connection = http.client.HTTPConnection(*self.daemon.address("http"), timeout=reply_timeout())
        self.addCleanup(connection.close)
        connection.request("GET", urllib.parse.urlsplit(link).path, headers={"Connection": "close"})
        return connection.getresponse()

    def upload(self, client: Client, nick: str, name: str, content: Content) -> str:
        """With a link of *patchcord; the answer."""
        client.send(f"PRIVMSG *patchcord :upload {nick}")
        link = UPLOAD.search(client.expect("PRIVMSG", client.nick).text)[0]
        connection = http.client.HTTPConnection(*self.daemon.address("http"), timeout=reply_timeout())
        headers = {"Content-Length": str(content.size), "Content-Disposition": f'attachment; filename="{name}"'}
        connection.request("PUT", urllib.parse.urlsplit(link).path, content.pieces(), headers)
        response = connection.getresponse()
        self.assertEqual(response.status, 201)
        answer = response.read().decode()
        connection.close()
        return answer


def fetch_all(response: http.client.HTTPResponse) -> Received:
    """Raises http.client.IncompleteRead, or ConnectionError, when it breaks off."""
    got = Received()
    if response.status != 200:
        raise AssertionError(f"status {response.status}")
    while piece := response.read(MEBIBYTE):
        got.add(piece)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return got


# --- ways of somebody on MSN to give a file: they are called with a conversation, a name and the content


def ftp_by_connecting(chat, name, content):
    """Goes to the gateway, as it asks for."""
    return FtpSender(chat, name, content)


def ftp_by_waiting(chat, name, content):
    """As clients before version 5: the gateway has to come."""
    return FtpSender(chat, name, content, follows=False)


def ftp_behind_a_router(chat, name, content):
    """Connectivity: N"""
    return FtpSender(chat, name, content, listens=False)


def slp(chat, name, content):
    return SlpSender(chat, name, content)


def slp_of_messenger(chat, name, content):
    """Asks for a direct connection first, as Messenger did."""

    class Messenger(SlpSender):
        def expect_accept(self):
            super().expect_accept()
            self.ask_for_a_direct_connection()
            return self

    return Messenger(chat, name, content)


# --- ways of somebody on MSN to take one: they are called with a conversation in which they are offered one


def ftp_taken_by_connecting(chat):
    return FtpReceiver(chat)


def ftp_taken_by_waiting(chat):
    return FtpReceiver(chat, waits=True)


def slp_taken(chat):
    return SlpReceiver(chat)


# --- ways of somebody on IRC to take one: they begin once they were offered it


def take_by_dcc(case: FileCase, client: Client, nick: str = "Bob") -> Work:
    return DccReceiver(client, nick).accept().start()


def take_by_link(case: FileCase, client: Client, nick: str = "Bob") -> Work:
    link = case.expect_link(client, nick)
    return Work(lambda: fetch_all(case.open_link(link)))


# --- ways of somebody on IRC to give one


def dcc_waiting(case: FileCase, client: Client, nick: str, name: str, content: Content) -> Work:
    return DccSender(client, nick, name, content).start()


def dcc_connecting(case: FileCase, client: Client, nick: str, name: str, content: Content) -> DccSender:
    """A passive offer. The answer comes on the client's connection, so that who tests has to start it after that."""
    return DccSender(client, nick, name, content, passive=True)


def upload_to(case: FileCase, client: Client, nick: str, name: str, content: Content) -> None:
    answer = case.upload(client, nick, name, content)
    if f"Offered to {nick}\n" not in answer:
        raise AssertionError(f"not offered: {answer}")
