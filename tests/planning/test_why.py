"""Why a row is in an answer, and why another is not: the chain from what was typed, in words and as data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from identity_world import SCRIPTS, datasets

from live import Live
from troth.main import make_house
from troth.terms.errors import UsageError
from troth.workflows.erase import Request
from troth.workflows.export import export
from troth.workflows.find import find
from troth.workflows.house import House
from troth.workflows.why import why

HERS = ("alice@work.example",)


@pytest.fixture
def at(tmp_path: Path, new_live: Callable[..., Live]) -> Callable[..., House]:
    def made(same: str = "SAME_AS", more: str = "SELECT 1") -> House:
        systems = {}
        for name, told in datasets(same).items():
            live = new_live("sqlite", name)
            live.run(SCRIPTS[name])
            live.run(more if name == "crm" else "SELECT 1")
            systems[name] = {"url": live.url, "datasets": told}
        path = tmp_path / "troth.map.yaml"
        path.write_text(yaml.safe_dump({"troth": 1, "systems": systems}, sort_keys=False))
        return make_house(path, lambda _: None)

    return made


def steps(told: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (f"{s['system']}.{s['dataset']}", *s["key"].values(), s["how"], *s["columns"], s["value"])
        for s in told
    ]


CHAIN = [
    ("crm.contact", 1, "asked", "email", "alice@work.example"),
    ("shop.customer", 4711, "same_as", "customer_no", "4711"),
    ("shop.orders", 1, "owned", "customer_no", "4711"),
]


def test_the_chain_leads_from_what_was_typed_over_every_system_to_the_row(at: Callable[..., House]) -> None:
    told = why(at(), Request(HERS), "shop.orders:1")
    assert told["theirs"]
    assert steps(told["why"]) == CHAIN
    assert told["why"][0]["in"] == "crm.contact_email=1"


def test_an_address_leads_on_to_another_system(at: Callable[..., House]) -> None:
    told = why(at(), Request(HERS), "LETTER:1")
    assert steps(told["why"]) == [
        CHAIN[0],
        ("letters.subscriber", 7, "identifier", "email", "alice@school.example"),
        ("letters.letter", 1, "owned", "subscriber_id", "7"),
    ]


def test_every_match_says_why_and_each_chain_ends_in_its_row(at: Callable[..., House]) -> None:
    told = find(at(), Request(HERS))
    assert len(told["matches"]) == 10
    for match in told["matches"]:
        last, first = match["why"][-1], match["why"][0]
        assert (last["system"], last["dataset"], last["key"]) == (
            match["system"],
            match["dataset"],
            match["key"],
        )
        assert (first["how"], first["value"]) == ("asked", "alice@work.example")
        assert not match["guess"]
    (copy,) = [m for m in told["matches"] if m["dataset"] == "log"]
    assert steps(copy["why"][-1:]) == [("shop.log", 1, "copy", "line", "alice@school.example")]
    assert "bob" not in json.dumps([m["why"] for m in told["matches"]])


@pytest.mark.parametrize(
    ("row", "no", "asked"),
    [("orders:2", "not theirs", []), ("orders:99", "not there", []), ("contact:3", "not theirs", [])],
)
def test_a_row_of_somebody_else_is_not_theirs(
    at: Callable[..., House], row: str, no: str, asked: list[str]
) -> None:
    told = why(at(), Request(HERS), row)
    assert (told["theirs"], told["why"], told["no"], [q["id"] for q in told["questions"]]) == (
        False,
        [],
        no,
        asked,
    )


def test_a_row_behind_a_question_names_the_question(at: Callable[..., House]) -> None:
    house = at(more="INSERT INTO contact_email VALUES (9, 2, 'alice@school.example', 0)")
    for row in ("subscriber:7", "letter:1"):
        told = why(house, Request(HERS), row)
        assert (told["theirs"], told["no"], [q["id"] for q in told["questions"]]) == (
            False,
            "question",
            ["find.Q002"],
        )
    told = why(house, Request(("alice@school.example",)), "contact:2")
    assert (told["no"], [q["id"] for q in told["questions"]]) == ("question", ["find.Q001"])


def test_a_guess_is_shown_as_one_and_shows_no_more_than_what_ties_it(
    at: Callable[..., House], tmp_path: Path
) -> None:
    house = at("SAME_AS?")
    told = find(house, Request(HERS))
    (guess,) = [m for m in told["matches"] if m["guess"]]
    assert (guess["relation"], guess["row"], guess["hidden"]) == ("guess", {"customer_no": 4711}, ["company"])
    assert [s.get("guess", False) for s in guess["why"]] == [False, True]
    assert [q["id"] for q in told["questions"]] == ["find.Q006"]
    told = why(house, Request(HERS), "customer:4711")
    assert (told["theirs"], told["no"], [q["id"] for q in told["questions"]]) == (
        False,
        "guess",
        ["find.Q006"],
    )
    assert why(house, Request(HERS), "orders:1")["no"] == "question"
    assert export(house, Request(HERS), tmp_path / "copy")["blocked"]


def test_rows_under_an_unconfirmed_link_are_guesses_and_are_not_handed_out(
    at: Callable[..., House], tmp_path: Path
) -> None:
    house = at()
    text = house.map_path.read_text()
    house.map_path.write_text(
        text.replace(
            "to: subscriber [id]\n          means: OWNED_BY",
            "to: subscriber [id]\n          means: OWNED_BY?",
        )
    )
    assert "OWNED_BY?" in house.map_path.read_text()
    told = find(house, Request(HERS))
    assert [m["dataset"] for m in told["matches"] if m["guess"]] == ["letter"]
    assert why(house, Request(HERS), "letter:1")["no"] == "guess"
    answer = export(house, Request(HERS), tmp_path / "copy")
    assert (answer["blocked"], [q["id"] for q in answer["questions"]]) == (True, ["plan.Q011"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("nowhere:1", "no such dataset"),
        ("orders", "no such dataset"),
        ("orders:1,2", "cannot be a key"),
        ("orders:x", "cannot be a key"),
    ],
)
def test_a_row_that_cannot_be_is_refused(at: Callable[..., House], row: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        why(at(), Request(HERS), row)
    assert said in refused.value.message


@pytest.mark.process
@pytest.mark.parametrize(
    ("row", "code", "line"),
    [
        (
            "shop.orders:1",
            0,
            "crm.contact=1       email alice@work.example in crm.contact (it stands in crm.contact_email=1)",
        ),
        ("shop.orders:2", 3, "Nothing leads from what was asked to shop.orders:2."),
    ],
)
def test_the_command_prints_the_chain(at: Callable[..., House], row: str, code: int, line: str) -> None:
    house = at()
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "troth"), "find", *HERS, "--why", row], cwd=house.map_path.parent, check=False,
        env={**os.environ, "LANG": "C.UTF-8"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == code, ended.stderr
    assert line in ended.stdout
    assert not (house.map_path.parent / ".troth").exists()
