"""A rest that ended because nobody knew any more who asked, or what, begins again as a whole; one that was lifted does not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from after_world import ALMA
from case_desk import OLGA, Desk

from troth.requests import commands as do
from troth.workflows import desk as office
from troth.workflows import lifting, resting, restricted
from troth.workflows.cases import Opened

FOUND = "phone=20304050"
BY_HAND = {"proven": ALMA, "how": "she called from the number that we have"}


def may(desk: Desk, who: str = ALMA) -> bool:
    return bool(resting.may_use(desk.house, who, "deliver")["may"])


def understood(desk: Desk, case: Opened, *kinds: str) -> None:
    desk.do(case, do.Understand(kinds, "eu", "DK", frozenset()))
    desk.work()
    desk.company.later(hours=1)


def by_phone(desk: Desk) -> Opened:
    """Nobody had a code: an officer knew her."""
    case = desk.open("restriction", channel="phone")
    desk.do(case, do.Acknowledge())
    office.act(desk.house, case.name, OLGA, "verify", BY_HAND)
    desk.work()
    desk.company.later(hours=1)
    return case


def doubted(desk: Desk, case: Opened) -> None:
    desk.do(case, do.Doubt("the voice was another"))
    desk.work()
    assert may(desk), "nobody knows who it is"
    desk.company.later(hours=1)


def known_again(desk: Desk, case: Opened) -> None:
    office.act(desk.house, case.name, OLGA, "verify", BY_HAND)
    desk.work()
    desk.company.later(hours=1)


def shielded(desk: Desk) -> bool:
    """Whether a timer leaves her rows alone."""
    return restricted.stands(desk.house)


def away_and_back(desk: Desk, case: Opened) -> None:
    understood(desk, case, "access")
    assert may(desk)
    understood(desk, case, "restriction")


def doubted_and_known(desk: Desk, case: Opened) -> None:
    doubted(desk, case)
    known_again(desk, case)


@pytest.mark.parametrize("through", [doubted_and_known, away_and_back])
def test_it_rests_again_for_all_that_is_theirs_and_no_timer_takes_it(
    desk: Desk, through: Callable[[Desk, Opened], None]
) -> None:
    case = by_phone(desk)
    assert (may(desk), may(desk, FOUND), shielded(desk)) == (False, False, True)
    through(desk, case)
    assert (may(desk), may(desk, FOUND), shielded(desk)) == (False, False, True)
    through(desk, case)
    desk.do(case, do.Decide("restriction", "granted"), do.Act("restriction"), do.Deliver(), do.Close())
    desk.work()
    assert (may(desk), may(desk, FOUND), shielded(desk)) == (False, False, True)


def test_a_state_put_back_from_before_the_doubt_goes_on_as_it_rests_now(desk: Desk, tmp_path: Path) -> None:
    case, saved = by_phone(desk), tmp_path / "saved"
    shutil.copytree(desk.company.home, saved)
    doubted(desk, case)
    doubting = tmp_path / "doubting"
    shutil.copytree(desk.company.home, doubting)
    known_again(desk, case)
    for state in (saved, doubting):
        shutil.rmtree(desk.company.home)
        shutil.copytree(state, desk.company.home)
        assert (may(desk), may(desk, FOUND), shielded(desk)) == (False, False, True)


def test_what_was_lifted_in_the_copy_is_lifted_in_a_state_put_back(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifting, "write", lambda *given, **named: None)
    case, saved = by_phone(desk), tmp_path / "saved"
    shutil.copytree(desk.company.home, saved)
    doubted_and_known(desk, case)
    day = desk.house.now().date() + timedelta(days=2)
    lifting.announce(desk.house, case.name, "restriction", OLGA, "it is over", day)
    desk.company.later(days=3)
    desk.work()
    assert (may(desk), may(desk, FOUND), shielded(desk)) == (True, True, False)
    shutil.rmtree(desk.company.home)
    shutil.copytree(saved, desk.company.home)
    assert (may(desk), may(desk, FOUND), shielded(desk)) == (True, True, False)
    desk.do(case, do.ShowIdentity(frozenset({"email_code"}), True))
    desk.work()
    assert may(desk), "what the company lifted does not begin again"
