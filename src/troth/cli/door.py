"""What every command needs at the door: the house, the language, a progress line, and one way to answer and to refuse."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from troth.cli.words import Words
from troth.terms.settings import spoken

if TYPE_CHECKING:
    from troth.cli.progress import Progress
    from troth.cli.show import Show
    from troth.workflows.house import House


class Web(Protocol):
    """The other door, as the fuse box hands it over."""

    def furnish(self, house: House) -> None: ...
    def link(self, house: House, name: str, address: str = ...) -> str: ...
    def serve(
        self, house: House, host: str, port: int, workers: int, announce: Callable[[str], None]
    ) -> None: ...


class Door:
    """One command line on its way; `acting` once something may be changed."""

    def __init__(
        self, make_house: Callable[[Path, Callable[[str], None]], House], web: Callable[[], Web]
    ) -> None:
        self._make_house = make_house
        self._web = web
        self._progress: Progress | None = None
        self.words = Words(spoken(os.environ))
        self.acting = False
        arguments = sys.argv[1:]
        self.as_json = "--json" in (arguments[: arguments.index("--")] if "--" in arguments else arguments)

    def house(self, map_path: Path) -> House:
        from troth.cli.progress import Progress

        self._progress = Progress(sys.stderr, self.words)
        return self._make_house(map_path, self._progress)

    def close(self) -> None:
        if self._progress is not None:
            self._progress.close()

    def say(self, told: dict[str, Any], show: Callable[[Show, dict[str, Any]], None]) -> None:
        """The answer: one object on standard output with --json, else what a person reads."""
        self.close()
        if self.as_json:
            from troth.cli.plain import put

            put(told)
        else:
            show(self.show(), told)

    def show(self) -> Show:
        from troth.cli.show import Show

        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")
        return Show(self.words)

    def note(self, key: str, **values: object) -> None:
        """A sentence beside an answer: on stderr."""
        sys.stderr.write(f"{self.words(key, **values)}\n")
        sys.stderr.flush()

    def web(self) -> Web:
        """The server and its accounts, which no other command loads."""
        return self._web()

    def announce(self, key: str, **values: object) -> None:
        """What is about to be done, said at once: on stderr, beside the progress."""
        if self._progress is not None:
            self._progress.tell(self.words(key, **values))

    def report(self, message: str, place: str, remedy: str, code: int) -> int:
        """A fault as one clear sentence on stderr; with --json, the same as an object on stdout. Returns the exit code."""
        from troth.cli.words import clean

        self.close()
        fault = {"message": message, "place": place, "remedy": remedy}
        if self.as_json:
            from troth.cli.plain import put

            put({"error": fault, "exit": code})
        sentence = message if message.endswith((".", "!", "?")) else f"{message}."
        parts = (f"{place}: " if place else "", sentence, f" {remedy}" if remedy else "")
        sys.stderr.write(clean(f"troth: {''.join(parts)}") + "\n")
        return code
