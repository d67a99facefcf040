"""The test case of a disk that fails under a daemon that people talk through."""

import sqlite3

from .accounts import authenticate, log_in, make_account
from .attacks import CleanLog
from .bridge import LOBBY, BridgeCase
from .client import Client, of_command
from .disk import FailingDisk
from .history_case import MODERN
from .http_files import FilesCase
from .links import PATCHCORD
from .machine import eventually, patience

OWNER = "carl"
SLOWEST_CANARY = 0.25  # seconds
DATABASES = ("patchcord.db", "history.db")


class DiskCase(CleanLog, FilesCase, BridgeCase):
    """carl has an account and may look at history, bob is on MSN; both are in the lobby. What the daemon keeps lies on
    `disk`. When a test is over, both databases are whole."""

    expected_error = b" error "  # of whatever kind: the disk fails

    def prepare(self) -> dict:
        self.data = self.directory / "data"
        self.disk = self.make_disk()
        self.environment = self.disk.environment
        return {}

    def make_disk(self):
        return FailingDisk(self.directory, self.data)

    def setUp(self) -> None:
        super().setUp()
        self.password = "password-0"
        self.tries = 0
        make_account(self.daemon, OWNER, self.password)
        self.carl = log_in(self.visitor(), OWNER, self.password, caps=(*MODERN, "standard-replies"))
        self.carl.join("#lobby")
        self.bob = self.msn("bob")
        self.chat = self.bob.call(LOBBY)

    def tearDown(self) -> None:
        super().tearDown()
        for name in DATABASES:
            database = sqlite3.connect(self.data / name)
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)], name)
            database.close()

    def tell(self, client: Client, words: str) -> str:
        """Says something to the service nick; its answer, one line of it."""
        client.send(f"PRIVMSG {PATCHCORD} :{words}")
        return client.expect("PRIVMSG", client.nick, where=lambda line: line.nick == PATCHCORD).text

    def change_password(self) -> bool:
        """Whether carl is told that it is another now, which `password` then is."""
        self.tries += 1
        wanted = f"password-{self.tries}"
        answer = self.tell(self.carl, f"passwd {self.password} {wanted}")
        if "is changed" in answer:
            self.password = wanted
            return True
        self.assertIn("was not done", answer)
        return False

    def expect_password_works(self) -> None:
        """Changes are possible again, without anybody's doing."""
        eventually(self.change_password, "a password can be changed again", every=0.2)

    def assert_chat_goes_on(self, number: int) -> None:
        """Each way between IRC and MSN, and nobody waits for a disk."""
        self.carl.send(f"PRIVMSG #lobby :to MSN {number}")
        self.chat.expect_text(f"to MSN {number}")
        self.chat.say(f"to IRC {number}")
        self.carl.expect("PRIVMSG", "#lobby", f"to IRC {number}")
        self.assertLess(self.worst_canary_delay(), SLOWEST_CANARY * patience())

    def is_kept(self, text: str) -> bool:
        """Says something in the lobby: whether the history shows it."""
        self.carl.ask(f"@label=said PRIVMSG #lobby :{text}")
        return self.shows(text)

    def shows(self, text: str) -> bool:
        """Whether the history of the lobby does."""
        return text in [line.text for line in of_command(self.carl.ask("CHATHISTORY LATEST #lobby * 50"), "PRIVMSG")]

    def upload_status(self) -> int:
        return self.send("/upload/a.bin", b"x" * 100_000).status

    def may_log_in(self, password: str) -> bool:
        client = self.visitor()
        client.send("CAP LS 302", "CAP REQ :sasl", "NICK again", "USER again 0 * :Again")
        client.expect("CAP", None, "ACK")
        right = authenticate(client, OWNER, password).command == "903"
        client.close()
        return right
