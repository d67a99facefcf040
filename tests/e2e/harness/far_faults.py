"""Somebody on IRC whose account is linked to a scripted service, and a ledger of what they write to it."""

import re

from .client import Client
from .links import CONTACTS, PATCHCORD, SERVICE, LinkedPeopleCase, link_tables
from .machine import eventually
from .scripted_service import Peer, ScriptedService

NUMBERED = re.compile(r"message \d+")
DOUBT = "may not have arrived"
SERVICE_KEYS = {
    "request_timeout": "1s",
    "ping_interval": "1s",
    "reconnect_min": "100ms",
    "reconnect_max": "400ms",
    "connect_rate": 1000.0,
}


def service_keys(**keys):
    """Gives one test keys of [[msn_service]], over those of its class."""

    def mark(method):
        method.keys = keys
        return method

    return mark


class FarFaultCase(LinkedPeopleCase):
    """`service` is the scripted service; ana's account is linked to it, and bob is on her list there."""

    answers: dict = {}
    contacts: tuple = ("bob",)
    service_keys: dict = {}
    links: tuple = ("ana",)

    def prepare(self) -> dict:
        self.service = self.make_service()
        self.addCleanup(self.service.close)
        own = getattr(getattr(self, self._testMethodName), "keys", {})
        table = {"name": SERVICE, "server": self.service.address("ns"), "login_url": self.login_url()}
        return {
            "msn_service": [{**table, **SERVICE_KEYS, **self.service_keys, **own}],
            "link": link_tables(self.directory, self.links),
        }

    def make_service(self) -> ScriptedService:
        return ScriptedService(self.contacts, self.answers)

    def login_url(self) -> str:
        return f"http://{self.service.address('http')}/login"

    def ana(self, caps=("standard-replies",)) -> Client:
        """Signed in, and she sees bob."""
        client = self.linked("ana", caps=caps)
        self.sees(client, "Bob")
        return client

    def sees(self, client: Client, nick: str) -> None:
        """Waits until somebody is in the contact list."""
        eventually(lambda: nick in self.names(client, CONTACTS), f"{nick} is in the contact list", every=0.1)

    def query(self, client: Client) -> Peer:
        """A switchboard in which bob has got a message of hers."""
        before = len(self.service.messages)
        client.send(f"PRIVMSG Bob :hello {before}")  # other words each time, as a loop has the same
        eventually(lambda: len(self.service.messages) > before, "the message arrives")
        return self.service.last_used

    def notices(self, client: Client) -> list[str]:
        """All that the service nick has told her."""
        client.barrier()
        return [line.text for line in client.history if line.command == "NOTICE" and line.nick == PATCHCORD]

    def expect_links(self, client: Client, state: str) -> None:
        """Waits until `links` shows this of her account."""
        eventually(lambda: state in self.tell(client, "links"), f"the account is {state}", every=0.1)

    def assert_serves(self, client: Client) -> None:
        """She can talk to bob, each way."""
        known = len(client.history)
        peer = self.query(client)
        answer = f"I hear you {known}"
        peer.tell_message(answer)
        client.expect("PRIVMSG", client.nick, answer)
        self.assertEqual([line for line in client.history[known:] if line.command == "FAIL"], [])


class FarLedger:
    """Numbered messages to bob: each is delivered once, or its sender is told that it was not, or may not have been."""

    def __init__(self, case: FarFaultCase, client: Client):
        self._case = case
        self._client = client
        self._start = len(client.history)
        self._number = 0

    def write(self, count: int = 1) -> None:
        self._client.send(*[f"PRIVMSG Bob :message {self._number + number}" for number in range(1, count + 1)])
        self._number += count

    def check(self) -> None:
        """Waits until the fate of every message is known; all that were delivered were, in order, once."""
        try:
            eventually(lambda: not self._unknown(), "every message has a fate", every=0.1)
        except AssertionError:
            raise AssertionError(f"nobody knows what became of {self._unknown()}:\n{self._told()}") from None
        case, delivered, reported = self._case, self.delivered(), self.reported()
        case.assertEqual(delivered, sorted(set(delivered), key=_number), "twice, or out of order")
        case.assertEqual(len(reported), len(set(reported)), f"told twice: {reported}")
        wrong = [text for text in self.reported(sure=True) if text in delivered + case.service.lost]
        case.assertEqual(wrong, [], "told not to have arrived, and did")

    def delivered(self) -> list[str]:
        return [text for text in self._case.service.messages if NUMBERED.fullmatch(text)]

    def reported(self, sure: bool = False) -> list[str]:
        """Those of which she was told that they did not arrive, or that they may not have."""
        self._client.barrier()
        lines = [line.text for line in self._client.history[self._start :] if line.command in ("FAIL", "NOTICE", "401")]
        return [NUMBERED.search(text)[0] for text in lines if NUMBERED.search(text) and not (sure and DOUBT in text)]

    def _told(self) -> str:
        return "\n".join(line.raw.decode() for line in self._client.history[self._start :] if "message" in line.text)

    def _unknown(self) -> list[str]:
        written = [f"message {number}" for number in range(1, self._number + 1)]
        known = self.delivered() + self.reported()
        return [text for text in written if text not in known]


def _number(text: str) -> int:
    return int(text.split()[1])
