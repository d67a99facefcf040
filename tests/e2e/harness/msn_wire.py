"""One MSNP command from the server: checked against what every command must be, then taken apart."""

import re
import urllib.parse
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple

LINE_BYTES = 8192
PAYLOAD_BYTES = 1664  # of an MSG, headers and body
PAYLOAD_VERBS = ("GCF", "MSG", "UBX", "UUX")
VERB = re.compile(r"[A-Z]{3}|[0-9]{3}")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
OPAQUE = "<msnobj"  # a client's own description of its picture, passed on as it is

# How many parameters a verb may have, from one dialect to another. Clients of the time insist on these numbers: with
# others they drop the connection, or the line. A verb that is not listed for a dialect may not be sent in it.
SHAPES = (
    ("ACK", 2, 12, (1,)),
    ("ADC", 10, 12, (3, 4, 5, 6)),
    ("ADD", 2, 6, (5,)),
    ("ADD", 7, 9, (5, 6)),
    ("ADG", 7, 9, (5,)),
    ("ADG", 10, 12, (3, 4)),
    ("ANS", 2, 12, (2,)),
    ("BLP", 2, 7, (3,)),
    ("BLP", 8, 9, (1, 3)),
    ("BLP", 10, 12, (1, 2)),
    ("BPR", 5, 7, (3, 4)),
    ("BPR", 8, 9, (2, 3, 4)),
    ("BPR", 10, 12, (2, 3)),
    ("BYE", 2, 12, (1, 2)),
    ("CAL", 2, 12, (3,)),
    ("CHG", 2, 7, (2,)),
    ("CHG", 8, 8, (3,)),
    ("CHG", 9, 12, (3, 4)),
    ("CHL", 6, 12, (2,)),
    ("CVQ", 2, 12, (6,)),
    ("CVR", 2, 12, (6,)),
    ("FLN", 2, 12, (1,)),
    ("GCF", 11, 12, (3,)),
    ("GTC", 2, 7, (3,)),
    ("GTC", 8, 9, (1, 3)),
    ("GTC", 10, 12, (1, 2)),
    ("ILN", 2, 7, (4,)),
    ("ILN", 8, 8, (5,)),
    ("ILN", 9, 12, (5, 6)),
    ("IMS", 2, 12, (3,)),
    ("INF", 2, 7, (2,)),
    ("IRO", 2, 11, (5,)),
    ("IRO", 12, 12, (6,)),
    ("JOI", 2, 11, (2,)),
    ("JOI", 12, 12, (3,)),
    ("LSG", 7, 7, (7,)),
    ("LSG", 8, 9, (3,)),
    ("LSG", 10, 12, (2,)),
    ("LST", 2, 6, (5, 7)),
    ("LST", 7, 7, (5, 7, 8)),
    ("LST", 8, 9, (3, 4)),
    ("LST", 10, 11, (3, 4, 5)),
    ("LST", 12, 12, (4, 5, 6)),
    ("MSG", 2, 12, (3,)),
    ("NAK", 2, 12, (1,)),
    ("NLN", 2, 7, (3,)),
    ("NLN", 8, 8, (4,)),
    ("NLN", 9, 12, (4, 5)),
    ("OUT", 2, 12, (0, 1)),
    ("PRP", 5, 7, (3, 4)),
    ("PRP", 8, 9, (2, 3, 4)),
    ("PRP", 10, 12, (2, 3)),
    ("QNG", 2, 8, (0,)),
    ("QNG", 9, 12, (1,)),
    ("QRY", 6, 12, (1,)),
    ("REA", 2, 9, (4,)),
    ("REG", 7, 9, (5,)),
    ("REG", 10, 12, (3,)),
    ("REM", 2, 6, (4,)),
    ("REM", 7, 9, (4, 5)),
    ("REM", 10, 12, (3, 4)),
    ("RMG", 7, 9, (3,)),
    ("RMG", 10, 12, (2,)),
    ("RNG", 2, 12, (6,)),
    ("SBP", 10, 12, (4,)),
    ("SBS", 11, 12, (2,)),
    ("SDC", 5, 12, (2,)),
    ("SND", 2, 12, (2,)),
    ("SYN", 2, 7, (2,)),
    ("SYN", 8, 9, (2, 4)),
    ("SYN", 10, 12, (3, 5)),
    ("UBX", 11, 12, (2,)),
    ("URL", 2, 12, (4,)),
    ("USR", 2, 5, (4,)),
    ("USR", 6, 7, (4, 5)),
    ("USR", 8, 9, (4, 6)),
    ("USR", 10, 12, (4, 5)),
    ("UUX", 11, 12, (2,)),
    ("VER", 2, 12, (2, 3)),
    ("XFR", 2, 12, (3, 4, 5)),
)


class Command(NamedTuple):
    """A parsed command; `payload` is what followed its line."""

    verb: str
    params: list
    payload: bytes = b""

    def is_about(self, verb: str, *params) -> bool:
        """Whether this is `verb` with these first parameters; None stands for any value."""
        if self.verb != verb or len(self.params) < len(params):
            return False
        return all(wanted is None or wanted == got for wanted, got in zip(params, self.params))

    def name(self, index: int) -> str:
        """A parameter that is percent-encoded, decoded."""
        return urllib.parse.unquote(self.params[index], errors="strict")

    @property
    def is_error(self) -> bool:
        return self.verb.isdigit()

    @property
    def body(self) -> "Body":
        return parse_body(self.payload)

    def __str__(self) -> str:
        return " ".join([self.verb, *self.params]) + (f" + {self.payload!r}" if self.payload else "")


class Body(NamedTuple):
    """The payload of an MSG: header names in lower case, and what follows the empty line."""

    headers: dict
    content: bytes

    @property
    def kind(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")

    def format_field(self, key: str) -> str:
        """A field of X-MMS-IM-Format, such as EF."""
        fields = (item.strip().partition("=") for item in self.headers.get("x-mms-im-format", "").split(";"))
        return {name: value for name, _, value in fields}.get(key, "")


def parse_line(line: bytes, dialect: int) -> Command:
    """A line that ends with CRLF; AssertionError when the server broke the rules for its own lines."""
    text = _checked_text(line)
    verb, *params = text.split(" ")
    if not VERB.fullmatch(verb):
        raise AssertionError(f"no verb of MSNP: {text!r}")
    if "" in params:
        raise AssertionError(f"an empty parameter: {text!r}")
    for param in params:
        decoded = urllib.parse.unquote(param, errors="strict")
        if CONTROLS.search(decoded) and not decoded.startswith(OPAQUE):
            raise AssertionError(f"a control character in a parameter: {text!r}")
    command = Command(verb, params)
    _check_shape(command, dialect)
    return command


def payload_length(command: Command) -> int:
    """How many bytes follow the line."""
    if command.verb not in PAYLOAD_VERBS:
        return 0
    last = command.params[-1] if command.params else ""
    if not re.fullmatch(r"0|[1-9][0-9]{0,5}", last):
        raise AssertionError(f"no length of a payload: {command}")
    return int(last)


def check_payload(command: Command) -> None:
    """AssertionError when the payload is not what its verb demands."""
    if command.verb == "MSG":
        _check_message(command)
    elif command.verb in ("UBX", "GCF") and command.payload:
        ElementTree.fromstring(command.payload)


def parse_body(payload: bytes) -> Body:
    """As lenient as clients are: the first header of a name counts."""
    head, _, content = payload.partition(b"\r\n\r\n")
    headers: dict = {}
    for line in head.split(b"\r\n"):
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return Body(headers, content)


def _checked_text(line: bytes) -> str:
    if not line.endswith(b"\r\n"):
        raise AssertionError(f"a line of the server ends without CRLF: {line!r}")
    raw = line[:-2]
    if len(line) > LINE_BYTES:
        raise AssertionError(f"a line of the server is too long ({len(line)} bytes): {line[:200]!r}")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise AssertionError(f"a line of the server is not UTF-8: {line!r}") from None
    if CONTROLS.search(text):
        raise AssertionError(f"a control character in a line of the server: {line!r}")
    return text


def _check_shape(command: Command, dialect: int) -> None:
    if command.is_error:
        counts: tuple = (1,)
    else:
        rows = (row for row in SHAPES if row[0] == command.verb and row[1] <= dialect <= row[2])
        counts = tuple(count for row in rows for count in row[3])
    if not counts:
        raise AssertionError(f"a verb that MSNP{dialect} does not have: {command}")
    if len(command.params) not in counts:
        raise AssertionError(f"{len(command.params)} parameters where MSNP{dialect} has {counts}: {command}")


def _check_message(command: Command) -> None:
    if len(command.payload) > PAYLOAD_BYTES:
        raise AssertionError(f"an MSG with a payload of {len(command.payload)} bytes")
    sender = command.params[0]
    if sender == "Hotmail" or "@irc." in sender:  # others' are other clients' words, passed on byte for byte
        _check_own_body(command)


def _check_own_body(command: Command) -> None:
    head, end, content = command.payload.partition(b"\r\n\r\n")
    lines = head.decode("utf-8").split("\r\n")
    if not end or lines[0] != "MIME-Version: 1.0" or not lines[1].startswith("Content-Type: "):
        raise AssertionError(f"not the head of a message: {command}")
    for line in lines:
        if CONTROLS.search(line) or not re.match(r"[A-Za-z0-9_-]+:( |$)", line):
            raise AssertionError(f"not a header: {line!r} in {command}")
        if line.count(":") != 1:  # Twisted splits at each
            raise AssertionError(f"more than one colon in a header: {line!r}")
    if parse_body(command.payload).kind == "text/plain":
        rest = content.decode("utf-8").replace("\r\n", "").replace("\t", "")
        if CONTROLS.search(rest):
            raise AssertionError(f"a control character in a text: {command}")
