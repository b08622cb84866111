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

import psycopg

from bench import chain, engine, script, server, shop

Count = dict[str, int]
People = Callable[[int], Sequence[str]]  # whom the n-th run erases
Script = Callable[[str, Sequence[str]], None]  # (address of the database, whom)


def counts(url: str) -> Count:
    """Rows by table."""
    with psycopg.connect(url) as database:
        tables = database.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {
            name: database.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()[0]
            for (name,) in tables.fetchall()
        }  # type: ignore[index]


def measure(template: str, runs: int, people: People, by_hand: Script) -> dict[str, object]:
    """Medians over `runs`, each pair of runs with other people; raises when the two leave different rows behind."""
    took: list[engine.Took] = []
    hand: list[float] = []
    with tempfile.TemporaryDirectory(prefix="troth-bench-") as home:
        path = engine.prepare(Path(home), template)
        for number in range(runs + 1):  # the first one warms both up
            with server.copy(template) as url:
                took.append(engine.run(path, url, people(number)))
                left = counts(url)
            with server.copy(template) as url:
                began = perf_counter()
                by_hand(url, people(number))
                hand.append(perf_counter() - began)
                assert {name: n - left[name] for name, n in counts(url).items() if n != left[name]} == {}
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
    """The cases by name: `customers N`, `heavy`, `chain N`."""
    what, _, size = name.partition(" ")
    if what == "chain":
        tables = int(size)
        return measure(
            template, runs, lambda n: [chain.email(n + 1)], lambda url, ids: chain.erase(url, tables, ids[0])
        )
    if what == "heavy":
        return measure(template, runs, lambda _: [shop.HEAVY_EMAIL], script.erase)
    many = int(size)
    return measure(
        template, runs, lambda n: [shop.email(1 + n * many + at) for at in range(many)], script.erase
    )


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
