"""A run keeps within its manners: ceilings, quiet hours and rests, on real files with a clock that the test holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gentle_shop import ALICE, BOB, NOTES, Shop, new_shop

from troth.terms.errors import StoreError, UsageError
from troth.terms.settings import Settings
from troth.workflows.erase import Request, erase, preview, resume

pytestmark = pytest.mark.process


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return new_shop(tmp_path)


def asked(told: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [question for question in told["questions"] if question["id"] == kind]


@pytest.mark.parametrize("manners", ["max_rows: 10", "max_people: 1"])
def test_only_the_named_flag_lifts_a_ceiling(shop: Shop, manners: str) -> None:
    shop.map(manners)
    request = Request([ALICE, BOB], accepted=frozenset({"plan.Q019"}))
    told = erase(shop.house(), request)
    assert told["blocked"]
    assert "--over-ceiling" in asked(told, "plan.Q019")[0]["remedy"]
    assert shop.left() == (2, 2 * NOTES)
    assert erase(shop.house("ceiling"), Request([ALICE, BOB]))["state"] == "done"
    assert shop.left() == (0, 0)


def test_a_plan_of_exactly_the_ceiling_is_done(shop: Shop) -> None:
    shop.map(f"max_rows: {NOTES + 1}, max_people: 1")
    assert erase(shop.house(), Request([ALICE]))["state"] == "done"


def test_a_run_is_not_begun_in_quiet_hours_and_the_preview_says_so(shop: Shop) -> None:
    shop.map("quiet: 08:00-18:00 UTC")
    (looked,) = asked(preview(shop.house(), Request([ALICE])), "plan.Q020")
    assert "until 2026-11-23 18:00 (UTC)" in looked["text"]
    assert not looked["blocking"]
    assert erase(shop.house(), Request([ALICE]))["blocked"]
    assert shop.left() == (2, 2 * NOTES)
    assert erase(shop.house("quiet"), Request([ALICE]))["state"] == "done"
    shop.now = datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert erase(shop.house(), Request([BOB]))["state"] == "done"


def test_quiet_hours_that_begin_in_the_middle_stop_between_two_batches(shop: Shop) -> None:
    """Nothing is half done, the person can still be found, and what goes on later ends as if nothing had been."""
    shop.map("quiet: 18:00-20:00 UTC, pause: 1s, batch: 4")

    def later() -> None:
        shop.now = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)

    shop.at_sleep = later
    told = erase(shop.house(), Request([ALICE]))
    assert (told["state"], told["stopped"]["place"]) == ("stopped", "shop")
    assert "until 2026-11-23 20:00 (UTC)" in told["stopped"]["message"]
    assert "troth resume" in told["stopped"]["remedy"]
    people, notes = shop.left()
    assert people == 2
    assert NOTES < notes < 2 * NOTES
    (told,) = resume(shop.house())
    assert (told["state"], shop.left()) == ("stopped", (people, notes))
    shop.now = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    (told,) = resume(shop.house())
    assert (told["state"], told["erased"], shop.left()) == ("done", NOTES + 1, (1, NOTES))


def test_bytes_are_not_removed_in_quiet_hours_either(shop: Shop) -> None:
    shop.map("quiet: 18:00-20:00 UTC")
    house = shop.house()
    ours = [False]

    def clock() -> datetime:  # the quiet hours begin when the rows have gone
        ours[0] = ours[0] or shop.left()[0] == 1
        return datetime(2026, 11, 23, 18 if ours[0] else 12, tzinfo=UTC)

    settled = replace(house, settings=Settings(), clock=clock)
    with pytest.raises(StoreError, match="quiet hours"):
        erase(settled, Request([ALICE]))
    shop.now = datetime(2026, 11, 23, 21, tzinfo=UTC)
    (told,) = resume(shop.house())
    assert (told["state"], shop.left()) == ("done", (1, NOTES))


def test_it_rests_between_batches_and_says_so(shop: Shop) -> None:
    shop.map("pause: 3s, batch: 4")
    assert erase(shop.house(), Request([ALICE]))["state"] == "done"
    resting = [line for line in shop.said if line.startswith("resting ")]
    assert resting == ["resting 3 s before the next batch of shop"] * 2
    assert shop.slept == pytest.approx([3, 3], abs=0.5)


def test_a_rate_makes_batches_of_a_second_and_rests_the_remainder(shop: Shop) -> None:
    shop.map("rate: 2")
    assert erase(shop.house(), Request([ALICE]))["state"] == "done"
    assert len(shop.slept) == 5  # eleven rows, two a second
    assert all(0.3 < pause <= 1 for pause in shop.slept)


def test_the_command_line_wins_over_map_and_settings(shop: Shop) -> None:
    shop.map("pause: 3s, batch: 4")
    assert erase(shop.house(pause="0", batch="11"), Request([ALICE]))["state"] == "done"
    assert shop.slept == []
    with pytest.raises(UsageError, match="500ms, 10s, 5min"):
        shop.house(lock_timeout="soon").manners()


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_identity_rows_go_last_whatever_the_batch(shop: Shop, size: int) -> None:
    shop.map(f"batch: {size}")
    seen: list[tuple[int, int]] = []
    house = replace(shop.house(), progress=lambda _: seen.append(shop.left()))
    assert erase(house, Request([ALICE]))["state"] == "done"
    assert all(people == 2 for people, notes in seen if notes > NOTES), "found as long as a note is left"
    assert len({notes for _, notes in seen if notes > NOTES}) == -(-NOTES // size)
    assert shop.left() == (1, NOTES)
