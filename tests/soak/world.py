"""Two gateways, the ways between them and to their users, and everybody who talks."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from harness.accounts import make_account
from harness.bridge import person, room
from harness.daemon import Daemon
from harness.fault_proxy import FaultProxy
from harness.links import PASSWORD, SERVICE, handle_of, link_tables
from ledger import ROOM, Ledger
from people import IrcPerson, MsnPerson

QUICK = {
    "request_timeout": "2s",
    "ping_interval": "1s",
    "reconnect_min": "100ms",
    "reconnect_max": "500ms",
    "connect_rate": 1000.0,
}
NEAR = {"irc": {"ping_interval": "2s", "ping_timeout": "3s"}, "msn": {"ring_timeout": "3s"}}


class World:
    """`near` is the gateway that is watched: ana and cal are on IRC there, eva on MSN; bob is on MSN of `far`, where
    ana's account is linked."""

    def __init__(self):
        self.ledger = Ledger(keepers=("ana", "cal"))
        self._exit = ExitStack()
        self._ways: list[tuple[FaultProxy, Daemon, str]] = []
        self.directory = Path(self._exit.enter_context(tempfile.TemporaryDirectory(prefix="patchcord-soak-")))
        self.far = self._daemon("far", {"gateway": {"name": "far.test"}, "msn": {"rooms_on_contact_list": False}})
        self.far.start()
        self.link_ways = [self._way(self.far, kind) for kind in ("msn", "http")]
        self.near = self._daemon("near", {**NEAR, "msn_service": [self._service()], "link": self._links()})
        self.near.start()
        for name in ("ana", "cal"):
            make_account(self.near, name, PASSWORD)
        self.ana_way, self.cal_way = self._way(self.near, "irc"), self._way(self.near, "irc")
        self._make_people()

    def close(self) -> None:
        self._exit.close()

    @property
    def client_ways(self) -> list[FaultProxy]:
        return [self.ana_way, self.cal_way]

    @property
    def irc_people(self) -> list[IrcPerson]:
        return [self.ana, self.cal]

    @property
    def people(self) -> list:
        return [self.ana, self.cal, self.eva, self.bob]

    def start_again(self, daemon: Daemon) -> None:
        """After its end: the same directory, other ports."""
        daemon.start()
        for way, owner, kind in self._ways:
            if owner is daemon:
                way.target = daemon.address(kind)

    def tend(self) -> None:
        """Everybody who is gone comes back, and reads."""
        for one in self.people:
            one.tend()

    def talk(self) -> None:
        """A message on each path."""
        self.ana.say(ROOM)
        self.cal.say(ROOM)
        self.eva.say(ROOM)
        self.ana.say("cal")
        self.cal.say("ana")
        self.cal.say("eva", "Eva")
        self.eva.say("cal")
        self.ana.say("bob", "Bob")
        self.bob.say("ana")

    def _make_people(self) -> None:
        bob = handle_of("bob")
        self.bob = MsnPerson("bob", self.ledger, self.far, {"ana": handle_of("ana")}, (handle_of("ana"),))
        self.bob.tend()
        self.ana = IrcPerson("ana", self.ledger, lambda: self.ana_way.address, (bob,))
        self.cal = IrcPerson("cal", self.ledger, lambda: self.cal_way.address)
        self.eva = MsnPerson("eva", self.ledger, self.near, {ROOM: room(ROOM), "cal": person("cal")})

    def _daemon(self, name: str, config: dict) -> Daemon:
        directory = self.directory / name
        directory.mkdir()
        daemon = Daemon(directory, config)
        self._exit.callback(daemon.kill)
        return daemon

    def _way(self, daemon: Daemon, kind: str) -> FaultProxy:
        way = FaultProxy(daemon.address(kind))
        self._exit.callback(way.close)
        self._ways.append((way, daemon, kind))
        return way

    def _service(self) -> dict:
        msn, http = ("{}:{}".format(*way.address) for way in self.link_ways)
        return {"name": SERVICE, "server": msn, "auth": "twn", "nexus_url": f"http://{http}", **QUICK}

    def _links(self) -> list[dict]:
        return link_tables(self.directory, ["ana"])
