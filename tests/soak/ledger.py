"""What became of every message: accepted, delivered, reported; and where that is not to be known, why."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

NUMBERED = re.compile(r"\bm(\d+)\b")
DOUBT = "may not have arrived"
ROOM = "#lobby"


def number_in(text: str) -> int | None:
    """The number of the message that a text holds."""
    found = NUMBERED.search(text)
    return int(found[1]) if found else None


@dataclass
class Entry:
    """One message. `line` is the number of the connection it was written on, of its sender."""

    number: int
    sender: str
    place: str  # ROOM, or the name of the receiver
    line: int
    accepted: bool = False
    refused: bool = False
    reported: list[str] = field(default_factory=list)  # what the sender was told
    got: Counter = field(default_factory=Counter)  # receiver to how often it came live
    unknowable: str = ""  # why nobody can say what became of it
    unwritten: bool = False  # its sender's network knows no answer for history, and the gateway was killed just then

    @property
    def connection(self) -> tuple[str, int]:
        """Order is kept among what came by one connection."""
        return self.sender, self.line


class Ledger:
    """All messages of a run. `keepers` have a history, which makes good for what a connection loses."""

    def __init__(self, keepers: tuple[str, ...]):
        self._keepers = keepers
        self.entries: list[Entry] = []
        self.order: dict[tuple, list[int]] = defaultdict(list)  # receiver, place, sender and line: numbers, as they came
        self.kept: dict[tuple, list[int]] = {}  # reader and place: numbers that its history shows, in order

    def write(self, sender: str, place: str, line: int) -> Entry:
        entry = Entry(len(self.entries), sender, place, line)
        self.entries.append(entry)
        return entry

    def accepted(self, text: str) -> None:
        self._of(text, "accepted").accepted = True

    def refused(self, text: str) -> None:
        self._of(text, "refused").refused = True

    def reported(self, text: str) -> None:
        """What somebody is told; about a message or about anything."""
        if number_in(text) is not None:
            self._of(text, "reported").reported.append(text)

    def arrived(self, receiver: str, text: str) -> None:
        """It came live; what says when it was said is shown from history, and may come again after each cut."""
        entry = self._of(text, "arrived")
        entry.got[receiver] += 1
        self.order[receiver, entry.place, *entry.connection].append(entry.number)

    def connection_lost(self, sender: str, line: int) -> None:
        """What it was told, and not yet read, is gone with its connection."""
        for entry in self.entries:
            if entry.sender == sender and entry.line == line and not self._is_settled(entry):
                entry.unknowable = entry.unknowable or "its sender's connection was cut"

    def window_closed(self, text: str) -> None:
        """The sender's window ended before it was told: it knows that the message may be lost."""
        entry = self._of(text, "closed")
        entry.unknowable = entry.unknowable or "its sender's window closed before the answer"

    def stalled(self, sender: str, place: str, since: int) -> None:
        """Messages numbered `since` and later were with a gateway that stood still, while their receiver gave it up: it
        handed them to a connection that was none any more, which TCP tells too late."""
        for entry in self.entries[since:]:
            if (entry.sender, entry.place) == (sender, place):
                entry.unknowable = "the gateway of its sender stood still"

    def killed(self, since: int) -> None:
        """The gateway was, soon after messages numbered `since` and later. On IRC an answer means that history has it;
        on MSN, that the receiver's connection has it."""
        for entry in self.entries[since:]:
            entry.unwritten = entry.sender not in self._keepers

    def receiver_cut(self, receiver: str, since: int) -> None:
        """A receiver without history lost what was in its kernel's buffers: messages numbered `since` and later."""
        for entry in self.entries[since:]:
            if entry.place == receiver and not entry.got[receiver]:
                entry.unknowable = entry.unknowable or "its receiver's connection was reset"

    def open_messages(self) -> int:
        """How many have no fate yet."""
        return sum(not entry.unknowable and not self._is_settled(entry) for entry in self.entries)

    def faults(self) -> list[str]:
        """Everything that is not as promised."""
        found = [wrong for entry in self.entries if (wrong := self._wrong_with(entry))]
        for (receiver, place, sender, _), numbers in self.order.items():
            found += [f"m{number} came twice to {receiver}" for number in _doubled(numbers)]
            if numbers != sorted(numbers):
                found.append(f"{sender} to {receiver} in {place}: out of order: {_disorder(numbers)}")
        for (reader, place), numbers in self.kept.items():
            found += [f"m{number} is twice in {reader}'s history of {place}" for number in _doubled(numbers)]
            for connection in {self.entries[number].connection for number in numbers}:
                own = [number for number in numbers if self.entries[number].connection == connection]
                if own != sorted(own):
                    found.append(f"history of {place} ({reader}): {connection[0]}'s are out of order: {_disorder(own)}")
        return found

    def counts(self) -> dict[str, int]:
        """What a run comes to."""
        entries = self.entries
        return {
            "messages": len(entries),
            "accepted": sum(entry.accepted for entry in entries),
            "refused or reported": sum(entry.refused or bool(entry.reported) for entry in entries),
            "unknowable": sum(bool(entry.unknowable) for entry in entries),
        }

    def _wrong_with(self, entry: Entry) -> str:
        name = f"m{entry.number} of {entry.sender} to {entry.place}"
        sure = [text for text in entry.reported if DOUBT not in text]
        if sure and entry.got[entry.place]:
            return f"{name} was reported lost, and came: {sure[0]}"
        if entry.accepted and not entry.reported and not entry.unknowable and not entry.unwritten:
            for (reader, place), numbers in self.kept.items():
                if self._is_for(entry, reader, place) and entry.number not in numbers:
                    return f"{name} was accepted, and is not in {reader}'s history"
        if entry.unknowable or self._is_settled(entry):
            return ""
        return f"{name}: nobody knows what became of it (accepted: {entry.accepted})"

    @staticmethod
    def _is_for(entry: Entry, reader: str, place: str) -> bool:
        """Whether a reader's history of a place holds it."""
        return place == ROOM == entry.place or (entry.place == reader and entry.sender == place)

    def _is_settled(self, entry: Entry) -> bool:
        kept = entry.accepted and (entry.place == ROOM or entry.place in self._keepers)
        return bool(kept or entry.refused or entry.reported or entry.got[entry.place])

    def _of(self, text: str, what: str) -> Entry:
        number = number_in(text)
        if number is None or number >= len(self.entries):
            raise AssertionError(f"{what}, but never written: {text!r}")
        return self.entries[number]


def _doubled(numbers: list[int]) -> list[int]:
    return [number for number, times in Counter(numbers).items() if times > 1]


def _disorder(numbers: list[int]) -> str:
    for before, after in zip(numbers, numbers[1:]):
        if after < before:
            return f"m{before} before m{after}"
    return ""
