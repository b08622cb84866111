"""Runs the demo's commands as real processes and shows them as they were typed; kills one of them for real."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from troth.workflows.demo_process import Command

WIDTH = 110  # of tables where no terminal says otherwise
POLL_SECONDS = 0.001
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\r")
_PROGRESS = re.compile(r"^… .*  \d+ s$")  # says how long a step took, which differs from run to run
_STYLES = {"heading": "1;36", "command": "1", "dim": "2", "good": "32", "bad": "1;31"}

Picked = Callable[[list[str]], list[str]]
"""Of all lines that a command says, those to be shown."""


@dataclass(frozen=True)
class Ran:
    """One command that was run: what was typed, how it ended, what it said, and how long it took."""

    typed: str
    exit: int
    output: str
    seconds: float


@dataclass(frozen=True)
class Cut:
    """A run that was to be killed: transactions done and planned when the signal went out; `late` if it was done before."""

    ran: Ran
    done: int
    total: int
    late: bool


@dataclass
class Stage:
    """Where the demo plays: the folder, the stream it speaks to, and a transcript with every line in full."""

    folder: Path
    stream: TextIO
    ran: list[Ran] = field(default_factory=list)
    scenes: int = 0
    _said: list[str] = field(default_factory=list)

    @property
    def colours(self) -> bool:
        return self.stream.isatty() and not os.environ.get("NO_COLOR")

    # -- speaking -------------------------------------------------------------------------------------------------

    def say(self, text: str = "", style: str = "") -> None:
        """One line of the story."""
        self._said.append(text)
        self._show(text, style)

    def scene(self, title: str, *sentences: str) -> None:
        """Begins a numbered scene."""
        self.scenes += 1
        self.say(f"{self.scenes}  {title}", "heading")
        for sentence in sentences:
            self.say(sentence)

    def look(self, where: str) -> None:
        """Ends a scene: where one sees more."""
        self.say(f"Where to look: {where}", "dim")
        self.say()

    def _show(self, text: str, style: str = "") -> None:
        if self.colours and style:
            text = f"\x1b[{_STYLES[style]}m{text}\x1b[0m"
        self.stream.write(text + "\n")
        self.stream.flush()

    def transcript(self) -> Path:
        """Writes everything said so far, complete and plain."""
        path = self.folder / "transcript.txt"
        path.write_text("\n".join(self._said) + "\n", encoding="utf-8")
        return path

    # -- running --------------------------------------------------------------------------------------------------

    def run(
        self,
        *arguments: str,
        lines: int = 200,
        settings: Mapping[str, str] | None = None,
        only: Picked | None = None,
    ) -> Ran:
        """Types one `troth` command, shows at most `lines` lines of what it says, or `only` some, and waits for its end."""
        typed = self._type(arguments, settings)
        began = time.monotonic()
        code, output = self._start(arguments, settings).end()
        return self._ended(typed, code, output, began, _first(lines) if only is None else only)

    def run_and_kill(self, *arguments: str, settings: Mapping[str, str]) -> Cut:
        """Types a command and sends SIGKILL as soon as half of its transactions are done."""
        typed = self._type(arguments, settings)
        began = time.monotonic()
        process = self._start(arguments, settings)
        done = total = 0
        while process.running():
            done, total = self.progress()
            if total and done * 2 >= total:
                process.kill()
                break
            time.sleep(POLL_SECONDS)
        code, output = process.end()
        late = code != -signal.SIGKILL
        if not late:
            done, total = self.progress()
        ran = self._ended(typed, code, output, began, _first(20))
        return Cut(ran, done, total, late)

    def progress(self) -> tuple[int, int]:
        """(transactions done, transactions planned) of the run at work, as Troth's own state says; (0, 0) before it."""
        path = self.folder / ".troth" / "state.sqlite"
        asked = "SELECT count(*) FILTER (WHERE state = 'done'), count(*) FROM planning_frozenbatch"
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0.2)) as state:
                done, total = state.execute(asked).fetchone()
        except sqlite3.Error:
            return 0, 0  # not made yet, or busy for a moment: asked again
        return int(done), int(total)

    def _type(self, arguments: Sequence[str], settings: Mapping[str, str] | None) -> str:
        before = "".join(f"{name}={value} " for name, value in (settings or {}).items())
        typed = f"$ {before}troth {' '.join(arguments)}"
        self.say(typed, "command")
        return typed

    def _start(self, arguments: Sequence[str], settings: Mapping[str, str] | None) -> Command:
        columns = shutil.get_terminal_size((WIDTH, 24)).columns if self.stream.isatty() else WIDTH
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TROTH_")}
        environment |= {
            "COLUMNS": str(columns),
            "PYTHONUTF8": "1",
            "TROTH_LANGUAGE": "en",
            **(settings or {}),
        }
        if self.colours:
            environment["FORCE_COLOR"] = "1"
        else:
            environment["NO_COLOR"] = "1"
        return Command(arguments, self.folder, environment)

    def _ended(self, typed: str, code: int, output: str, began: float, pick: Picked) -> Ran:
        output = output.replace(f"{self.folder}/", "").strip("\n")
        shown = [line for line in output.split("\n") if not _PROGRESS.match(_ANSI.sub("", line))]
        plain = _ANSI.sub("", "\n".join(shown))
        shown = shown if plain else []
        self._said += [_ANSI.sub("", line).rstrip() for line in shown]
        picked = pick(shown)
        for line in picked:
            self._show(line.rstrip())
        if len(shown) > len(picked):
            self._show(f"… {len(shown) - len(picked)} more lines in {self.folder.name}/transcript.txt", "dim")
        ran = Ran(typed, code, plain, round(time.monotonic() - began, 2))
        self.ran.append(ran)
        return ran

    def told(self) -> list[dict[str, Any]]:
        """Every command as data."""
        return [{"command": r.typed[2:], "exit": r.exit, "seconds": r.seconds} for r in self.ran]


def _first(count: int) -> Picked:
    return lambda shown: shown[:count]
