"""One set of patterns, read over a whole column at once; hyperscan and `re` give the same answer.

A value is a line of UTF-8. A pattern either describes a whole line or something a line mentions; none crosses a line
and none looks around itself, so that both engines mean the same by it.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from operator import add
from typing import Any, Final

hyperscan: Any
try:
    import hyperscan
except ImportError:  # an extra: `re` reads the same patterns, more slowly
    hyperscan = None

_L: Final = r"A-Za-z\x80-\xff"  # letters, and every byte of a longer character
_ADDRESS: Final = rf"[0-9{_L}.!#$%&'*+/=?^_`|~-]{{1,64}}@[0-9{_L}](?:[0-9{_L}-]*[0-9{_L}])?(?:\.[0-9{_L}-]+)*\.[{_L}]{{2,24}}"
_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"


@dataclass(frozen=True, slots=True)
class Pattern:
    """`needs`: bytes without which no line can match, so that `re` need not try."""

    source: str
    needs: tuple[bytes, ...] = ()
    whole: bool = True

    @property
    def expression(self) -> bytes:
        return (f"^(?:{self.source})$" if self.whole else self.source).encode("latin-1")


PATTERNS: Final[Mapping[str, Pattern]] = {
    "email": Pattern(
        rf"(?:mailto:)?{_ADDRESS}|[^<>@\n]{{0,80}}<{_ADDRESS}>|{_ADDRESS}(?:[;,] ?{_ADDRESS})+", (b"@",)
    ),
    "uuid": Pattern(
        r"\{?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\}?", (b"-",)
    ),
    "ip": Pattern(
        rf"(?:::ffff:)?{_OCTET}(?:\.{_OCTET}){{3}}(?:[:/][0-9]{{1,5}})?"
        r"|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?:/[0-9]{1,3})?"
        r"|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6}::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?(?:/[0-9]{1,3})?"
    ),
    "mac": Pattern(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}"),
    "url": Pattern(r"(?:[Hh][Tt][Tt][Pp][Ss]?|ftp)://[^ \n]+|www\.[^ \n]+\.[^ \n]+"),
    "own_url": Pattern(
        rf"(?:https?://)?(?:[a-z]{{2,3}}\.)?(?:linkedin\.com/(?:in|pub)/|facebook\.com/|instagram\.com/|github\.com/"
        rf"|twitter\.com/|x\.com/|t\.me/|tiktok\.com/@|youtube\.com/@|open\.spotify\.com/user/)[0-9{_L}._%-]+/?(?:\?.*)?",
        (b"/",),
    ),
    "iban": Pattern(r"[A-Za-z]{2}[0-9]{2}(?: ?[0-9A-Za-z]{4}){2,7}(?: ?[0-9A-Za-z]{1,4})?"),
    "secret": Pattern(
        r"\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$.+|\$[156y]\$[^$\n]+\$[./A-Za-z0-9$]+"
        r"|pbkdf2_[a-z0-9]+\$.+|scrypt:.+|\{(?:SSHA|SHA|MD5|CRYPT)[0-9]*\}.+"
        r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
        r"|(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|gh[pousr]_[A-Za-z0-9]{20,}|glpat-[A-Za-z0-9_-]{10,}"
        r"|xox[abprs]-[A-Za-z0-9-]{8,}|AKIA[0-9A-Z]{16}|AIza[A-Za-z0-9_-]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
        r"|-----BEGIN [A-Z ]+-----.*|ssh-(?:rsa|ed25519) .*"
    ),
    "hex": Pattern(
        r"(?:0x)?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})"
        r"|[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64}|[0-9A-F]{128}"
    ),
    "random": Pattern(r"[A-Za-z0-9_+/-]{20,}={0,2}"),
    "cookie": Pattern(
        r"GA[0-9]\.[0-9]\.[0-9]+\.[0-9]+|fb\.[0-9]\.[0-9]+\.[0-9]+|_?(?:ga|fbp|gcl)[=.][^ \n]+"
    ),
    "agent": Pattern(
        r"Mozilla/[0-9].*|(?:curl|Dalvik|okhttp|Opera|PostmanRuntime|python-requests)/[0-9].*", (b"/",)
    ),
    "date": Pattern(
        r"(?:1[89]|20|21)[0-9]{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12][0-9]|3[01]|0?[1-9])(?:[T ][0-9:.,+Zz -]*)?"
        r"|(?:[12][0-9]|3[01]|0?[1-9])[-/.](?:0?[1-9]|1[0-2])[-/.](?:(?:1[89]|20|21)[0-9]{2}|[0-9]{2})(?: [0-9:.]*)?"
        r"|(?:0?[1-9]|1[0-2])/(?:[12][0-9]|3[01]|0?[1-9])/(?:1[89]|20)[0-9]{2}(?: [0-9:. AaPpMm]*)?"
        r"|(?:[12][0-9]|3[01]|0?[1-9])\.? [A-Za-z]{3,9}\.? (?:1[89]|20)[0-9]{2}"
    ),
    "time": Pattern(r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?"),
    "number": Pattern(r"[+(]?[0-9][0-9 ()./-]{2,24}(?:(?: ?(?:x|ext\.?|lok\.?) ?)[0-9]{1,6})?"),
    "decimal": Pattern(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{3})*[.,][0-9]+"),
    "point": Pattern(
        r"\(?-?[0-9]{1,3}\.[0-9]{3,}[,; ] ?-?[0-9]{1,3}\.[0-9]{3,}\)?|POINT ?Z? ?\(.*\)|SRID=.*|geo:-?[0-9].*"
    ),
    "hetu": Pattern(r"[0-9]{6}[-+A-FU-Ya-f][0-9]{3}[0-9A-Ya-y]"),
    "plate": Pattern(
        r"[A-Z]{2} ?[0-9]{2} ?[0-9]{3}|[A-Z]{2} ?[0-9]{5}|[A-Z]{3} ?[0-9]{2}[0-9A-Z]|[A-Z]{3}[- ][0-9]{4}|[A-Z]{2}[0-9]{2} [A-Z]{3}"
    ),
    "freight": Pattern(r"[A-Z]{3}[UJZ] ?[0-9]{6}[- ]?[0-9]"),
    "tag": Pattern(
        r"urn:epc:[a-z]+:.+|(?:E2|E0|30|34|35|36|33)[0-9A-F]{14}|(?:E2|E0|30|34|35|36|33)[0-9A-F]{22}"
        r"|[0-9A-F]{2}(?:[: ][0-9A-F]{2}){6,11}"
    ),
    "vat": Pattern(r"(?:DK|SE|NO|FI|DE|GB|NL|FR|IE|PL)[- ]?[0-9]{8,12}(?:MVA)?"),
    "diagnosis": Pattern(r"D?[A-TV-Z][0-9]{2}(?:\.?[0-9]{1,2})?[A-Z]?"),
    "house": Pattern(
        rf"[{_L}0-9.'/ -]*[{_L}]\.? +[0-9]{{1,4}}(?:[- ]?[A-Za-z])?"
        r"(?:[,.]? ?(?:st|kl|[0-9]{1,2})\.?(?: ?(?:sal|tv|th|mf|[0-9]{1,3})\.?)?)?(?:,.*)?"
        rf"|[0-9]{{1,5}}[A-Za-z]? [{_L}][{_L}0-9.' -]+(?:,.*)?"
    ),
    "flat": Pattern(
        r"(?:[Ss]uite|[Aa]pt|[Uu]nit|[Ff]loor|[Rr]oom|[Ff]lat|[Ll]ejl|[Dd]oer|#)[._ #]*[0-9]{1,5}[A-Za-z]?"
        r"|(?:[Ss]t|[Kk]l|[0-9]{1,2})\.? ?(?:sal|etage|floor)?[., ]*(?:tv|th|mf)\.?|(?:st|kl|[0-9]{1,2})\.? ?(?:sal|etage|floor)"
    ),
    "masked": Pattern(
        r"[0-9]{0,6}[ -]?[*xX\xe2\x80\xa2]{2,14}(?:[ -]?[*xX\xe2\x80\xa2]{2,4}){0,2}[ -]?[0-9]{2,4}"
    ),
    "login": Pattern(r"[A-Za-z0-9-]{2,16}\\[A-Za-z0-9._-]{2,40}", (b"\\",)),
    "json": Pattern(r"[ \t]*(?:\{.*\}|\[.*\])[ \t]*"),
    "xml": Pattern(r"[ \t]*<[A-Za-z?!].*>[ \t]*", (b"<", b">")),
    "code": Pattern(r"[0-9A-Za-z]+(?:[-_./#:][0-9A-Za-z]+)*"),
    "handle": Pattern(r"@?[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*|@[A-Za-z0-9_.]+"),
    # what is mentioned need only begin: each further end would be one more match to count
    "has_email": Pattern(rf"[0-9{_L}_+-]@[0-9{_L}-]+(?:\.[0-9{_L}-]+)*\.[{_L}]{{2}}", (b"@",), whole=False),
    "has_phone": Pattern(
        r"(?:\+|00)(?:4[4-9]|1|358)(?:[ -]?[0-9]){7}|\b[2-9][0-9](?: [0-9]{2}){3}\b"
        r"|\b(?:tlf|tel|mobil|phone|ring|call)[a-z.:]* *(?:nr|no)?\.? *[0-9](?: ?[0-9]){5}",
        whole=False,
    ),
    "has_cpr": Pattern(r"\b[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{2}-[0-9]{4}\b", (b"-",), whole=False),
}
LATER: Final = ("code", "flat", "handle", "random", "diagnosis", "hetu")
MENTIONS: Final = tuple(name for name, pattern in PATTERNS.items() if not pattern.whole)
FORMS: Final = tuple(name for name in PATTERNS if name not in (*LATER, *MENTIONS))
"""What every column is read for; mentions only where there are several words, the rest where nothing else is found."""


_HEX: Final = "[0-9A-Fa-f]"
_BEGINS: Final[Mapping[str, tuple[str, int]]] = {
    "uuid": ("[{0-9A-Fa-f]", 36), "ip": ("[0-9A-Fa-f:]", 3), "mac": (_HEX, 17), "url": ("[hHfw]", 7), "own_url": ("[a-z]", 7),
    "iban": ("[A-Za-z]", 12), "secret": (r"[$ps{erkgxASs-]", 14), "hex": (_HEX, 32), "cookie": ("[Gf_g]", 4),
    "agent": ("[McDoOPp]", 6), "date": ("[0-9]", 6), "time": ("[0-9]", 4), "number": ("[+(0-9]", 4), "decimal": ("[+0-9-]", 3),
    "point": (r"[(0-9PSg-]", 5), "plate": ("[A-Z]", 6), "freight": ("[A-Z]", 11), "tag": ("[uE30-9A-F]", 16),
    "vat": ("[DSNFGIP]", 10), "house": (rf"[{_L}0-9.'/ -]", 3), "masked": (r"[0-9*xX\xe2 -]", 4), "login": ("[A-Za-z0-9-]", 5),
    "json": (r"[ \t{\[]", 2), "xml": (r"[ \t<]", 4),
}  # fmt: skip
"""With which bytes a matching line begins, and how long it is at least: `re` tries no other line."""

_DIGITS: Final = frozenset(b"0123456789")
_LETTERS: Final = frozenset([*range(65, 91), *range(97, 123), *range(128, 256)])
_WITH_DIGIT: Final = (
    "iban", "date", "time", "number", "decimal", "hetu", "plate", "freight", "vat", "house", "masked", "diagnosis",
    "has_phone", "has_cpr",
)  # fmt: skip
_WITH_LETTER: Final = (
    "email", "url", "own_url", "iban", "agent", "cookie", "plate", "freight", "vat", "house", "xml", "login",
    "diagnosis", "has_email",
)  # fmt: skip


def lines_of(values: Sequence[str]) -> bytes:
    """Values as lines, in order; what would break a line within a value is a blank."""
    text = "\n".join([value.replace("\n", " ").replace("\r", " ") for value in values])
    return text.encode("utf-8", "replace")


def read(lines: bytes, fast: bool = True) -> Mapping[str, frozenset[int]]:
    """What every column is read for; a column without blanks mentions nothing."""
    found = matches(lines, FORMS, fast)
    is_wordy = lines.count(b" ") >= 2 * lines.count(b"\n")
    return {**found, **(matches(lines, MENTIONS, fast) if is_wordy else dict.fromkeys(MENTIONS, frozenset()))}


def matches(lines: bytes, wanted: Sequence[str] = FORMS, fast: bool = True) -> Mapping[str, frozenset[int]]:
    """For each wanted pattern the numbers of the lines it matches; both engines agree (`fast=False`: `re`)."""
    every = lines.split(b"\n")
    starts = [0, *accumulate(map(len, every))]
    starts = list(map(add, starts, range(len(starts))))
    if fast and hyperscan is not None:
        return _by_hyperscan(lines, tuple(wanted), starts)
    return _by_re(lines, every, wanted, starts)


def _by_re(
    lines: bytes, every: list[bytes], wanted: Sequence[str], starts: list[int]
) -> dict[str, frozenset[int]]:
    first: dict[int, list[int]] = {}
    for number, line in enumerate(every):
        if line:
            first.setdefault(line[0], []).append(number)
    longest = max(map(len, every))
    digits, letters = (not signs.isdisjoint(lines) for signs in (_DIGITS, _LETTERS))
    hopeless = (() if digits else _WITH_DIGIT) + (() if letters else _WITH_LETTER)
    found: dict[str, frozenset[int]] = {}
    for name in wanted:
        pattern = PATTERNS[name]
        if name in hopeless or not all(need in lines for need in pattern.needs):
            found[name] = frozenset()
        elif pattern.whole:
            match = _compiled(name).fullmatch
            begins, least = _beginning(name)
            tried = [at for byte, at in first.items() if byte in begins] if longest >= least else []
            found[name] = frozenset([n for at in tried for n in at if match(every[n])])
        else:
            spans = _compiled(name).finditer(lines)
            found[name] = frozenset(bisect_left(starts, span.end()) - 1 for span in spans)
    return found


@cache
def _compiled(name: str) -> re.Pattern[bytes]:
    pattern = PATTERNS[name]
    return re.compile(pattern.source.encode("latin-1") if pattern.whole else pattern.expression)


@cache
def _beginning(name: str) -> tuple[frozenset[int], int]:
    bytes_, least = _BEGINS.get(name, (r"[\x00-\xff]", 1))
    one = re.compile(bytes_.encode("latin-1"))
    return frozenset(number for number in range(256) if one.match(bytes([number]))), least


@cache
def _database(wanted: tuple[str, ...]) -> Any:
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_MULTILINE
    database.compile(
        expressions=[PATTERNS[name].expression for name in wanted],
        ids=list(range(len(wanted))),
        elements=len(wanted),
        flags=[flags] * len(wanted),
    )
    return database


def _by_hyperscan(lines: bytes, wanted: tuple[str, ...], starts: list[int]) -> dict[str, frozenset[int]]:
    ends: list[set[int]] = [set() for _ in wanted]
    adds = [found.add for found in ends]

    def note(name: int, _begin: int, end: int, _flags: int, _context: object) -> None:
        adds[name](end)

    _database(wanted).scan(lines, match_event_handler=note)
    return {
        name: frozenset(bisect_left(starts, end) - 1 for end in found)
        for name, found in zip(wanted, ends, strict=True)
    }


def rate(values: Sequence[str], fast: bool = True) -> float:
    """Megabytes a second at which one core reads these values with every pattern."""
    lines = lines_of(values)
    read(lines, fast)
    began = time.process_time()
    read(lines, fast)
    return len(lines) / 1e6 / (time.process_time() - began)
