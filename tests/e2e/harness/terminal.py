"""Real IRC clients in tmux: typed at like a person would, read from the screen."""

import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path

from .machine import eventually, reply_timeout

WIDTH, HEIGHT = 180, 60
SGR = re.compile(r"\x1b\[([0-9;]*)m")
RED = ("31", "91", "38;5;9", "38;5;196")  # as terminals are told it


class Terminal:
    """One program in a tmux server of its own, with a home directory that belongs to the test."""

    def __init__(self, home: Path, command: list[str]):
        """Starts the program; AssertionError when it, or tmux, is not installed."""
        for program in ("tmux", command[0]):
            if not shutil.which(program):
                raise AssertionError(f"{program} is not installed; this test needs it and is not skipped")
        home.mkdir(parents=True, exist_ok=True)
        self._name = f"patchcord-{secrets.token_hex(4)}"
        self._environment = {
            "HOME": str(home),
            "TMUX_TMPDIR": str(home),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ["PATH"],
        }
        size = ["-x", str(WIDTH), "-y", str(HEIGHT)]
        self._tmux("-f", "/dev/null", "-u", "new-session", "-d", *size, "--", *command)
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._program = Path("/proc") / self._tmux("list-panes", "-F", "#{pane_pid}").strip()

    def type(self, *lines: str) -> None:
        """Types each line and Enter."""
        for line in lines:
            self._tmux("send-keys", "-l", "--", line)
            self._tmux("send-keys", "Enter")

    def press(self, *keys: str) -> None:
        """Presses keys by the names tmux has for them, such as C-b; anything else is typed letter by letter."""
        for key in keys:
            self._tmux("send-keys", "--", key)

    def screen(self) -> str:
        """What can be read on the screen now; long lines are put together again."""
        return self._tmux("capture-pane", "-p", "-J", check=False)

    def wait_for(self, *texts: str) -> None:
        """Waits until all texts stand on the screen, at the same time."""
        try:
            eventually(lambda: all(text in self.screen() for text in texts), f"on the screen: {texts}", every=0.1)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.screen()}") from None

    def wait_for_style(self, text: str, *wanted: str) -> None:
        """Waits until all letters of a text on the screen are some of "bold", "red", "italic"; "" for none."""
        styles = sorted(filter(None, wanted))
        eventually(lambda: self.style_of(text) == styles, f"{text!r} is {styles} on\n{self.screen()}", every=0.1)

    def style_of(self, text: str) -> list[str] | None:
        """How the last line that holds the text shows it; None when no line does, or not all of it in one style."""
        for line in reversed(self._tmux("capture-pane", "-p", "-e", "-J", check=False).splitlines()):
            plain, styles = _taken_apart(line)
            start = plain.find(text)
            if start >= 0:
                found = set(styles[start : start + len(text)])
                return sorted(found.pop()) if len(found) == 1 else None
        return None

    def wait_until_over(self) -> None:
        """Waits until the program has ended by itself."""
        panes = ("list-panes", "-F", "#{pane_dead}")
        eventually(lambda: self._tmux(*panes, check=False).strip() != "0", "the program in the terminal ends")

    def close(self) -> None:
        """Ends this tmux server and with it the program, and no other; waits, as programs write files when they end."""
        self._tmux("kill-server", check=False)
        eventually(self._has_ended, "the program in the terminal ends")

    def _has_ended(self) -> bool:
        """Also when nobody has asked yet how it ended, which the first process of a container may take its time for."""
        try:
            return (self._program / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        command = ["tmux", "-L", self._name, *arguments]
        result = subprocess.run(command, env=self._environment, capture_output=True, timeout=reply_timeout())
        if check and result.returncode != 0:
            raise AssertionError(f"{command}: {result.stderr.decode('utf-8', 'backslashreplace')}")
        return result.stdout.decode("utf-8", "backslashreplace")


def _taken_apart(line: str) -> tuple[str, list[frozenset]]:
    """The letters of a line, and the style of each."""
    plain, styles, state = "", [], set()
    place = 0
    for found in SGR.finditer(line):
        plain += line[place : found.start()]
        styles += [frozenset(state)] * (found.start() - place)
        state = _after(state, found[1])
        place = found.end()
    return plain + line[place:], styles + [frozenset(state)] * (len(line) - place)


def _after(state: set, codes: str) -> set:
    """The style after an SGR sequence, of which tmux writes one for each change."""
    if codes in ("", "0"):
        return set()
    switches = {"1": ("bold", True), "22": ("bold", False), "3": ("italic", True), "23": ("italic", False)}
    if codes in switches:
        name, on = switches[codes]
        return state | {name} if on else state - {name}
    if codes in RED:
        return state | {"red"}
    return state - {"red"} if re.match(r"3[0-9]|9[0-7]", codes) else state
