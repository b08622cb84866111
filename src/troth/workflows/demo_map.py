"""What people changed in a proposed map: guesses they confirmed, lines they changed, and lines they wrote."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SYSTEM = re.compile(r"  (\w+):$")
_DATASET = re.compile(r"      (\w+):$")
_GUESS = re.compile(r"\?( \d\.\d+)?$")


@dataclass
class Review:
    """Each line names its dataset; `changed` are `dataset: old -> new`."""

    confirmed: int = 0
    changed: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def review(proposed: str, reviewed: str) -> Review:
    """Compares two maps that have one order, comments aside."""
    before, after = list(_placed(proposed)), list(_placed(reviewed))
    found = Review()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        old, new = before[a:b], after[c:d]
        for line in list(old):
            same = next((other for other in new if _key(other) == _key(line)), None)
            if same is None:
                found.removed.append(line)
                continue
            new.remove(same)
            if _GUESS.sub("", line) == same:
                found.confirmed += 1
            else:
                found.changed.append(f"{line} -> {same.partition(': ')[2].partition(': ')[2]}")
        found.written += new
    return found


def _key(line: str) -> str:
    return line.rpartition(": ")[0]


def _placed(text: str) -> Iterator[str]:
    """The lines without comments, each behind the name of the dataset in which it stands."""
    system = dataset = ""
    for line in text.splitlines():
        bare = re.sub(r"\s+#.*$|^#.*$", "", line)
        if found := _SYSTEM.match(bare):
            system, dataset = found[1], ""
        elif found := _DATASET.match(bare):
            dataset = f"{system}.{found[1]}"
        elif bare.strip():
            yield f"{dataset or system or 'map'}: {bare.strip()}"
