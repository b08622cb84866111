"""The chain of `chain` in MariaDB, and the script that erases along it: a procedure, run in one round trip."""

from __future__ import annotations

from bench import chain, maria


def build(url: str, tables: int) -> None:
    """Fills an empty database: `people` and `tables` more, every key declared and indexed."""
    rows = f"seq_1_to_{chain.PEOPLE}"
    maria.run(
        url,
        "CREATE TABLE people (id int PRIMARY KEY, email varchar(190) NOT NULL UNIQUE)",
        f"INSERT INTO people SELECT seq, 'person' || seq || '@eksempel.test' FROM {rows}",
    )
    above = "people"
    for number in range(1, tables + 1):
        name = f"step_{number:03}"
        maria.run(
            url,
            f"CREATE TABLE {name} (id int PRIMARY KEY, above_id int NOT NULL, amount numeric(10,2), "
            f"FOREIGN KEY (above_id) REFERENCES {above} (id))",
            f"INSERT INTO {name} SELECT seq, seq, seq FROM {rows}",
        )
        above = name
    maria.run(url, f"ANALYZE TABLE {', '.join(maria.tables(url))}")


def erase(url: str, tables: int, address: str) -> None:
    """One block: walks down with the keys in temporary tables, and up deleting."""
    names = [f"step_{number:03}" for number in range(1, tables + 1)]
    down = [f"CREATE TEMPORARY TABLE k0 (PRIMARY KEY (id)) SELECT id FROM people WHERE email = '{address}';"]
    down += [
        f"CREATE TEMPORARY TABLE k{number} (PRIMARY KEY (id)) SELECT t.id FROM k{number - 1} k JOIN {name} t ON t.above_id = k.id;"
        for number, name in enumerate(names, start=1)
    ]
    up = [
        f"DELETE t FROM k{at} k JOIN {name} t ON t.id = k.id;"
        for at, name in reversed(list(enumerate(names, start=1)))
    ]
    up.append("DELETE t FROM k0 k JOIN people t ON t.id = k.id;")
    maria.run(url, f"BEGIN NOT ATOMIC {' '.join(down)} START TRANSACTION; {' '.join(up)} COMMIT; END")
