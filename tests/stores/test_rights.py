"""A store names the rights that a plan needs and it has not, before anything is done; a look needs none of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from live import Live
from troth.datamap.model import Ref
from troth.planning.plan import NULL, New, Step
from troth.stores.postgres.reflect import spell
from troth.stores.postgres.store import PostgresStore

NOBODY = 65534


@contextmanager
def a_common_user() -> Iterator[None]:
    """The superuser may write everything: become nobody for a moment."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def steps(dataset: str) -> list[Step]:
    ref = Ref("shop", dataset)
    return [
        Step(ref, "erase", ("id",), (), [(1,)]),
        Step(ref, "anonymise", ("id",), (), [(2,)], ("Full Name",), (NULL,)),
        Step(ref, "create", ("id",), (), [(0,)], ("id",), (New("constant", 0),)),
        Step(ref, "keep", ("id",), (), [(3,)], ("id",)),
    ]


@pytest.mark.parametrize(
    ("file", "folder", "lacking"),
    [
        (0o666, 0o777, ()),
        (0o444, 0o777, ("to write the file shop.sqlite",)),
        (0o666, 0o555, ("to write the file's folder",)),
    ],
)
def test_a_sqlite_file_and_its_folder_must_be_writable(
    file: int, folder: int, lacking: tuple[str, ...]
) -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "shop.sqlite"
        live = Live("sqlite", f"sqlite:///{path}")
        live.run("CREATE TABLE t (id INTEGER PRIMARY KEY, \"Full Name\" TEXT); INSERT INTO t VALUES (1, 'x')")
        path.chmod(file)
        Path(name).chmod(folder)
        with a_common_user(), live.opened() as store:
            assert store.lacking(steps("t")) == lacking
            assert store.reflect().tables["t"].key == ("id",)
        Path(name).chmod(0o700)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("space", "table"), [("public", "t"), ("public", "select"), ("Odd.one", "T %s {x}'\""), ('a"%', "t")]
)
def test_a_role_is_told_each_right_it_lacks(
    space: str, table: str, postgres: psycopg.Connection, as_role: Callable[[], psycopg.Connection]
) -> None:
    place = psycopg.sql.Identifier(space, table)
    role = psycopg.sql.Identifier(as_role.name)  # type: ignore[attr-defined]

    def run(text: str) -> None:
        postgres.execute(
            psycopg.sql.SQL(text).format(t=place, role=role, space=psycopg.sql.Identifier(space))
        )

    run("CREATE SCHEMA IF NOT EXISTS {space}")
    run('CREATE TABLE {t} (id int PRIMARY KEY, "Full Name" text, other text)')
    run("GRANT USAGE ON SCHEMA {space} TO {role}; GRANT SELECT ON {t} TO {role}")
    connection = as_role()
    store = PostgresStore("shop", connection.info.dsn, password=connection.info.password)
    name = spell(space, table)
    try:
        wanted = [f"DELETE on {name}", f"INSERT (id) on {name}", f"UPDATE (Full Name) on {name}"]
        assert sorted(store.lacking(steps(name))) == wanted
        run("GRANT UPDATE (id, other), DELETE ON {t} TO {role}")
        assert sorted(store.lacking(steps(name))) == wanted[1:]
        run('GRANT UPDATE ("Full Name"), INSERT (id) ON {t} TO {role}')
        assert store.lacking(steps(name)) == ()
        assert store.lacking([]) == ()
    finally:
        store.close()
