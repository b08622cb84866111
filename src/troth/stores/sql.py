"""What the SQL stores share: the search patterns that make a database's answer a superset of the canonical one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from troth.datamap.reader import ByIdentifiers, Probe
from troth.terms.canonical import Kind, spellings

PLUS = r"\+[^@]*@"
CONSONANTS = "bcdfghjklmnpqrstvwxz0-9"
FEW = 48  # so many LIKE patterns are faster than reading every text; beyond, the rows are streamed to us


def like_patterns(kind: Kind, value: str) -> tuple[str, ...]:
    """LIKE patterns that find a canonical value inside prose or JSON however it is spaced, cased or escaped."""
    if kind == "phone":
        digits = re.sub(r"\D", "", value)[-8:]
        return ("%" + "%".join(digits[at : at + 2] for at in range(0, len(digits), 2)) + "%",)
    if kind == "national_id":
        return ("%" + "%".join(re.findall(r"\d{6}|\d{4}|\w+", value)) + "%",)
    if kind == "name":
        words = [_ascii(word) for word in value.split()]
        return ("%" + "%".join(words) + "%", "%" + "%".join([words[-1], *words[:-1]]) + "%")
    return tuple(dict.fromkeys("%" + _ascii(form.casefold()) + "%" for form in spellings(kind, value)))


def _ascii(text: str) -> str:
    """Everything that a collation, a normal form or a JSON escape could spell otherwise becomes a wildcard."""
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    return re.sub(r"[^\x21-\x7e]+", "%", escaped)


def equal_forms(kind: Kind, values: Iterable[str]) -> list[str]:
    """What `fold` makes of a cell that holds one of the values: the other side of an equality prefilter."""
    forms: set[str] = set()
    for value in values:
        forms.add(fold(kind, value))
        if not _folds_alone(kind, value):
            forms.update(fold(kind, form) for form in spellings(kind, value))
    return sorted(forms)


def _folds_alone(kind: Kind, value: str) -> bool:
    """Whether all spellings of a value fold alike: then none needs to be made (a thousand people's take a second)."""
    if kind == "phone":
        return value.startswith("+") and ";" not in value
    return kind in ("email", "national_id") and value.isascii() and "xn--" not in value


def fold(kind: str, text: str) -> str:
    """A coarse form under which equal values are always equal: last six digits, or ASCII letters and digits.

    Of an e-mail address only consonants and digits, without what follows a plus: near addresses (`soren`, `søren`,
    `ann+news`) come back too, and Troth says which are equal and which are only worth a question.
    """
    if kind == "phone":
        return re.sub(r"[^0-9]", "", text)[-6:]
    if kind == "email":
        bare = re.sub(PLUS, "@", text.lower().replace("mailto:", ""))
        return re.sub(f"[^{CONSONANTS}]", "", bare)
    return re.sub(r"[^a-z0-9]", "", text.lower())


@dataclass(frozen=True)
class Prefilter:
    """The WHERE clause of a search and its parameters."""

    sql: str
    parameters: tuple[object, ...]


def prefilter(
    where: ByIdentifiers,
    equals: Callable[[Probe, list[str]], tuple[str, Sequence[object]]],
    like: Callable[[Probe, Sequence[str]], tuple[str, Sequence[object]]],
) -> Prefilter:
    """Any probed column may hold any wanted value. `equals` and `like` render one test in the store's dialect.

    `like` gets lower-case patterns; none where they are too many: then any text will do.
    """
    wanted: Mapping[Kind, tuple[str, ...]] = dict(where.wanted)
    few = sum(map(len, wanted.values())) <= FEW
    named = [(kind, value) for kind, values in wanted.items() for value in values if few]
    inside = [pattern.lower() for kind, value in named for pattern in like_patterns(kind, value)]
    tests: list[str] = []
    parameters: list[object] = []
    for probe in where.probes:
        if probe.inside:
            sql, bound = like(probe, inside if len(inside) <= FEW else ())
            tests.append(sql)
            parameters += bound
        elif values := wanted.get(probe.kind):
            sql, bound = equals(probe, equal_forms(probe.kind, values))
            tests.append(sql)
            parameters += bound
    return Prefilter(" OR ".join(tests) or "1 = 0", tuple(parameters))
