"""The test case of everything that crosses the bridge: people on IRC and people on MSN."""

from .case import DaemonCase
from .client import Client
from .daemon import patchcord
from .msn import MsnClient
from .msn_connection import MsnConnection

GATEWAY = "irc.lab.test"
LOBBY = f"lobby@rooms.{GATEWAY}"


def person(nick: str) -> str:
    """The handle under which MSN knows somebody on IRC."""
    return f"{nick.lower()}@irc.{GATEWAY}"


def room(channel: str) -> str:
    """The handle under which MSN knows a channel."""
    return f"{channel.removeprefix('#').lower()}@rooms.{GATEWAY}"


class BridgeCase(DaemonCase):
    """`irc` makes somebody on IRC, `msn` somebody on MSN."""

    def irc(self, nick: str, *channels: str, caps=(), realname: str = "A Tester") -> Client:
        """A registered IRC client in these channels."""
        client = self.visitor().register(nick, caps=caps, realname=realname)
        return client.join(*channels) if channels else client

    def msn(self, name: str, *, dialect: int = 12, friendly: str | None = None, status: str = "NLN", **options):
        """Somebody signed in as NAME@example.com, whose nick is the name with a capital."""
        client = self.msn_client(name, dialect=dialect, **options)
        return client.sign_in(name.capitalize() if friendly is None else friendly, status)

    def msn_client(self, name: str, *, dialect: int = 12, **options) -> MsnClient:
        """A connection that has said nothing yet; the account of an old dialect is made first."""
        handle = name if "@" in name else f"{name}@example.com"
        client = MsnClient(self.daemon, handle, dialect=dialect, **options)
        if not client.uses_tickets:
            self.make_legacy_account(handle, client.password)
        return self.keep_msn(client)

    def keep_msn(self, client: MsnConnection) -> MsnConnection:
        self.addCleanup(client.close)
        self._clients.append(client)
        return client

    def make_legacy_account(self, handle: str, password: str) -> None:
        """An account that clients of MSNP2 to 7 may use; nothing happens when it exists."""
        arguments = ("account", "add", handle, "--legacy-md5", "--config", self.daemon.config_file)
        result = patchcord(*arguments, stdin=password.encode() + b"\n")
        if result.returncode != 0 and "exists" not in result.stderr:
            raise AssertionError(f"the account was not made: {result.stderr}")


class PairCase(BridgeCase):
    """ana on IRC and bob on MSN."""

    def pair(self, caps=(), dialect: int = 12):
        """Both, and bob's switchboard with ana in it."""
        ana = self.irc("ana", caps=caps, realname="Ana Bee")
        bob = self.msn("bob", dialect=dialect)
        return ana, bob, bob.call(person("ana"))


class MsnAttackCase(BridgeCase):
    """A third canary is on MSN: when the test is over, it and one on IRC can still talk in a room."""

    def setUp(self) -> None:
        super().setUp()
        self.canaries[0].join("#lobby")
        self.msn_canary = self.msn("canary").call(LOBBY)

    def assert_canaries_sing(self) -> None:
        super().assert_canaries_sing()
        bird = self.canaries[0]
        bird.send("PRIVMSG #lobby :tweet to MSN")
        self.msn_canary.expect_text("tweet to MSN", person(bird.nick))
        self.msn_canary.say("tweet to IRC")
        bird.expect("PRIVMSG", "#lobby", "tweet to IRC")

    def msn_limit_hits(self, limit: str) -> float:
        """How often an MSN client ran into this limit, by the daemon's own count."""
        return self.counters().get(f'patchcord_msn_limit_hits_total{{limit="{limit}"}}', 0.0)

    def assert_kept(self, client: MsnConnection) -> None:
        """The connection is served."""
        client.barrier()

    def assert_closed(self, client: MsnConnection, *last: str) -> None:
        """The server closes the connection; its last word, if it has one, begins with these."""
        said = client.read_to_end()
        if last:
            self.assertTrue(said and said[-1].is_about(*last), client.transcript())
