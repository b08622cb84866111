"""A copy in a history is found on each store: by the table's name, because a trigger fills it, or because the server keeps it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from anonymity_world import why

from live import KINDS, STORES, Live
from troth.terms.errors import UsageError
from troth.terms.settings import Settings
from troth.workflows.anonymity import anonymity
from troth.workflows.house import House

RIDE = "CREATE TABLE ride (id INTEGER PRIMARY KEY, phone VARCHAR(20), zone VARCHAR(10))"
ROWS = ", ".join(f"({n}, '321234{n:02d}', 'day')" for n in range(10, 40))
FILL = f"INSERT INTO ride VALUES {ROWS};"
CLEAR = "UPDATE ride SET phone = NULL;"
BY_NAME = (
    f"{RIDE}; CREATE TABLE ride_history (id INTEGER, phone VARCHAR(20)); {FILL}"
    f"INSERT INTO ride_history SELECT id, phone FROM ride; {CLEAR}"
)
TRIGGERS = {
    "sqlite": "CREATE TRIGGER old AFTER UPDATE ON ride BEGIN INSERT INTO old_calls VALUES (old.id, old.phone); END;",
    "postgres": "CREATE FUNCTION old() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO old_calls VALUES (old.id, old.phone); "
    "RETURN new; END$$; CREATE TRIGGER old AFTER UPDATE ON ride FOR EACH ROW EXECUTE FUNCTION old();",
    "mysql": "CREATE TRIGGER old AFTER UPDATE ON ride FOR EACH ROW INSERT INTO old_calls VALUES (old.id, old.phone);",
}  # fmt: skip
FIELDS = {"id": "key", "phone": "phone", "zone": "status"}


def judged(live: Live, folder: Path) -> dict[str, Any]:
    datasets = {"ride": {"key": ["id"], "fields": FIELDS}}
    told = {
        "troth": 1,
        "systems": {"taxi": {"url": re.sub(r":[^:@/]*@", "@", live.url), "datasets": datasets}},
    }
    (folder / "troth.map.yaml").write_text(yaml.safe_dump(told, sort_keys=False))
    stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
    secrets = {"TROTH_URL_TAXI": live.url}
    house = House(Settings(vacuum=False), stores, secrets, folder / "troth.map.yaml", lambda _: None)
    return anonymity(house, "ride")


@pytest.mark.parametrize("kind", KINDS)
def test_a_history_by_its_name(new_live: Any, kind: str, tmp_path: Path) -> None:
    live = new_live(kind)
    live.run(BY_NAME)
    told = judged(live, tmp_path)
    copies = [one for one in told["reasons"] if one["reason"] == "copy"]
    assert [(one["dataset"], one["rows"]) for one in copies] == [("taxi.ride_history", 30)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_history_that_a_trigger_fills(new_live: Any, kind: str, tmp_path: Path) -> None:
    live = new_live(kind)
    live.run(f"{RIDE}; CREATE TABLE old_calls (id INTEGER, phone VARCHAR(20));" + FILL)
    live.write(TRIGGERS[kind])
    live.run(CLEAR)
    assert ("copy", "phone") in why(judged(live, tmp_path))


def test_a_history_that_the_server_keeps(new_live: Any, tmp_path: Path) -> None:
    live = new_live("mysql")
    live.run(f"{RIDE} WITH SYSTEM VERSIONING; {FILL} {CLEAR}")
    with pytest.raises(UsageError, match="stays in its history"):
        judged(live, tmp_path)
