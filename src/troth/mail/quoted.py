"""What the writer of a mail wrote now: quoted history, forwarded mails and the signature are blanked, and nothing moves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_QUOTE: Final = re.compile(r"\s{0,3}(?:>|&gt;)")
_REST: Final = re.compile(
    r"""\s*(?:
      -{2,}\s*(?:original\ message|oprindelig\ meddelelse|forwarded\ message|videresendt\ (?:meddelelse|besked))\s*-{2,}
    | begin\ forwarded\ message: | start\ på\ videresendt\ (?:besked|meddelelse):
    | _{20,}
    )\s*""",
    re.I | re.X,
)
_WROTE: Final = re.compile(r"\s*(?:on|den|d\.|le|am)\s.{4,200}\b(?:wrote|skrev|écrit|schrieb)\b.{0,200}:\s*", re.I)
_FIELD: Final = re.compile(r"\s*\*?(?:from|fra|sent|sendt|date|dato|to|til|subject|emne|cc)\*?:\s?.*", re.I)
_FIRST: Final = re.compile(r"\s*\*?(?:from|fra)\*?:\s?\S.*", re.I)
_SIGNATURE: Final = re.compile(r"--\s?|(?:sent from my|sendt fra min)\b.{0,60}", re.I)


def own_words(text: str) -> str:
    """The text, as long as it was, with spaces for all that somebody wrote before, or that a program adds beneath."""
    lines = list(_lines(text))
    kept: list[str] = []
    rest = False
    for number, line in enumerate(lines):
        rest = rest or _begins(lines, number)
        cut = rest or bool(_QUOTE.match(line)) or _attributes(lines, number)
        kept.append(_blank(line) if cut else line)
    return "".join(kept)


def _lines(text: str) -> Iterator[str]:
    yield from text.splitlines(keepends=True)


def _begins(lines: list[str], number: int) -> bool:
    """Whether all from here on is another mail, or the signature."""
    line = lines[number].rstrip("\r\n")
    if _REST.fullmatch(line) or _SIGNATURE.fullmatch(line):
        return True
    following = [one for one in lines[number : number + 5] if one.strip()]
    return bool(_FIRST.fullmatch(line)) and sum(bool(_FIELD.fullmatch(one.rstrip())) for one in following) >= 2


def _attributes(lines: list[str], number: int) -> bool:
    """Whether the line, alone or with its neighbour, says who wrote what is quoted beneath."""
    here = lines[number].strip()
    before = lines[number - 1].strip() if number else ""
    after = lines[number + 1].strip() if number + 1 < len(lines) else ""
    said = any(_WROTE.fullmatch(one) for one in (here, f"{here} {after}", f"{before} {here}") if len(one) < 500)
    if not said:
        return False
    below = next((one for one in lines[number + 1 : number + 5] if one.strip() and not _WROTE.fullmatch(one)), "")
    return bool(_QUOTE.match(below)) or not below or _WROTE.fullmatch(here) is None or _quoted_soon(lines, number)


def _quoted_soon(lines: list[str], number: int) -> bool:
    return any(_QUOTE.match(one) for one in lines[number + 1 : number + 6])


def _blank(line: str) -> str:
    return "".join(letter if letter in "\r\n" else " " for letter in line)
