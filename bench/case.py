"""One case in a process of its own: warms up, then engine and script by turns on fresh copies; prints what it measured."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from types import ModuleType

from bench import chain, chain_maria, engine, maria, script, server, shop, shop_maria

Count = dict[str, int]
People = Callable[[int], Sequence[str]]  # whom the n-th run erases
Script = Callable[[str, Sequence[str]], None]  # (address of the database, whom)


def measure(
    there: ModuleType, template: str, runs: int, people: People, by_hand: Script
) -> dict[str, object]:
    """Medians over `runs`, each pair of runs with other people; raises when the two leave different rows behind."""
    took: list[engine.Took] = []
    hand: list[float] = []
    with tempfile.TemporaryDirectory(prefix="troth-bench-") as home:
        path = engine.prepare(Path(home), template)
        for number in range(runs + 1):  # the first one warms both up
            with there.copy(template) as url:
                took.append(engine.run(path, url, people(number)))
                left = there.counts(url)
            with there.copy(template) as url:
                began = perf_counter()
                by_hand(url, people(number))
                hand.append(perf_counter() - began)
                assert {
                    name: n - left[name] for name, n in there.counts(url).items() if n != left[name]
                } == {}
    del took[0], hand[0]
    return {
        "hand": median(hand),
        "engine": median(t.receipts for t in took),
        "after": median(t.after for t in took),
        "statements": took[-1].statements,
        "rows": took[-1].rows,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def run(name: str, template: str, runs: int) -> dict[str, object]:
    """The cases by name: `customers N`, `heavy`, `chain N`; the address says in which store."""
    what, _, size = name.partition(" ")
    mine = template.startswith("mysql")
    there, along, by_hand = (maria, chain_maria, shop_maria) if mine else (server, chain, script)
    if what == "chain":
        tables = int(size)
        return measure(
            there, template, runs, lambda n: [chain.email(n + 1)], lambda url, ids: along.erase(url, tables, ids[0])
        )  # fmt: skip
    if what == "heavy":
        return measure(there, template, runs, lambda _: [shop.HEAVY_EMAIL], by_hand.erase)
    many = int(size)
    return measure(
        there, template, runs, lambda n: [shop.email(1 + n * many + at) for at in range(many)], by_hand.erase
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
