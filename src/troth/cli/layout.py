"""Lines a person can read at any width: words stay whole, columns line up, and no value can steer the terminal."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from troth.cli.words import clean

NARROWEST = 28  # room a last column needs beside the others; with less it goes below them


class Cell(NamedTuple):
    """One column of a line: its text, its width in that block, how it looks."""

    text: str
    width: int = 0
    style: str = ""
    right: bool = False


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Page:
    """Standard output: as wide as the terminal, or one line each where a program reads."""

    def __init__(self) -> None:
        self._console = _Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
        wrapped = self._console.is_terminal or os.environ.get("COLUMNS", "").isdigit()
        self.terminal = self._console.is_terminal
        self.width = max(40, self._console.width) if wrapped else 1_000_000

    def line(self, text: str = "", style: str = "", indent: int = 0, hang: int | None = None) -> None:
        """A paragraph, broken between words; the lines after its first are indented by `hang`."""
        after = indent if hang is None else hang
        for piece in self._broken(clean(text), indent, after) or [""]:
            self._print(Text(piece, style=style))

    def columns(self, cells: Sequence[Cell], last: str, style: str = "", indent: int = 2) -> None:
        """A line of columns, and a last one that is broken between words below itself."""
        head = Text(" " * indent)
        for cell in cells:
            text = clean(cell.text)
            head.append(text.rjust(cell.width) if cell.right else text.ljust(cell.width), style=cell.style)
            head.append("  ")
        at = head.cell_len
        if self.width - at < NARROWEST or at > self.width // 2:
            head.rstrip()
            self._print(head)
            self.line(last, style, indent + 4)
            return
        pieces = self._broken(clean(last), 0, 0, self.width - at) or [""]
        for number, piece in enumerate(pieces):
            line = head if number == 0 else Text(" " * at)
            line.append(piece, style=style)
            line.rstrip()
            self._print(line)

    def tokens(self, tokens: Sequence[str], indent: int = 2) -> None:
        """Tokens beside each other, two blanks between them; none is broken unless it is longer than a line."""
        line = " " * indent
        for token in map(clean, tokens):
            if line.strip() and len(line) + len(token) + 2 > self.width:
                self._print(Text(line.rstrip()))
                line = " " * (indent + 2)
            line += ("  " if line.strip() else "") + token
        self._print(Text(line.rstrip()))

    def _broken(self, text: str, indent: int, hang: int, width: int | None = None) -> list[str]:
        return textwrap.wrap(
            text, width or self.width, initial_indent=" " * indent, subsequent_indent=" " * hang,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip

    def _print(self, text: Text) -> None:
        self._console.print(text)


def widest(texts: Sequence[str], most: int) -> int:
    """The width of a column that holds these, up to `most`."""
    return min(most, max((len(text) for text in texts), default=0))
