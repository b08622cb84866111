"""The verdict on 100,000 rows of SQLite, in a process of its own: seconds and peak memory, with and without the three attacks."""

from __future__ import annotations

import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench import server

ROWS = 100_000
MAP = """troth: 1
systems:
  taxi:
    url: sqlite:///taxi.sqlite
    datasets:
      ride:
        key: [id]
        fields: {id: key, born: birth_date, zip: postal_code, gender: gender, phone: phone, zone: status, price: quantity, seen: date}
"""


def build(path: Path, phones: bool) -> None:
    """Rides with coarse traits; with `phones`, those of 20,000 customers as well."""
    dice = random.Random(7)
    with sqlite3.connect(path) as file:
        file.execute(
            "CREATE TABLE ride (id INTEGER PRIMARY KEY, born, zip, gender, phone, zone, price, seen)"
        )
        rows = (
            (
                at, dice.choice(["1870-01-01", "1880-01-01"]), f"{dice.randrange(1, 10)}***", dice.choice("mk"),
                str(20_000_000 + at % 20_000 * 3_989) if phones else None, dice.choice("ab"), dice.randrange(2) * 100,
                f"2026-0{dice.randrange(1, 5)}-01",
            )
            for at in range(ROWS)
        )  # fmt: skip
        file.executemany("INSERT INTO ride VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    file.close()


def figures() -> Iterator[tuple[str, str]]:
    """(what, measured)."""
    for phones, what in ((True, "telephone numbers kept"), (False, "coarse, with the three attacks")):
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder) / "taxi.sqlite", phones)
            command = [sys.executable, "-m", "bench.anonymity", folder]
            done = subprocess.run(command, cwd=server.ROOT, capture_output=True, check=True)
            told = json.loads(done.stdout)
            yield (
                f"anonymity of {ROWS:,} rows: {what}",
                f"{told['seconds']:.1f} s, {told['peak']:.0f} MB: {told['verdict']}",
            )


def case(folder: Path) -> dict[str, float | str]:
    """One verdict."""
    from troth.stores.sqlite import STORE
    from troth.terms.settings import Settings
    from troth.workflows.anonymity import anonymity
    from troth.workflows.house import House

    path = folder / "troth.map.yaml"
    path.write_text(MAP)
    began = perf_counter()
    told = anonymity(House(Settings(), {"sqlite": STORE}, {}, path, lambda _: None), "ride")
    seconds = perf_counter() - began
    return {
        "seconds": seconds,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "verdict": told["verdict"],
    }


if __name__ == "__main__":
    print(json.dumps(case(Path(sys.argv[1]))))
