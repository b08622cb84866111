"""What the writer of a mail wrote now: quoted history, forwarded mails and the signature are blanked, and nothing moves."""

from __future__ import annotations

import re
from typing import Final

_QUOTE: Final = re.compile(r"\s{0,3}>")
_REST: Final = re.compile(
    r"""\s*(?:
      -{2,}\s*(?:original\ message|oprindelig\ meddelelse|forwarded\ message|videresendt\ (?:meddelelse|besked))\s*-{2,}
    | begin\ forwarded\ message: | start\ på\ videresendt\ (?:besked|meddelelse):
    | _{20,}
    )\s*""",
    re.I | re.X,
)
_WROTE: Final = re.compile(
    r"(?:on|den|d\.|am|le)\s[^\n]{4,300}\b(?:wrote|skrev|schrieb|écrit)\b[^\n]{0,200}:", re.I
)
_FIRST: Final = re.compile(r"\s*\*?(?:from|fra):\*?\s?\S.*", re.I)
_FIELD: Final = re.compile(r"\s*\*?(?:from|fra|sent|sendt|date|dato|to|til|subject|emne|cc):\*?\s?.*", re.I)
_SIGNATURE: Final = re.compile(r"--\s?|(?:sent from my|sendt fra min)\b.{0,60}", re.I)
_LONGEST: Final = 500  # of a line that may introduce another mail


def own_words(text: str) -> str:
    """The text, as long as it was, with spaces for all that somebody wrote before, or that a program adds beneath."""
    lines = text.splitlines(keepends=True)
    kept, rest = [], False
    for number, line in enumerate(lines):
        rest = rest or _begins_another(lines, number)
        kept.append(_blank(line) if rest or _QUOTE.match(line) or _introduces(lines, number) else line)
    return "".join(kept)


def _begins_another(lines: list[str], number: int) -> bool:
    """Whether all from here on is another mail, or the signature."""
    line = lines[number].rstrip("\r\n")
    if len(line) > _LONGEST:
        return False
    if _REST.fullmatch(line) or _SIGNATURE.fullmatch(line):
        return True
    head = [one.rstrip()[:_LONGEST] for one in lines[number : number + 5] if one.strip()]
    return bool(_FIRST.fullmatch(line)) and sum(bool(_FIELD.fullmatch(one)) for one in head) >= 2


def _introduces(lines: list[str], number: int) -> bool:
    """Whether the line, alone or with the one beside it, says who wrote what stands quoted beneath."""
    for first in (number, number - 1):
        pair = lines[max(first, 0) : first + 2]
        for count in (1, 2):
            said = " ".join(one.strip() for one in pair[:count])
            if (first + count > number) and len(said) <= _LONGEST and _WROTE.fullmatch(said):
                return any(_QUOTE.match(one) for one in lines[number + 1 : number + 6])
    return False


def _blank(line: str) -> str:
    return "".join(letter if letter in "\r\n" else " " for letter in line)
