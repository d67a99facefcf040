"""What the daemon writes to its standard error, collected while it runs."""

import threading
import time

from .machine import reply_timeout

SANITIZER_WORDS = (
    b"ERROR: AddressSanitizer",
    b"ERROR: LeakSanitizer",
    b"WARNING: ThreadSanitizer",
    b"runtime error: ",
    b"AddressSanitizer:DEADLYSIGNAL",
)


class Logbook:
    """Lines of a pipe, read by a thread of their own so that the writer never waits."""

    def __init__(self, pipe):
        self._lines: list[bytes] = []
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._collect, args=(pipe,), daemon=True)
        self._thread.start()

    def _collect(self, pipe) -> None:
        with pipe:
            for line in pipe:
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def mark(self) -> int:
        """A place in the book, for `wait_for` and `text_since` to start from."""
        with self._changed:
            return len(self._lines)

    def wait_for(self, text: str, after: int = 0, timeout: float = 0.0) -> str:
        """The first line after `after` that holds `text`; AssertionError with the whole book when none comes."""
        deadline = time.monotonic() + (timeout or reply_timeout())
        wanted = text.encode()
        with self._changed:
            while True:
                for line in self._lines[after:]:
                    if wanted in line:
                        return line.decode("utf-8", "backslashreplace").rstrip("\n")
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    raise AssertionError(f"the log never said {text!r}:\n{self._text(after)}")
                self._changed.wait(left)

    def raw(self) -> bytes:
        """Every byte so far."""
        with self._changed:
            return b"".join(self._lines)

    def text_since(self, mark: int = 0) -> str:
        """The lines after `mark`, with bytes that are not UTF-8 made visible."""
        with self._changed:
            return self._text(mark)

    def join(self) -> None:
        """Waits for the end of the pipe: everything that was written can be read now."""
        self._thread.join(reply_timeout())

    def sanitizer_report(self) -> str:
        """The part of the book in which a sanitizer speaks, or nothing."""
        everything = self.raw()
        places = [place for word in SANITIZER_WORDS if (place := everything.find(word)) >= 0]
        return everything[min(places) :].decode("utf-8", "backslashreplace") if places else ""

    def _text(self, mark: int) -> str:
        return b"".join(self._lines[mark:]).decode("utf-8", "backslashreplace")
