"""Figures of the sweep: MB a second and peak memory, for one person and for a thousand, from PostgreSQL and from SQLite."""

from __future__ import annotations

import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time

import psycopg

from bench import server

ROWS = 250_000
PEOPLE = (1, 1_000)
_SAID = (
    "Leveringen blev flyttet til torsdag, fordi porten var låst. Kunden ringer igen, når nøglen er fundet; se sag {n} og tilbud {m}.",
    "The invoice was sent twice, reference {n}-{m}; please credit one of them and tell the branch office in the morning.",
    "Container {n} er hentet, vægt {m} kg, ingen afvigelser. Chaufføren bad om en kvittering på papir.",
)
Row = tuple[int, str, str, str, str, str]
Figure = tuple[str, str]


def people(seed: int) -> Iterator[tuple[str, str, str]]:
    """Names, addresses and numbers of people who never were, without end."""
    dice = random.Random(seed)

    def word(syllables: int) -> str:
        return "".join(dice.choice("bdfgjklmnprstv") + dice.choice("aeiouyæøå") for _ in range(syllables))

    while True:
        first, last = word(2), word(2) + dice.choice(("sen", "gaard", "lund", "ager", ""))
        local = f"{first}.{last}{dice.randrange(1_000)}".translate(
            str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
        )
        yield f"{first} {last}", f"{local}@eksempel.test", f"+45{dice.randrange(20_000_000, 99_999_999)}"


def rows() -> Iterator[Row]:
    dice = random.Random(7)
    for at, (name, email, phone) in zip(range(ROWS), people(11), strict=False):
        note = dice.choice(_SAID).format(n=dice.randrange(100_000), m=dice.randrange(9_000))
        yield at, name.title(), email, phone, note, json.dumps({"mail": email, "tags": ["a", "b"], "n": at})


def build(url: str, path: Path) -> None:
    """The same table in both stores."""
    with psycopg.connect(url, autocommit=True) as database, database.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE visits (id int PRIMARY KEY, name text, email text, phone text, note text, extra jsonb)"
        )
        with cursor.copy("COPY visits FROM STDIN") as copy:
            for row in rows():
                copy.write_row(row)
        cursor.execute("ANALYZE")
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY, name, email, phone, note, extra)")
        file.executemany("INSERT INTO visits VALUES (?, ?, ?, ?, ?, ?)", rows())
    file.close()


def figures(new: Callable[[], str]) -> Iterator[Figure]:
    """(what, measured); each case in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url, path = new(), Path(folder) / "visits.sqlite"
        build(url, path)
        for kind, address in (("PostgreSQL", url), ("SQLite", f"sqlite:///{path}")):
            for count in PEOPLE:
                command = [sys.executable, "-m", "bench.sweep", address, str(count)]
                told = json.loads(
                    subprocess.run(command, cwd=server.ROOT, capture_output=True, check=True).stdout
                )
                yield (
                    f"sweep for {count:,}, {kind}, {told['mb']:.0f} MB",
                    f"{told['wall']:.0f} MB/s, {told['core']:.0f} MB/s a core, build {told['build']:.1f} s, peak {told['peak']:.0f} MB",
                )


def case(url: str, count: int) -> dict[str, float]:
    """One sweep; raises if it does not find exactly the rows of the people who stand in the table."""
    from troth.datamap.mapfile import loads
    from troth.planning.sweep import Search
    from troth.planning.written import Wanted
    from troth.stores.postgres import STORE as POSTGRES
    from troth.stores.sqlite import STORE as SQLITE
    from troth.terms.canonical import canonical
    from troth.workflows.sweeping import Sweep

    known, strangers = people(11), people(13)
    wanted = []
    for at in range(count):  # one of ten stands in the table
        name, email, phone = next(known if at % 10 == 0 else strangers)
        wanted += [Wanted(at, "email", "email", email), Wanted(at, "phone", "phone", phone)]
        wanted += [Wanted(at, "full_name", "name", form) for form in [canonical("name", name)] if form]
    began, used = perf_counter(), process_time()
    Search(wanted)
    build, built = perf_counter() - began, process_time() - used
    store = (SQLITE if url.startswith("sqlite") else POSTGRES).open("shop", url)
    text = "troth: 1\nsystems:\n  shop:\n    url: sqlite:///x\n    datasets: {}\n"
    began, used = perf_counter(), process_time()
    tally = Sweep(loads(text), {"shop": store}, wanted).run()
    wall, core = perf_counter() - began - build, process_time() - used - built
    store.close()
    mails = sum(rows for place, rows in tally.counts.items() if place.column == "email")
    assert mails >= (count + 9) // 10, mails
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = tally.bytes / 1e6
    return {"mb": size, "wall": size / wall, "core": size / core, "build": built, "peak": peak}


if __name__ == "__main__":
    print(json.dumps(case(sys.argv[1], int(sys.argv[2]))))
