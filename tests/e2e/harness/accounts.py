"""Accounts on IRC: made with the command, logged in to by SASL."""

import base64
import time

from .client import Client
from .daemon import Daemon, patchcord
from .machine import reply_timeout
from .message import Message
from .secrets import note

CHUNK = 400
PATCHCORD = "*patchcord"  # the service nick


def make_account(daemon: Daemon, name: str, password: str, *options: str) -> None:
    """`patchcord account add`, also while the daemon runs."""
    arguments = ("account", "add", name, *options, "--config", daemon.config_file)
    result = patchcord(*arguments, stdin=note(password).encode() + b"\n")
    if result.returncode != 0:
        raise AssertionError(f"the account was not made: {result.stderr}")


def plain(name: str, password: str, acting_for: str = "") -> str:
    """The response of the mechanism PLAIN."""
    return note(base64.b64encode(f"{acting_for}\0{name}\0{password}".encode()).decode())


def chunks(response: str) -> list[str]:
    """The AUTHENTICATE commands that carry a response."""
    parts = [response[start : start + CHUNK] for start in range(0, len(response), CHUNK)]
    if len(response) % CHUNK == 0:
        parts.append("+")
    return [f"AUTHENTICATE {part}" for part in parts]


def authenticate(client: Client, name: str, password: str) -> Message:
    """An exchange by PLAIN, the capability being on: 903, or what came instead."""
    client.send("AUTHENTICATE PLAIN")
    client.expect("AUTHENTICATE", "+")
    client.send(*chunks(plain(name, password)))
    return client.expect_any(("903", "904", "905", "907", "ERROR"))


def log_in(client: Client, nick: str, password: str, *, name: str = "", caps=()) -> Client:
    """Registers as `nick`, logged in to the account `name` (the nick's) by SASL."""
    client.send("CAP LS 302", f"CAP REQ :{' '.join(('sasl', *caps))}", f"NICK {nick}", f"USER {nick} 0 * :A Tester")
    client.expect("CAP", None, "ACK")
    answer = authenticate(client, name or nick, password)
    if answer.command != "903":
        raise AssertionError(f"the login was refused:\n{client.transcript()}")
    client.send("CAP END")
    client.nick = client.expect("001").params[0]
    client.barrier()
    return client


def ask_service(client: Client, words: str) -> str:
    """Says something to the service nick; its answer, one line of it, as soon as the contact list has been fetched."""
    deadline = time.monotonic() + reply_timeout()
    while True:
        client.send(f"PRIVMSG {PATCHCORD} :{words}")
        answer = client.expect("PRIVMSG", client.nick, where=lambda message: message.nick == PATCHCORD).text
        if "being fetched" not in answer or time.monotonic() > deadline:
            return answer
