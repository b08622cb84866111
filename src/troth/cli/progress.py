"""Says on stderr what is being done once it takes over a second, also while a store keeps silent; never on stdout."""

from __future__ import annotations

import threading
import time
from typing import TextIO

from troth.cli.words import Words, clean

QUIET = 1.0  # seconds in which nothing is said
LIVE = 0.2  # a terminal's line is drawn anew
PLAIN = 1.0  # a log gets at most a line a second …
STILL = 15.0  # … and one in this time while nothing changes


class Progress:
    """At a terminal one line that replaces itself, with the seconds it has taken; in a pipe plain lines."""

    def __init__(self, stream: TextIO, words: Words) -> None:
        self._stream, self._words = stream, words
        self._live = stream.isatty()
        self._began = time.monotonic()
        self._text = self._said = ""
        self._said_at = 0.0
        self._shown = False
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, text: str) -> None:
        """Remembers what is being done now; a thread of its own says it when it is time."""
        with self._lock:
            self._text = text
            if self._thread is None and not self._done.is_set():
                self._thread = threading.Thread(target=self._run, name="progress", daemon=True)
                self._thread.start()

    def tell(self, text: str) -> None:
        """A line that stays, whatever comes after it."""
        with self._lock:
            wiped = "\r\x1b[K" if self._live and self._shown else ""
            self._write(f"{wiped}… {clean(text)}\n")
            self._shown = False

    def close(self) -> None:
        """Ends it; a terminal's line is wiped, so that what follows begins on a clean one."""
        self._done.set()
        if self._thread is not None:
            self._thread.join(timeout=1)
        with self._lock:
            if self._live and self._shown:
                self._write("\r\x1b[K")
                self._shown = False

    def _run(self) -> None:
        self._done.wait(max(0.0, QUIET - (time.monotonic() - self._began)))
        while not self._done.is_set():
            with self._lock:
                self._say(time.monotonic())
            self._done.wait(LIVE)

    def _say(self, now: float) -> None:
        line = f"… {self._words.progress(self._text)}"
        seconds = self._words("seconds", n=int(now - self._began))
        if self._live:
            self._write(f"\r\x1b[K{line}  {seconds}")
            self._shown = True
        elif now - self._said_at >= (STILL if self._text == self._said else PLAIN):
            self._write(f"{line}  {seconds}\n")
            self._said, self._said_at = self._text, now

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # nobody reads it any more: the work goes on
            self._done.set()
