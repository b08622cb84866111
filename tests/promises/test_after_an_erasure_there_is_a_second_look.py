"""After an erasure the stores are looked at again within two days, and what came since goes too; an invented person who leaves
something behind in clones turns the sentences red (P45, P96, P198)."""

from __future__ import annotations

from pathlib import Path

import pytest
from after_world import ALMA, BO, Company
from bound_company import Bound, bound_in

from troth.workflows.drill import canary

NAME, PROMISES = "never-there.proved", ("P45", "P96", "P198")


def test_what_came_since_goes_within_two_days(asked: Company) -> None:
    asked.erase(ALMA)
    asked.live.run(
        f"INSERT INTO orders VALUES (9, 1, 'late'); INSERT INTO note VALUES (9, 'mail {ALMA} and {BO}')"
    )
    assert ALMA in str(asked.names()["note"])
    asked.later(days=2)
    assert "erased" in [one["state"] for one in asked.due()["rechecks"]]
    assert ALMA not in str([asked.names()[table] for table in ("person", "orders", "note")])
    assert [row[0] for row in asked.names()["orders"]] == [2]
    assert BO in str(asked.names()["note"]), "nobody else is touched"
    asked.later(days=2)
    assert {one["state"] for one in asked.due()["rechecks"]} == {"clean"}, (
        "what was found was looked after too"
    )


@pytest.fixture(scope="module")
def clean(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Bound:
    return bound_in(founded, tmp_path_factory.mktemp("looks") / "bound")


def test_an_invented_person_who_leaves_something_turns_the_sentences_red(clean: Bound) -> None:
    assert clean.lights(PROMISES) == dict.fromkeys(PROMISES, "stale"), "nobody was sent through yet"
    assert canary(clean.house, [], [], [], True)["passed"]
    assert clean.lights(PROMISES) == dict.fromkeys(PROMISES, "kept")
    clean.run("crm", "CREATE TABLE troth_log (was TEXT)")
    clean.run(
        "crm",
        "CREATE TRIGGER keeps AFTER INSERT ON contact BEGIN INSERT INTO troth_log VALUES (new.email); END",
    )
    told = canary(clean.house, [], [], ["plan.Q008"], True)
    assert not told["passed"], told
    assert clean.verdict("P198", NAME) == "fails"
    clean.is_red("P198", "left behind")
    assert clean.lights(PROMISES) == dict.fromkeys(PROMISES, "broken")
    clean.run("crm", "DROP TRIGGER keeps")
    clean.run("crm", "DROP TABLE troth_log")
    assert canary(clean.house, [], [], [], True)["passed"]
    assert clean.lights(PROMISES) == dict.fromkeys(PROMISES, "kept")
    clean.later(days=3)
    assert clean.told("P198")["status"] == "stale", "older than the two days that are promised"
