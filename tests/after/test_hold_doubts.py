"""Two people are two people, a wish to lift can be answered with no, and no key of a hold is lost or left behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, Company
from hold_world import NOTE, OLGA, VERA, as_person, date, held, holds, lifted, proposed

from live import Live
from troth.terms.errors import StoreError, UsageError
from troth.workflows.act import Acting
from troth.workflows.erase import Request, erase, resume
from troth.workflows.holding import confirm, lift, review
from troth.workflows.propose import ApprovalError, operator


@pytest.fixture
def small(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


@pytest.mark.parametrize(
    "other", ["OLGA", " olga ", "olga\u200b", "\uff4f\uff4c\uff47\uff41", "Olga\t", "ol\u00adga"]
)
def test_one_person_under_another_spelling_is_no_second_person(small: Company, other: str) -> None:
    name = proposed(small, [ALMA])["name"]
    with pytest.raises(ApprovalError):
        confirm(as_person(small, other), name)
    assert holds(small)["holds"][0]["state"] == "placed"


def test_blanks_inside_a_name_do_not_make_it_another(small: Company) -> None:
    name = held(small, ALMA)
    assert lift(as_person(small, "Åse Holm"), name)["state"] == "lifting"
    with pytest.raises(ApprovalError):
        confirm(as_person(small, "A\u030ase  HOLM"), name)
    assert confirm(as_person(small, OLGA), name)["state"] == "lifted"


@pytest.mark.parametrize("who", [" ", "\u200b", "\t\n"])
def test_nobody_is_nobody(small: Company, who: str) -> None:
    with pytest.raises(UsageError, match="nobody says who you are"):
        operator(as_person(small, who))


def test_whoever_finds_it_still_necessary_ends_the_wish_to_lift_it(small: Company) -> None:
    name = held(small, ALMA)
    lift(as_person(small, OLGA), name)
    told = review(as_person(small, VERA), name, date(2027, 1, 1), NOTE)
    assert told["state"] == "standing"
    with pytest.raises(UsageError):
        confirm(as_person(small, VERA), name)
    assert holds(small)["holds"][0]["lifting"] == ""
    lifted(small, name)


def test_a_review_that_is_due_is_said_every_day(small: Company) -> None:
    name = held(small, ALMA)
    assert "reviews" not in small.due()
    small.later(days=190)
    assert small.due()["reviews"] == [name]


def test_a_copy_that_was_lost_gets_the_keys_again(small: Company) -> None:
    name = held(small, ALMA)
    small.erase(ALMA)
    copy = small.folder / ".troth.copy"
    keys = sorted(path.name for path in (copy / "holds").glob("*.key"))
    assert len(keys) == 2
    shutil.rmtree(copy / "holds")
    (copy / "journal.jsonl").write_bytes(b"")
    small.due()
    assert sorted(path.name for path in (copy / "holds").glob("*.key")) == keys
    saved = small.folder / "saved"
    shutil.copytree(copy, saved)
    lifted(small, name)
    for path in (saved / "holds").glob("*.key"):  # as a crash between the commit and the file's end leaves it
        shutil.copy(path, copy / "holds")
    small.due()
    small.due()
    assert list((copy / "holds").iterdir()) == []


def test_a_hold_that_nobody_confirmed_stops_a_run_that_was_cut_off(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.settings["batch_size"] = 1
    whole, done = Acting._execute, []

    def failing(acting: Acting, batch: Any) -> None:
        if len(done) == 1:
            raise StoreError("the disk is full", permanent=True, place="crm")
        whole(acting, batch)
        done.append(batch)

    monkeypatch.setattr(Acting, "_execute", failing)
    assert erase(small.house(), Request([ALMA]))["state"] == "stopped"
    monkeypatch.setattr(Acting, "_execute", whole)
    half = small.names()
    name = proposed(small, [ALMA])["name"]
    resume(small.house())
    assert small.names() == half
    small.due()
    assert small.names() == half
    assert holds(small)["postponed"] == 1
    assert lift(as_person(small, VERA), name)["state"] == "withdrawn"
    assert small.due()["postponed"][0]["state"] == "erased"
    assert [row[0] for row in small.names()["person"]] == [2]
