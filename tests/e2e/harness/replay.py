"""Plays the clients of recorded conversations to the daemon, and notes where its answers differ from the recorded ones.

The clients say what they said then, with keys, tickets, session ids and GUIDs of now. A client goes on when what it had
been told by then has come; what does not come in time is noted, and the play goes on.
"""

import hashlib
import select
import time
from collections import defaultdict, deque

from .client import Ended
from .daemon import Daemon
from .machine import patience
from .msn_connection import MsnConnection
from .msn_wire import Command
from .passport import get_ticket
from .recording import Recording, Step

PASSWORD = "123456"  # of the recorded accounts
QUIET = 0.4  # seconds without a word after which what is awaited will not come
CLOCKS = 1.0  # seconds by which the clocks of two recordings differ at most
HEARD_BY_ALL = ("JOI", "BYE", "MSG")
TOO_MUCH = ("JOI", "MSG", "ACK", "NAK")  # what was not recorded; that the others leave at the end may not have been


class Replay:
    """A scene; `differences` has a line for each, as `KIND: verb -> verb` or `KIND: no verb`."""

    def __init__(self, daemon: Daemon, recordings: list[Recording]):
        self.daemon = daemon
        self.differences: list[str] = []
        self.keys: dict[str, deque] = defaultdict(deque)  # from XFR, by handle
        self.rings: dict[str, deque] = defaultdict(deque)  # by handle
        self.dialects: dict[str, int] = {}
        self._players = [Player(self, recording) for recording in recordings]

    def play(self) -> list[str]:
        """To the end; the differences."""
        heard = time.monotonic()
        try:
            while unfinished := [player for player in self._players if not player.finished]:
                if self._listen() or any([player.advance() for player in unfinished]) or self._speak(unfinished):
                    heard = time.monotonic()
                elif time.monotonic() - heard > QUIET * patience():
                    min(unfinished, key=Player.time).give_up()
                    heard = time.monotonic()
        finally:
            for player in self._players:
                player.end()
        return self.differences

    def note(self, text: str) -> None:
        self.differences.append(text)

    def is_signed_in(self, handle: str, besides: "Player") -> bool:
        """Whether an earlier notification connection of this account is still open."""
        others = (player for player in self._players if player is not besides and player.recording.kind == "ns")
        return any(player.recording.handle == handle and player.connection for player in others)

    def _listen(self) -> bool:
        """Takes in what has come; whether anything has."""
        open_ones = {player.connection.socket: player for player in self._players if player.connection}
        ready = select.select(list(open_ones), [], [], 0.01)[0] if open_ones else []
        for readable in ready:
            open_ones[readable].listen()
        return bool(ready)

    def _speak(self, unfinished: list) -> bool:
        """Lets the one go on who is next, as far as the clocks tell."""
        first = min(player.time() for player in unfinished)
        ready = [player for player in unfinished if player.may_speak() and player.time() <= first + 2 * CLOCKS]
        if ready:
            min(ready, key=Player.time).speak()
        return bool(ready)


class Player:
    """One connection of a scene."""

    def __init__(self, replay: Replay, recording: Recording):
        self.recording = recording
        self.connection: MsnConnection | None = None
        self.finished = False
        self._replay = replay
        self._steps = deque(recording.steps)
        self._said: dict[str, str] = {}  # transaction identifier to verb
        self._inbox: list[Command] = []
        self._challenge = ""
        self._guids: dict[str, str] = {}  # by handle, ours
        self._recorded_guids: dict[str, str] = {}  # to handle

    def time(self) -> float:
        """When the next step was taken; who signs out waits for those whose clocks may be slow."""
        if not self._steps:
            return float("inf")
        signs_out = self.recording.kind == "ns" and self._steps[0].verb in ("OUT", "close")
        return self._steps[0].at + (CLOCKS if signs_out else 0.0)

    def may_speak(self) -> bool:
        """Whether the next step is the client's and can be taken now."""
        if not self._steps or not self._steps[0].from_client:
            return False
        if self.connection:
            return True
        verb, handle = self._steps[0].verb, self.recording.handle
        if self.recording.kind == "ns":
            return not self._replay.is_signed_in(handle, self)
        source = self._replay.keys if verb == "USR" else self._replay.rings
        return verb in ("USR", "ANS") and bool(source[handle])

    def speak(self) -> None:
        """Takes the next step."""
        step = self._steps.popleft()
        if step.verb == "close":
            self.end()
            return
        words = self._words_of_now(step)
        if len(words) > 1:
            self._said[words[1]] = step.verb
        try:
            self.connection.send_raw(" ".join(words).encode() + b"\r\n" + step.payload)
        except ConnectionError:
            self._closed_by_server()

    def advance(self) -> bool:
        """Passes over what has been heard or need not be; whether there was any."""
        passed = False
        while self._steps and not self._steps[0].from_client:
            step = self._steps[0]
            self._learn_guid(self._recorded_guids, step.params, by_guid=True)
            if self._is_awaited(step) and not self._was_heard(step):
                return passed
            self._steps.popleft()
            passed = True
        if not self._steps and not self.finished:
            self.end()
        return passed

    def listen(self) -> None:
        """Takes in all that has come."""
        try:
            while command := self.connection.read(self._reading_time()):
                self._hear(command)
        except Ended:
            self._closed_by_server()

    def _reading_time(self) -> float:
        """Long enough for a command to come whole of which a part is there."""
        return 0.5 if select.select([self.connection.socket], [], [], 0)[0] else 0.001

    def give_up(self) -> None:
        """What is awaited does not come, or the connection cannot be opened."""
        if self.connection is None:
            self._note(f"never opened for {self._steps[0].verb}")
            self.finished = True
            return
        step = self._steps.popleft()
        if not step.from_client:
            self._note(f"no {step.verb}")

    def end(self) -> None:
        if self.connection:
            for command in self._inbox:
                if command.verb in TOO_MUCH and command.params[0] != "Hotmail":
                    self._note(f"also {command.verb}")
            self.connection.close()
        self.connection = None
        self.finished = True

    def _note(self, text: str) -> None:
        self._replay.note(f"{self.recording.kind}: {text}")

    def _closed_by_server(self) -> None:
        self.connection.close()
        self.connection = None
        self.finished = True
        rest = [step.verb for step in self._steps if step.from_client and step.verb not in ("OUT", "close")]
        if rest:
            self._note(f"closed before {rest[0]}")

    def _words_of_now(self, step: Step) -> list:
        """The step's line with what is different each time; opens the connection if it is the first."""
        words = list(step.words)
        handle = self.recording.handle
        if self.connection is None and self.recording.kind == "ns":
            self._replay.dialects[handle] = self.recording.dialect
            self._open(self._replay.daemon.address("msn"))
        elif self.connection is None and step.verb == "USR":
            address, words[3] = self._replay.keys[handle].popleft()
            self._open(address)
        elif self.connection is None:
            ring = self._replay.rings[handle].popleft()
            words[3:5] = [ring.params[3], ring.params[0]]
            self._open(_address(ring.params[1]))
        elif words[:1] == ["USR"] and words[2:4] == ["TWN", "S"]:
            words[4] = get_ticket(self._replay.daemon.address("http"), handle, PASSWORD, self._challenge)
        elif words[:1] == ["USR"] and words[2:4] == ["MD5", "S"]:
            words[4] = hashlib.md5((self._challenge + PASSWORD).encode()).hexdigest()
        return [self._guid_of_now(word) for word in words]

    def _open(self, address) -> None:
        self.connection = MsnConnection(address, self._replay.dialects[self.recording.handle])

    def _hear(self, command: Command) -> None:
        handle = self.recording.handle
        if command.verb == "RNG":
            self._replay.rings[handle].append(command)
        elif command.is_about("XFR", None, "SB"):
            self._replay.keys[handle].append((_address(command.params[2]), command.params[4]))
        elif command.verb == "USR" and command.params[2] == "S":
            self._challenge = command.params[3]
        self._learn_guid(self._guids, command.params, by_guid=False)
        self._inbox.append(command)

    def _is_awaited(self, step: Step) -> bool:
        if step.verb in HEARD_BY_ALL:
            return step.params[0] != "Hotmail"
        if step.verb == "QNG":
            return True
        said = self._said.get(step.params[0] if step.params else "")
        return said is not None and (step.verb in (said, "ACK", "NAK") or step.verb.isdigit())

    def _was_heard(self, step: Step) -> bool:
        for index, command in enumerate(self._inbox):
            if self._answers(command, step):
                del self._inbox[index]
                if command.verb != step.verb:
                    self._note(f"{self._said[step.params[0]]} {step.verb} -> {command.verb}")
                return True
        return False

    def _answers(self, command: Command, step: Step) -> bool:
        if step.verb == "MSG":
            return command.is_about("MSG", step.params[0]) and command.payload == step.payload
        if step.verb in (*HEARD_BY_ALL, "QNG"):
            return command.is_about(step.verb, *step.params[:1] if step.verb != "QNG" else ())
        same_kind = command.verb in (step.verb, "ACK", "NAK", self._said[step.params[0]]) or command.is_error
        return same_kind and command.params[:1] == step.params[:1]

    def _learn_guid(self, guids: dict, params: list, *, by_guid: bool) -> None:
        fields = {param[:2]: param[2:] for param in params if param[1:2] == "="}
        if "N=" in fields and "C=" in fields:
            key, value = (fields["C="], fields["N="]) if by_guid else (fields["N="], fields["C="])
            guids[key] = value

    def _guid_of_now(self, word: str) -> str:
        handle = self._recorded_guids.get(word.removeprefix("C="))
        return word if handle is None else word.replace(word.removeprefix("C="), self._guids.get(handle, "?"))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)
