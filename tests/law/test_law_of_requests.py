"""The dated law of requests is whole, and damaged data stops the start with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from damaged_law import damaging, forget

from troth.law import dated
from troth.law import requests as law
from troth.requests.kinds import KINDS, REGIMES
from troth.terms.errors import UsageError

TODAY = date(2026, 11, 23)


@pytest.fixture
def damaged() -> Iterator[dict[str, Any]]:
    """The data, to be damaged before it is read."""
    with damaging(law.FILE) as data:
        yield data


def test_the_law_and_the_requests_speak_of_the_same_kinds() -> None:
    told = {regime: {kind.name for kind in KINDS.values() if regime in kind.regimes} for regime in REGIMES}
    assert law.kinds() == told


def test_every_entry_says_where_it_stands_and_how_well_that_was_checked() -> None:
    for name in (
        "clocks",
        "pauses",
        "unverified",
        "limits",
        "waits",
        "tellings",
        "records",
        "calendars",
        "metrics",
        "refusals",
    ):
        for entry in dated.data(law.FILE)[name]:
            assert entry["citation"].strip(), entry["id"]
            assert entry["mark"] in dated.MARKS, entry["id"]
            assert entry["holds_from"] <= TODAY, entry["id"]


def test_correcting_came_to_california_in_2023() -> None:
    assert law.clocks("california", "rectification", date(2022, 12, 31)) == {}
    assert law.clocks("california", "rectification", date(2023, 1, 1)).keys() == {"answer", "extended"}
    assert law.clocks("california", "rectification", TODAY).keys() == {"confirm", "answer", "extended"}
    assert law.pause("eu", date(2018, 5, 24)) is None


def test_what_cannot_be_refused_has_no_ground_and_the_rest_has() -> None:
    for kind in KINDS.values():
        for regime in kind.regimes:
            none = (kind.act == "stop" and kind.name not in ("opt_out", "limit")) or kind.name == "question"
            assert bool(law.refusals(regime, kind.name, TODAY)) == (not none), (kind.name, regime)
    fees = {one.id for one in law.refusals("eu", "access", TODAY) if one.fee}
    assert fees == {"eu.unfounded", "eu.excessive"}


def clock(data: dict[str, Any], name: str, which: int = 0) -> dict[str, Any]:
    return [one for one in data["clocks"] if one["id"] == name][which]  # type: ignore[no-any-return]


def again(data: dict[str, Any], **other: object) -> None:
    """The EU's answer clock once more, with something else in it."""
    data["clocks"].append({**clock(data, "eu.answer"), **other})


DAMAGE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no source": (lambda data: clock(data, "eu.answer").update(citation=" "), "names no source"),
    "no mark": (lambda data: clock(data, "eu.answer").update(mark="A"), "how well its source"),
    "field misspelt": (lambda data: clock(data, "eu.answer").update(counts=2), "wrong fields"),
    "field missing": (lambda data: clock(data, "eu.answer").pop("unit"), "wrong fields"),
    "kind unknown": (lambda data: clock(data, "eu.answer").update(kinds=["acces"]), "called acces"),
    "kind of the other law": (lambda data: clock(data, "eu.answer").update(kinds=["opt_out"]), "called opt_out"),
    "law unknown": (lambda data: clock(data, "eu.answer").update(regime="texas"), "no law texas"),
    "clock unknown": (lambda data: clock(data, "eu.answer").update(clock="ask"), "no clock ask"),
    "unit unknown": (lambda data: clock(data, "eu.answer").update(unit="weeks"), "no unit weeks"),
    "count of nothing": (lambda data: clock(data, "eu.answer").update(count=0), "says nothing"),
    "no clock for a kind": (lambda data: clock(data, "eu.answer")["kinds"].remove("access"), "runs for access"),
    "two clocks for one thing": (lambda data: again(data, id="eu.zz"), "two clocks"),
    "twice from one day": (lambda data: again(data), "stands twice"),
    "ends before it begins": (
        lambda data: clock(data, "eu.answer").update(holds_to=date(2018, 5, 24)), "ends before"),
    "a gap": (
        lambda data: (clock(data, "eu.answer").update(holds_to=date(2026, 12, 31)),
                      again(data, holds_from=date(2027, 1, 2), holds_to=date(2028, 1, 1))), "days without law"),
    "two at once": (
        lambda data: (clock(data, "eu.answer").update(holds_to=date(2026, 12, 31)),
                      again(data, holds_from=date(2026, 12, 31), holds_to=date(2028, 1, 1))), "or with two"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_data_is_refused(name: str, damaged: dict[str, Any]) -> None:
    damage, says = DAMAGE[name]
    law._clocks()
    forget()
    damage(damaged)
    with pytest.raises(UsageError, match=says) as refused:
        law._clocks()
    assert refused.value.place == law.PLACE
    assert refused.value.remedy


def test_a_window_that_there_is_not_is_refused(damaged: dict[str, Any]) -> None:
    assert law._limits()
    forget()
    damaged["limits"][0]["window"] = "weeks"
    with pytest.raises(UsageError, match="no window weeks"):
        law._limits()


def test_one_kind_is_not_published_twice(damaged: dict[str, Any]) -> None:
    assert law._metrics()
    forget()
    damaged["metrics"][0]["groups"]["limit"] = ["erasure"]
    with pytest.raises(UsageError, match="one kind twice"):
        law._metrics()


def test_a_later_entry_takes_the_place_of_an_earlier_one(damaged: dict[str, Any]) -> None:
    clock(damaged, "eu.answer").update(holds_to=date(2026, 12, 31))
    again(damaged, holds_from=date(2027, 1, 1), holds_to=date(2027, 6, 30), count=2)
    held = [law.clocks("eu", "access", date(2026, 12, 31) + timedelta(days=n)) for n in (0, 1, 200)]
    assert [one["answer"].count if "answer" in one else None for one in held] == [1, 2, None]
