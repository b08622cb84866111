"""How often discovery is right, on labelled sets that stand as files: `python -m tests.discovery.accuracy`.

`tuned` may be looked at while the code changes; `heldout` was written before and is only measured.
"""

from __future__ import annotations

import random
import shlex
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

sys.path[:0] = [str(Path(__file__).parent)]

from invented import MAKERS  # noqa: E402

from troth.datamap import discovery  # noqa: E402
from troth.datamap.categories import CATEGORIES  # noqa: E402
from troth.datamap.reader import Sample  # noqa: E402
from troth.datamap.schema import Column, Table  # noqa: E402

SETS = Path(__file__).parent / "sets"
Variant = Literal["names and values", "names only", "values only"]
VARIANTS: tuple[Variant, ...] = ("names and values", "names only", "values only")


@dataclass(frozen=True)
class Answer:
    """One column: what it is (the first of `truths` before others that a person might also say) and what was said."""

    place: str
    truths: tuple[str, ...]
    said: str
    confidence: float
    reason: str

    @property
    def right(self) -> bool:
        return self.said in self.truths

    @property
    def is_personal(self) -> bool:
        return CATEGORIES[self.truths[0]].personal

    @property
    def said_personal(self) -> bool:
        return CATEGORIES[self.said].personal

    @property
    def either(self) -> bool:
        """Whether people might disagree that it is personal."""
        return len({CATEGORIES[truth].personal for truth in self.truths}) > 1


def tables(part: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted((SETS / part).glob("*.toml")):
        for table in tomllib.loads(file.read_text(encoding="utf-8"))["table"]:
            yield file.stem, table


def made(table: dict[str, Any], rows: int = 120) -> tuple[list[list[str]], list[tuple[Any, ...]]]:
    """The columns' descriptions and rows of invented values; one cell in twenty is empty."""
    columns = [shlex.split(line) for line in table["columns"].strip().splitlines()]
    r = random.Random(table["name"])
    found = []
    for number in range(rows):
        row: dict[str, Any] = {"#": number}
        for name, _, maker, *_ in sorted(columns, key=lambda column: column[2].startswith("initials")):
            kind, *how = maker.split(":")
            empty = r.random() < 0.05 and kind not in ("running", "uuid")
            row[name] = None if empty else MAKERS[kind](r, row, how)
        found.append(tuple(row[column[0]] for column in columns))
    return columns, found


def answers(part: str, variant: Variant, rows: int = 120) -> list[Answer]:
    told = []
    for file, table in tables(part):
        columns, values = made(table, rows)
        hidden = variant == "values only"
        names = (
            [f"c{at}" for at in range(1, len(columns) + 1)] if hidden else [column[0] for column in columns]
        )
        shape = tuple(Column(name, column[1], column[1]) for name, column in zip(names, columns, strict=True))  # type: ignore[arg-type]
        key = tuple(name for name, column in zip(names, columns, strict=True) if "key" in column[4:])
        linked = {name for name, column in zip(names, columns, strict=True) if "link" in column[4:]}
        sample = None if variant == "names only" else Sample("t", tuple(names), values, False)
        verdicts = discovery.fields(Table("t1" if hidden else table["name"], shape, key), sample, linked)
        for name, column in zip(names, columns, strict=True):
            verdict = verdicts[name]
            place = f"{file}:{table['name']}.{column[0]}"
            told.append(
                Answer(
                    place, tuple(column[3].split("/")), verdict.category, verdict.confidence, verdict.reason
                )
            )
    return told


def personal(told: Sequence[Answer]) -> tuple[float, float]:
    """(precision, recall) of personal or not; where people might disagree, both answers are right."""
    sure = [answer for answer in told if not answer.either]
    hits = sum(a.is_personal and a.said_personal for a in sure)
    said, real = sum(a.said_personal for a in sure), sum(a.is_personal for a in sure)
    return hits / max(1, said), hits / max(1, real)


def by_category(told: Sequence[Answer]) -> dict[str, tuple[float, float, int]]:
    """category -> (precision, recall, columns); an answer that a person might also give counts as right."""
    found = {}
    for category in sorted({answer.truths[0] for answer in told}):
        real = [a for a in told if a.truths[0] == category]
        said = [a for a in told if a.said == category]
        precision = sum(a.right for a in said) / len(said) if said else 0.0
        found[category] = (precision, sum(a.right for a in real) / len(real), len(real))
    return found


def macro(told: Sequence[Answer]) -> float:
    """The mean over the categories of the harmonic mean of precision and recall."""
    scores = [2 * p * r / (p + r) if p + r else 0.0 for p, r, _ in by_category(told).values()]
    return sum(scores) / len(scores)


def calibration(told: Sequence[Answer]) -> tuple[float, int]:
    """Of the answers given with at least 0.9: the share that is right, and how many."""
    sure = [answer for answer in told if answer.confidence >= 0.9]
    return sum(a.right for a in sure) / max(1, len(sure)), len(sure)


def report(part: str) -> None:
    for variant in VARIANTS:
        told = answers(part, variant)
        precision, recall = personal(told)
        sure, count = calibration(told)
        print(f"\n{part}, {variant}: {len(told)} columns")
        print(f"  personal or not   precision {precision:.3f}  recall {recall:.3f}")
        print(
            f"  category          macro F1 {macro(told):.3f}  right {sum(a.right for a in told) / len(told):.3f}"
        )
        print(f"  said with >=0.9   right {sure:.3f} of {count}")
        if variant == "names and values":
            for category, (p, r, n) in by_category(told).items():
                print(f"    {category:14} {p:.2f} {r:.2f} {n:4}")
        if part == "tuned" or "--wrong" in sys.argv:
            for answer in told:
                if not answer.right:
                    print(
                        f"    wrong: {answer.place}: {answer.said} {answer.confidence} not {answer.truths[0]} ({answer.reason})"
                    )


if __name__ == "__main__":
    for part in [argument for argument in sys.argv[1:] if not argument.startswith("-")] or [
        "tuned",
        "heldout",
    ]:
        report(part)
