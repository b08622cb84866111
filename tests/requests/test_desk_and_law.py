"""The desk offers what the law gives it: a ground only where it is there, and the figures that California wants published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from case_desk import Desk

from troth.requests import commands as do
from troth.workflows import desk as console
from troth.workflows.asking import Asked, ask
from troth.workflows.desk_proofs import figures, public_figures

ASKER = {"name": "Alma Vind", "email": "alma@vindheim.example"}


def asked(desk: Desk, kind: str, email: str = ASKER["email"]) -> str:
    told = Asked(kind, "en", "US", "CA", asker={**ASKER, "email": email})
    return ask(desk.house, told).name


def grounds(desk: Desk, name: str) -> set[str]:
    return {ground[0] for ground in console.case(desk.house, name)["grounds"]}


def test_too_often_is_a_ground_only_after_two_in_twelve_months(desk: Desk) -> None:
    for days in (0, 30):
        desk.company.clock[0] += timedelta(days=days)
        assert "california.too_often" not in grounds(desk, asked(desk, "know_categories"))
    assert "california.too_often" in grounds(desk, asked(desk, "know_specific"))
    assert "california.too_often" not in grounds(desk, asked(desk, "know_specific", "bo@fjord.example"))
    assert "california.too_often" not in grounds(desk, asked(desk, "erasure"))
    desk.company.clock[0] += timedelta(days=366)
    assert "california.too_often" not in grounds(desk, asked(desk, "know_specific"))


def test_last_year_is_published_by_the_groups_of_the_law(desk: Desk) -> None:
    assert figures(desk.house)["published"] is None
    case = desk.known("opt_out", regime="california", country="US")
    desk.work()
    desk.do(case, do.Deliver())
    desk.company.clock[0] = desk.house.now().replace(year=desk.house.now().year + 1)
    told = figures(desk.house)["published"]
    groups = dict(told["groups"])
    assert set(groups) == {"delete", "correct", "know", "opt_out", "limit"}
    assert (groups["opt_out"]["received"], groups["opt_out"]["complied"], groups["delete"]["received"]) == (
        1,
        1,
        0,
    )
    assert told["year"] == desk.house.now().year - 1


def test_a_week_in_which_nobody_asked_is_a_week_too(desk: Desk) -> None:
    for day, newest in (
        (datetime(2027, 1, 3, 12, tzinfo=UTC), "2026-53"),
        (datetime(2027, 1, 4, 12, tzinfo=UTC), "2027-01"),
    ):
        desk.company.clock[0] = day
        weeks = figures(desk.house)["weeks"]
        assert [name for name, _ in weeks][-1] == newest
        assert len({name for name, _ in weeks}) == 26
        assert not any(count for _, count in weeks)
    asked(desk, "know_specific")
    assert figures(desk.house)["weeks"][-1] == ("2027-01", 1)


def test_the_page_is_of_the_year_before_where_the_company_is(desk: Desk) -> None:
    desk.company.clock[0] = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    assert public_figures(desk.house)[0] == "requests-2025.html"
    desk.company.clock[0] = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert public_figures(desk.house)[0] == "requests-2026.html", "it is the new year in Copenhagen"
