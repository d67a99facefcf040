"""The test case that every test of a running daemon is: fresh daemon, canaries, and a health check at the end."""

import functools
import tempfile
import unittest
from pathlib import Path

from .client import Client, of_command
from .config import merged
from .daemon import OPERATOR_NAME, OPERATOR_PASSWORD, Daemon
from .guard import Guard
from .machine import eventually

SPARE_FILES = 2  # descriptors that may remain after the clients of a test have gone


def configured(config: dict):
    """Gives one test method keys of its own, over those of its class."""

    def mark(method):
        method.config = config
        return method

    return mark


class TemporaryDirectoryCase(unittest.TestCase):
    """Has `directory`, an empty one that is gone afterwards."""

    def setUp(self) -> None:
        super().setUp()
        holder = tempfile.TemporaryDirectory(prefix="patchcord-e2e-")
        self.addCleanup(holder.cleanup)
        self.directory = Path(holder.name).resolve()

    def launch(self, config: dict | str | None = None, **options) -> Daemon:
        """A ready daemon that is gone when the test ends; what a sanitizer says of it fails the test, in any case."""
        daemon = Daemon(self.directory, {} if config is None else config, **options)
        self.addCleanup(self._finish, daemon)
        return daemon.start()

    def assert_clean_end(self, daemon: Daemon) -> None:
        """Stops the daemon: exit code 0."""
        code = daemon.stop()
        self.assertEqual(code, 0, f"the daemon failed:\n{daemon.log.text_since()[-4000:]}")

    def _finish(self, daemon: Daemon) -> None:
        daemon.kill()
        report = daemon.sanitizer_report()
        if report:
            self.fail(f"a sanitizer reported:\n{report[:8000]}")


class DaemonCase(TemporaryDirectoryCase):
    """Starts a daemon for each test, with `config` and `environment`; two canaries must be able to talk when the test
    is over.

    At the end: the same process still runs, the canaries exchange messages, descriptors are back to what they were,
    SIGTERM ends the daemon with exit code 0, and no sanitizer has spoken. `guards` are kinds of further things that hold.
    """

    guards: tuple[type[Guard], ...] = ()

    config: dict = {}
    environment: dict = {}
    has_canaries = True

    def setUp(self) -> None:
        super().setUp()
        own = getattr(getattr(self, self._testMethodName), "config", {})
        prepared = self.prepare()
        self.daemon = self.launch(merged(prepared, self.config, own), environment=self.environment)
        self._clients: list[Client] = []
        self._operator: Client | None = None
        if self.has_canaries:
            self.canaries = [self.keep(Client(self.daemon.address())).register(f"canary{number}") for number in (1, 2)]
            for canary in self.canaries:
                canary.join("#canary")
            self.canaries[0].barrier()
        self._files_before = self.daemon.open_file_count()
        self._own_guards = [kind(self) for kind in dict.fromkeys((*self.guards, *DaemonCase.guards))]
        for guard in self._own_guards:
            guard.begin()

    def prepare(self) -> dict:
        """What a class needs before its daemon starts: files it made, as configuration."""
        return {}

    def tearDown(self) -> None:
        self.assertTrue(self.daemon.is_running(), "the daemon is gone")
        if self.has_canaries:
            self.assert_canaries_sing()
        self._tell_guards("end")
        for client in self._clients:
            client.close()
        eventually(self._files_are_back, "descriptors of closed connections are free again")
        self._tell_guards("settled")
        self.assert_clean_end(self.daemon)
        self._tell_guards("stopped")
        super().tearDown()

    def _tell_guards(self, what: str) -> None:
        for guard in self._own_guards:
            with self.subTest(guard=type(guard).__name__):  # each has its say, whatever another found
                getattr(guard, what)()

    def keep(self, client: Client) -> Client:
        """Closes the client when the test has ended, whatever happens."""
        self.addCleanup(client.close)
        return client

    def visitor(self, listener: str = "irc", **options) -> Client:
        """A connection that has said nothing yet."""
        client = self.keep(Client(self.daemon.address(listener), **options))
        self._clients.append(client)
        return client

    def user(self, nick: str, *channels: str, caps=(), **options) -> Client:
        """A registered client in these channels."""
        client = self.visitor(**options).register(nick, caps=caps)
        return client.join(*channels) if channels else client

    def operator(self) -> Client:
        """A client that has said OPER; the same one each time."""
        if self._operator is None:
            self._operator = self.user("overseer")
            self._operator.send(f"OPER {OPERATOR_NAME} :{OPERATOR_PASSWORD}")
            self._operator.expect("381")
        return self._operator

    def counters(self) -> dict[str, float]:
        """What STATS z tells: metric name with labels, and value."""
        replies = self.operator().ask("STATS z")
        values = (reply.text.rpartition(" ") for reply in of_command(replies, "249"))
        return {name: float(value) for name, _, value in values}

    def limit_hits(self, limit: str) -> float:
        """How often this limit was reached, by the daemon's own count."""
        return self.counters().get(f'patchcord_irc_limit_hits_total{{limit="{limit}"}}', 0.0)

    def assert_canaries_sing(self) -> None:
        """Other clients are served: a message each way between two of them, and a PONG."""
        for speaker, listener in (self.canaries, reversed(self.canaries)):
            text = f"tweet from {speaker.nick}"
            speaker.send(f"PRIVMSG {listener.nick} :{text}", f"PRIVMSG #canary :{text}")
            speaker.barrier()
            listener.expect("PRIVMSG", listener.nick, text)
            listener.expect("PRIVMSG", "#canary", text)

    def worst_canary_delay(self, rounds: int = 20) -> float:
        """The longest of some round trips of a canary, in seconds."""
        return max(self.canaries[0].round_trip_seconds() for _ in range(rounds))

    def assert_still_served(self, client: Client) -> None:
        """The client's connection was kept: it gets an answer."""
        client.barrier()

    def assert_silent(self, client: Client, *commands: str) -> None:
        """None of these commands reached the client until now."""
        arrived = [message for message in client.barrier() if message.command in commands]
        self.assertEqual(arrived, [], f"{client.nick} got something it should not have got")

    @functools.cached_property
    def _files_limit(self) -> int:
        return self._files_before + SPARE_FILES

    def _files_are_back(self) -> bool:
        return self.daemon.open_file_count() <= self._files_limit
