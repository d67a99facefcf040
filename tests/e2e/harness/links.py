"""People on IRC who have linked accounts on an MSN service, whatever the service is."""

from pathlib import Path

from .accounts import PATCHCORD, log_in
from .bridge import BridgeCase
from .client import Client, of_command
from .message import Message

SERVICE = "far"  # what the gateway calls the service
PASSWORD = "secret"
CONTACTS = "&contacts"


def handle_of(name: str) -> str:
    """NAME's handle on the service."""
    return f"{name}@example.com"


def link_tables(directory: Path, links, password: str = PASSWORD) -> list[dict]:
    """[[link]] tables: of the account of that name if it is a name, else as given, with service and password."""
    file = directory / "far-password"
    file.write_text(password + "\n", encoding="utf-8")
    file.chmod(0o600)
    common = {"service": SERVICE, "password_file": str(file)}
    tables = [{"account": link, "handle": handle_of(link)} if isinstance(link, str) else link for link in links]
    return [{**common, **table} for table in tables]


def is_told(line: Message, text: str) -> bool:
    """Whether this is a notice of the service nick that holds this text."""
    return line.command == "NOTICE" and line.nick == PATCHCORD and text in line.text


class LinkedPeopleCase(BridgeCase):
    """`linked` makes somebody who is logged in on IRC, and by that on the service."""

    def linked(self, nick: str, *, caps=(), signed_in: bool = True) -> Client:
        """Logged in to the account NICK; if it has a link, everything is read until the service has let them in."""
        client = log_in(self.visitor(), nick, PASSWORD, caps=caps)
        told = f"Signed in to {SERVICE} ({handle_of(nick)})"
        # A link that is up already is told of with the greeting, which log_in has read.
        if signed_in and not any(is_told(line, told) for line in client.history):
            self.expect_told(client, told)
        return client

    def expect_told(self, client: Client, text: str) -> Message:
        """A notice of the service nick that holds this text."""
        return client.expect("NOTICE", where=lambda line: is_told(line, text))

    def tell(self, client: Client, words: str) -> str:
        """Says something to the service nick; its answer, one line of it."""
        client.send(f"PRIVMSG {PATCHCORD} :{words}")
        return client.expect("PRIVMSG", client.nick, where=lambda line: line.nick == PATCHCORD).text

    def expect_contact(self, client: Client, nick: str) -> Message:
        """Somebody comes online in the contact list."""
        return client.expect("JOIN", CONTACTS, where=lambda line: line.nick == nick)

    def names(self, client: Client, channel: str) -> list[str]:
        """Who is in a channel, sorted, without their ranks."""
        lines = of_command(client.ask(f"NAMES {channel}"), "353")
        return sorted(name.lstrip("@+") for line in lines for name in line.text.split())
