"""Real IRC clients in tmux: typed at like a person would, read from the screen."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from .machine import eventually, reply_timeout

WIDTH, HEIGHT = 180, 60


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

    def screen(self) -> str:
        """What can be read on the screen now; long lines are put together again."""
        return self._tmux("capture-pane", "-p", "-J", check=False)

    def wait_for(self, *texts: str) -> None:
        """Waits until all texts stand on the screen, at the same time."""
        try:
            eventually(lambda: all(text in self.screen() for text in texts), f"on the screen: {texts}", every=0.1)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.screen()}") from None

    def wait_until_over(self) -> None:
        """Waits until the program has ended by itself."""
        panes = ("list-panes", "-F", "#{pane_dead}")
        eventually(lambda: self._tmux(*panes, check=False).strip() != "0", "the program in the terminal ends")

    def close(self) -> None:
        """Ends this tmux server and with it the program, and no other; waits, as programs write files when they end."""
        self._tmux("kill-server", check=False)
        eventually(lambda: not self._program.exists(), "the program in the terminal ends")

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        command = ["tmux", "-L", self._name, *arguments]
        result = subprocess.run(command, env=self._environment, capture_output=True, timeout=reply_timeout())
        if check and result.returncode != 0:
            raise AssertionError(f"{command}: {result.stderr.decode('utf-8', 'backslashreplace')}")
        return result.stdout.decode("utf-8", "backslashreplace")
