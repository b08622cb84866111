"""Where what is kept of the tests was changed, everybody sees the notice without a light, and the officer is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from bound_company import Bound

from troth.mail.exit import Outcome
from troth.mail.message import Outgoing
from troth.terms.bilingual import Lang
from troth.workflows import checks_status, desk, digest, public_notice
from troth.workflows.jobs import Task


@contextmanager
def changed(bound: Bound) -> Iterator[None]:
    """An answer in our own state says something else for the length of a `with`."""
    with closing(sqlite3.connect(bound.folder / ".troth" / "state.sqlite")) as state:
        (first,) = state.execute("SELECT min(id) FROM evidence_record").fetchone()
        with state:
            state.execute("UPDATE evidence_record SET verdict = verdict || 'x' WHERE id = ?", (first,))
        try:
            yield
        finally:
            with state:
                state.execute(
                    "UPDATE evidence_record SET verdict = rtrim(verdict, 'x') WHERE id = ?", (first,)
                )


def lights(told: dict[str, object]) -> list[str]:
    return [light for light, _ in told["lights"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["da", "en"])
def test_everybody_sees_the_notice_and_no_light(bound: Bound, language: Lang) -> None:
    assert bound.told("P2")["status"] == "kept"
    before = public_notice.page(bound.house, language)
    with changed(bound):
        told = public_notice.page(bound.house, language)
    assert before is not None
    assert told is not None
    assert (before["proved"], told["proved"]) == (True, False)
    assert "kept" in lights(before)
    assert lights(told) == ["unknown"]
    assert [line["words"] for line in told["lines"]] == [line["words"] for line in before["lines"]]
    promises = [one for line in told["lines"] for one in line["promises"]]
    assert promises
    assert {(one["light"], len(one["checks"])) for one in promises} == {("unknown", 0)}
    assert {line["light"] for line in told["lines"] if line["promises"]} == {"unknown"}


class Kept:
    """An exit that keeps what goes out."""

    def __init__(self) -> None:
        self.mails: list[Outgoing] = []

    def send(self, mail: Outgoing) -> Outcome:
        self.mails.append(mail)
        return Outcome("sent")


def test_the_officer_is_told_at_the_desk_and_by_the_daily_mail(bound: Bound) -> None:
    bound.told("P2")
    house = replace(bound.house, settings=replace(bound.house.settings, office="office@havgry.example"))
    task, way = Task("default", "today", "digest", "", 1, "olga"), Kept()
    assert (checks_status.tampered(house), desk.board(house)["tampered"]) == ("", "")
    digest.digest(house, task, way)
    assert way.mails == []
    with changed(bound):
        assert "was changed" in desk.board(house)["tampered"]
        digest.digest(house, task, way)
    (mail,) = way.mails
    assert "1 " in mail.headline
    assert "ledger" in mail.text
