"""What a store says is committed stands when its server is killed: else a receipt would speak of rows that are back."""

from __future__ import annotations

import psycopg
import pytest

from troth.stores.postgres import STORE
from troth.stores.postgres.store import PostgresStore


@pytest.mark.parametrize(
    ("said", "reading", "acting"),
    [("off", "off", "local"), ("remote_apply", "remote_apply", "remote_apply"), ("on", "on", "on")],
)
def test_a_session_that_acts_waits_for_its_commits(
    postgres_url: str, said: str, reading: str, acting: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f"ALTER DATABASE {db.info.dbname} SET synchronous_commit = '{said}'")
    for write, expected in ((False, reading), (True, acting)):
        store = STORE.open("shop", postgres_url, write=write)
        assert isinstance(store, PostgresStore)
        try:
            assert store._db.execute("SHOW synchronous_commit").fetchone() == (expected,)
        finally:
            store.close()
