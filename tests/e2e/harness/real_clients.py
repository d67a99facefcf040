"""irssi, WeeChat and our own patchcord-msn, started in terminals as a person would start them."""

from pathlib import Path

from .daemon import Daemon
from .machine import binary
from .terminal import Terminal

PASSWORD = "secret"


def start_irssi(
    daemon: Daemon, home: Path, nick: str, *, tls: bool = False, realname: str = "", password: str = ""
) -> Terminal:
    """irssi, connected; a password logs in to the account of that nick."""
    host, port = daemon.address("irc-tls" if tls else "irc")
    terminal = Terminal(home, ["irssi", f"--home={home}/irssi", "--nick", nick, "--noconnect"])
    terminal.wait_for("[(status)]")
    terminal.type("/set cmd_queue_speed 10msecs")  # irssi would send one line in 2.5 seconds
    if realname:
        terminal.type(f"/set real_name {realname}")
    login = f" {nick}:{password}" if password else ""
    terminal.type(f"/connect {'-tls -notls_verify ' if tls else ''}{host} {port}{login}")
    terminal.wait_for("Welcome to the")
    return terminal


def start_weechat(daemon: Daemon, home: Path, nick: str, channel: str, settings: dict | None = None) -> Terminal:
    """WeeChat, on its way into a channel; `settings` over those that make its screen easy to read."""
    host, port = daemon.address()
    settings = {
        "weechat.look.confirm_quit": "off",
        "irc.look.temporary_servers": "on",
        "irc.msgbuffer.433": "current",
        "irc.msgbuffer.whois": "current",
        "weechat.look.paste_max_lines": "-1",  # tests type faster than people
        **(settings or {}),
    }
    commands = [f"/set {name} {value}" for name, value in settings.items()]
    commands.append(f"/connect irc://{nick}@{host}:{port}/{channel}")
    arguments = [word for command in commands for word in ("-r", command)]
    return Terminal(home, ["weechat", "--dir", f"{home}/weechat", "--no-script", *arguments])


def start_messenger(daemon: Daemon, home: Path, handle: str, *, dialect: int = 12) -> Terminal:
    """patchcord-msn, signed in."""
    program = binary().parent / "patchcord-msn"
    places = [word for kind, flag in (("msn", "--server"), ("http", "--http")) for word in (flag, at(daemon, kind))]
    terminal = Terminal(home, [str(program), handle, *places, "--protocol", str(dialect)])
    terminal.wait_for(f"Password of {handle}:")
    terminal.type(PASSWORD)
    terminal.wait_for(f"* signed in as {handle}")
    return terminal


def at(daemon: Daemon, listener: str) -> str:
    host, port = daemon.address(listener)
    return f"{host}:{port}"
