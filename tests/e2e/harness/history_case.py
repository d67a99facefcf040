"""The test case of attacks on history: people with accounts who ask for what was said."""

from .accounts import log_in, make_account
from .attacks import CleanLog
from .case import DaemonCase
from .client import Client, of_command

PASSWORD = "correct-horse"
MODERN = (
    "batch",
    "message-tags",
    "server-time",
    "echo-message",
    "labeled-response",
    "standard-replies",
    "draft/chathistory",
)
LOW, HIGH = "timestamp=2000-01-01T00:00:00.000Z", "timestamp=2099-01-01T00:00:00.000Z"


class HistoryCase(CleanLog, DaemonCase):
    """`member` makes somebody with an account who can ask; `texts` and `targets` are what they are told."""

    def member(self, name: str, *channels: str, caps=MODERN) -> Client:
        """Somebody logged in to the account of that name, which is made when there is none."""
        if name not in self.known_accounts:
            make_account(self.daemon, name, PASSWORD)
            self.known_accounts.add(name)
        client = log_in(self.visitor(), name, PASSWORD, caps=caps)
        return client.join(*channels) if channels else client

    def setUp(self) -> None:
        self.known_accounts: set[str] = set()
        super().setUp()

    def guest(self, nick: str, *channels: str) -> Client:
        return self.user(nick, *channels, caps=MODERN)

    def say(self, speaker: Client, target: str, *texts: str) -> None:
        """Returns when they are in the history: a labelled message is echoed then."""
        for text in texts:
            speaker.ask(f"@label=said PRIVMSG {target} :{text}")

    def texts(self, client: Client, words: str) -> list[str]:
        """What CHATHISTORY shows, without who joined and the like."""
        client.barrier()  # what is said now is not asked for
        return [line.text for line in of_command(client.ask(f"CHATHISTORY {words}"), "PRIVMSG")]

    def everything(self, client: Client, target: str) -> list:
        """All that any subcommand shows of a place, as lines."""
        questions = (
            f"LATEST {target} * 100",
            f"LATEST {target} {LOW} 100",
            f"BEFORE {target} {HIGH} 100",
            f"AFTER {target} {LOW} 100",
            f"AROUND {target} {LOW} 100",
            f"AROUND {target} {HIGH} 100",
            f"BETWEEN {target} {LOW} {HIGH} 100",
            f"BETWEEN {target} {HIGH} {LOW} 100",
        )
        client.barrier()
        return [line for question in questions for line in client.ask(f"CHATHISTORY {question}")]

    def targets(self, client: Client) -> list[str]:
        """The places that are named to somebody who asks which there are."""
        answer = of_command(client.ask(f"CHATHISTORY TARGETS {LOW} {HIGH} 100"), "CHATHISTORY", "TARGETS")
        return [line.params[1] for line in answer]

    def assert_knows_nothing(self, client: Client, target: str, *secrets: str) -> None:
        """No subcommand shows any of these words."""
        shown = [line.raw.decode() for line in self.everything(client, target)]
        self.assertEqual([line for line in shown for secret in secrets if secret in line], [])
