"""One line from the server: checked against what every line must be, then taken apart."""

from typing import NamedTuple

BODY_BYTES = 510  # without CRLF, RFC 2812 section 2.3
TAG_BYTES = 8191  # with "@" and the closing space, IRCv3 message-tags
UNESCAPED = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}


class Message(NamedTuple):
    """A parsed line; `raw` is what stood on the wire, without CRLF."""

    tags: dict
    source: str
    command: str
    params: list
    raw: bytes

    @property
    def nick(self) -> str:
        """The name before the "!" of the source."""
        return self.source.partition("!")[0]

    @property
    def text(self) -> str:
        """The last parameter, or nothing."""
        return self.params[-1] if self.params else ""

    def is_about(self, command: str, *params) -> bool:
        """Whether this is `command` with these first parameters; None stands for any value."""
        if self.command != command or len(self.params) < len(params):
            return False
        return all(wanted is None or wanted == got for wanted, got in zip(params, self.params))


def parse(line: bytes) -> Message:
    """A line that ends with CRLF; AssertionError when the server broke the rules for its own lines."""
    raw = _checked(line)
    rest = raw.decode("utf-8")
    tags: dict = {}
    source = ""
    if rest.startswith("@"):
        block, _, rest = rest[1:].partition(" ")
        tags = dict(_tag(item) for item in block.split(";"))
    if rest.startswith(":"):
        source, _, rest = rest[1:].partition(" ")
    middle, colon, trailing = (" " + rest).partition(" :")
    words = middle.split()
    return Message(tags, source, words[0] if words else "", words[1:] + ([trailing] if colon else []), raw)


def _checked(line: bytes) -> bytes:
    if not line.endswith(b"\r\n"):
        raise AssertionError(f"a line of the server ends without CRLF: {line!r}")
    raw = line[:-2]
    if any(byte in raw for byte in b"\r\n\0"):
        raise AssertionError(f"CR, LF or NUL inside a line of the server: {line!r}")
    tags, space, body = raw.partition(b" ") if raw.startswith(b"@") else (b"", b"", raw)
    if len(body) > BODY_BYTES or len(tags + space) > TAG_BYTES:
        raise AssertionError(f"a line of the server is too long ({len(tags)} + {len(body)} bytes): {line!r}")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raise AssertionError(f"a line of the server is not UTF-8: {line!r}") from None
    return raw


def _tag(item: str) -> tuple:
    key, _, value = item.partition("=")
    out, escaped = [], False
    for letter in value:
        if escaped:
            out.append(UNESCAPED.get(letter, letter))
            escaped = False
        elif letter == "\\":
            escaped = True
        else:
            out.append(letter)
    return key, "".join(out)
