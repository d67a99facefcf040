"""A scripted MSN client for tests: the connection to the notification server, from which its switchboards come."""

import hashlib
import re
import time
import urllib.parse
from collections import deque
from typing import NamedTuple

from .daemon import Daemon
from .machine import reply_timeout
from .msn_connection import MsnConnection
from .msn_wire import Command
from .passport import get_ticket
from .secrets import note
from .switchboard import Switchboard

FIRST_WITH_TICKETS = 8
FIRST_WITH_GUIDS = 10
CLIENT_VERSION = "MSNMSGR 7.5.0324"
CAPABILITIES = "268435492"  # what Messenger 6 and 7 say they can


class Contact(NamedTuple):
    """A line of a contact list, in any dialect."""

    name: str
    lists: int  # 1 FL, 2 AL, 4 BL, 8 RL
    groups: tuple
    guid: str


class MsnClient(MsnConnection):
    """A connection to the notification server. `sign_in` does all that a client does at its start."""

    def __init__(self, daemon: Daemon, handle: str, password: str = "secret", dialect: int = 12, **options):
        super().__init__(daemon.address("msn"), dialect, **options)
        self.daemon = daemon
        self.handle = handle
        self.password = password
        self.contacts: dict[str, Contact] = {}
        self.rings: deque[Command] = deque()  # not answered yet
        self.switchboards: list[Switchboard] = []

    def close(self) -> None:
        """Goes without a word, from its switchboards too."""
        super().close()
        for switchboard in self.switchboards:
            switchboard.close()

    def sign_in(self, name: str = "", status: str = "NLN") -> "MsnClient":
        """Logs in, reads the contact list, takes a friendly name, and shows itself."""
        self.log_in()
        self.synchronize()
        if name:
            self.rename(name)
        self.change_status(status)
        return self

    def log_in(self) -> "MsnClient":
        """Up to and with the profile message; AssertionError when the server refuses."""
        answer = self.authenticate()
        if answer.is_error:
            raise AssertionError(f"the login was refused:\n{self.transcript()}")
        self.expect("MSG", "Hotmail", "Hotmail", where=lambda message: message.body.kind == "text/x-msmsgsprofile")
        return self

    def authenticate(self) -> Command:
        """Negotiates and says who it is; the answer to that is OK or an error."""
        self.negotiate()
        challenge = self.begin_login()
        return self.finish_login(self.proof(challenge))

    def negotiate(self) -> None:
        """VER, and what comes between it and USR."""
        answer = self.request("VER", f"MSNP{self.dialect}", "CVR0")
        if answer.params[1:] != [f"MSNP{self.dialect}", "CVR0"]:
            raise AssertionError(f"another dialect than MSNP{self.dialect}: {answer}")
        if self.uses_tickets:
            self.request("CVR", "0x0409", "winnt", "5.1", "i386", *CLIENT_VERSION.split(), "msmsgs", self.handle)
        else:
            self.request("INF")

    def begin_login(self) -> str:
        """The server's challenge."""
        answer = self.request("USR", self.package, "I", self.handle)
        if not answer.is_about("USR", None, self.package, "S"):
            raise AssertionError(f"no challenge came:\n{self.transcript()}")
        return answer.params[3]

    def proof(self, challenge: str) -> str:
        """What the challenge is answered with: a ticket from Passport, or a digest."""
        if self.uses_tickets:
            return get_ticket(self.daemon.address("http"), self.handle, self.password, challenge)
        return hashlib.md5((challenge + self.password).encode()).hexdigest()

    def finish_login(self, proof: str) -> Command:
        return self.request("USR", self.package, "S", note(proof))

    def synchronize(self) -> dict[str, Contact]:
        """SYN, and the contact list it brings: handle to contact."""
        self.contacts = {}
        self.command("SYN", *(("0", "0") if self.has_guids else ("0",)))
        self.barrier()
        return self.contacts

    def change_status(self, status: str, message: str | None = None) -> list[Command]:
        """CHG, and before it UUX when there is a personal message; what came with the answer, ILN among it."""
        if message is not None:
            self.say_of_oneself(message)
        words = [status] if not self.uses_tickets else [status, CAPABILITIES]
        trid = self.command("CHG", *words)
        answer = self.expect_any(("CHG",), trid)
        if answer.is_error:
            raise AssertionError(f"the status was refused: {answer}")
        return self.barrier()

    def say_of_oneself(self, message: str) -> None:
        """UUX: a personal message, MSNP11 and later."""
        escaped = message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        payload = f"<Data><PSM>{escaped}</PSM><CurrentMedia></CurrentMedia></Data>".encode()
        self.request("UUX", payload=payload)

    def rename(self, name: str) -> Command:
        """Takes another friendly name."""
        encoded = urllib.parse.quote(name, safe="")
        return self.request("PRP", "MFN", encoded) if self.has_guids else self.request("REA", self.handle, encoded)

    def add(self, which: str, handle: str) -> Command:
        """Puts somebody on a list: FL, AL or BL."""
        if not self.has_guids:
            return self.request("ADD", which, handle, handle)
        name = [f"F={handle}"] if which == "FL" else []
        answer = self.request("ADC", which, f"N={handle}", *name)
        guids = [param[2:] for param in answer.params if param.startswith("C=")]
        if guids:
            self.contacts[handle] = Contact(handle, 1, (), guids[0])
        return answer

    def remove(self, which: str, handle: str) -> Command:
        by_guid = self.has_guids and which == "FL"
        return self.request("REM", which, self.contacts[handle].guid if by_guid else handle)

    def block(self, handle: str) -> None:
        """As clients do: off the one list, on the other."""
        self.remove("AL", handle)
        self.add("BL", handle)

    def barrier(self, timeout: float = 0.0) -> list[Command]:
        self.send("PNG")
        return self._read_until(lambda command: command.verb == "QNG", "QNG", timeout)[:-1]

    def open_switchboard(self, **options) -> Switchboard:
        """A switchboard with nobody else in it."""
        answer = self.request("XFR", "SB")
        if not answer.is_about("XFR", None, "SB"):
            raise AssertionError(f"no switchboard: {answer}")
        switchboard = self.connect_switchboard(answer.params[2], **options)
        switchboard.enter(note(answer.params[4]))
        return switchboard

    def connect_switchboard(self, address: str, **options) -> Switchboard:
        """A connection that has not said who it is."""
        switchboard = Switchboard(self, _address(address), **options)
        self.switchboards.append(switchboard)
        return switchboard

    def call(self, handle: str, **options) -> Switchboard:
        """Opens a switchboard and calls somebody who comes at once: a person on IRC, or a room."""
        switchboard = self.open_switchboard(**options)
        switchboard.call(handle)
        switchboard.expect_joined(handle)
        return switchboard

    def wait_for_ring(self, timeout: float = 0.0) -> Command:
        """The oldest RNG that was not answered."""
        deadline = time.monotonic() + (timeout or reply_timeout())
        while not self.rings:
            if self.read(max(deadline - time.monotonic(), 0.001)) is None:
                raise AssertionError(f"nobody rings:\n{self.transcript()}")
        return self.rings.popleft()

    def answer(self, ring: Command | None = None, **options) -> Switchboard:
        """Enters the switchboard that it is rung from."""
        ring = ring or self.wait_for_ring()
        switchboard = self.connect_switchboard(ring.params[1], **options)
        switchboard.answer(note(ring.params[3]), ring.params[0])
        return switchboard

    @property
    def uses_tickets(self) -> bool:
        return self.dialect >= FIRST_WITH_TICKETS

    @property
    def has_guids(self) -> bool:
        return self.dialect >= FIRST_WITH_GUIDS

    @property
    def package(self) -> str:
        return "TWN" if self.uses_tickets else "MD5"

    def _note(self, command: Command) -> None:
        if command.verb == "RNG":
            if not re.fullmatch(r"[1-9][0-9]{0,9}", command.params[0]) or int(command.params[0]) >= 2**31:
                raise AssertionError(f"not a session id that clients can read: {command}")
            self.rings.append(command)
        elif command.verb == "LST":
            self._note_contact(command)

    def _note_contact(self, command: Command) -> None:
        params = list(command.params)
        if self.dialect < FIRST_WITH_TICKETS:
            if len(params) > 5:
                self._note_old_contact(params)
            return
        fields = {}
        if self.has_guids:
            fields = {param[0]: param[2:] for param in params if param[1:2] == "="}
            params = [fields["N"], fields.get("F", fields["N"])] + [param for param in params if param[1:2] != "="]
        handle, name, lists = params[0], urllib.parse.unquote(params[1]), int(params[2])
        groups = params[4:5] if self.dialect == 12 else params[3:4]
        self.contacts[handle] = Contact(name, lists, tuple(",".join(groups).split(",")), fields.get("C", ""))

    def _note_old_contact(self, params: list) -> None:
        """`LST trid FL version index count handle name [groups]`"""
        handle, name = params[5], urllib.parse.unquote(params[6])
        known = self.contacts.get(handle, Contact(name, 0, (), ""))
        bit = {"FL": 1, "AL": 2, "BL": 4, "RL": 8}[params[1]]
        groups = tuple(params[7].split(",")) if len(params) > 7 else known.groups
        self.contacts[handle] = Contact(name, known.lists | bit, groups, "")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)
