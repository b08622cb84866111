"""The notice changes by versions that nobody can change afterwards; a material one holds only when everybody was told before
(P106, P108, P137)."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bound_company import Bound

import troth.example
from troth.example import HERO
from troth.terms.errors import TamperedError
from troth.workflows import public_notice
from troth.workflows.checks import check
from troth.workflows.house import House
from troth.workflows.notice_outbox import sent, write
from troth.workflows.notice_versions import activate, publish, versions

BEFORE, AFTER, LATE = (
    datetime(2026, 11, 23, tzinfo=UTC),
    datetime(2027, 1, 2, tzinfo=UTC),
    datetime(2027, 3, 2, tzinfo=UTC),
)
FIRST, SECOND = "2027-01-01", "2027-03-01"


def at(house: House, moment: datetime) -> House:
    return replace(house, clock=lambda: moment)


@pytest.fixture
def notice(company: House) -> Path:
    """The example company's own notice in its folder, beside its map and its retention rules; its first version holds."""
    folder, source = company.map_path.parent, Path(troth.example.__file__).parent
    shutil.copytree(source / "notice", folder / "notice")
    shutil.copy(source / "troth.retention.yaml", folder)
    told = publish(at(company, BEFORE), folder / "notice", FIRST, "en")
    assert told["findings"] == []
    assert activate(at(company, AFTER))["blocked"] == ""
    return folder / "notice"


def longer(notice: Path) -> None:
    """Answers from events are to be kept for half a year more."""
    for name, old, new in (("promises.yaml", "keep: P60D", "keep: P8M"), ("notice.yaml", FIRST, SECOND)):
        path = notice / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def in_force(company: House) -> list[int]:
    return [one["number"] for one in versions(company)["versions"] if one["state"] == "active"]


def test_it_holds_only_when_everybody_was_told(company: House, notice: Path, tmp_path: Path) -> None:
    longer(notice)
    told: dict[str, Any] = publish(at(company, AFTER), notice, SECOND, "en")
    assert [one["kind"] for one in told["changes"] if one["material"]] == ["longer_retention"]
    assert told["outbox"]["waiting"] > 40
    for moment in (AFTER, LATE):
        assert activate(at(company, moment))["blocked"] == "waiting"
    assert in_force(company) == [1]
    write(at(company, AFTER), "", tmp_path / "to.csv")
    assert HERO.email in (tmp_path / "to.csv").read_text(encoding="utf-8").split()
    sent(at(company, AFTER), "", "by e-mail on 2 January")
    if told["outbox"]["unreachable"]:
        assert activate(at(company, LATE))["blocked"] == "unreachable"
        sent(at(company, AFTER), "", "by letter on 3 January", others=True)
    assert activate(at(company, LATE))["blocked"] == ""
    assert in_force(company) == [2]


def test_told_too_late_it_does_not_hold(company: House, notice: Path) -> None:
    longer(notice)
    told = publish(at(company, AFTER), notice, SECOND, "en")
    sent(at(company, LATE), "", "by e-mail")
    if told["outbox"]["unreachable"]:
        sent(at(company, LATE), "", "by letter", others=True)
    assert activate(at(company, LATE))["blocked"] == "late"
    assert in_force(company) == [1]


def test_nobodys_address_lies_in_our_own_state(company: House, notice: Path) -> None:
    longer(notice)
    publish(at(company, AFTER), notice, SECOND, "en")
    places = (company.home, company.home.with_name(f"{company.home.name}.copy"))
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert any(b"notice_version" in path.read_bytes() for path in files)  # what is there is seen
    assert [path for path in files if HERO.email.encode() in path.read_bytes()] == []


def test_a_version_that_was_changed_is_seen(company: House, notice: Path) -> None:
    assert [one["intact"] for one in versions(company)["versions"]] == [True]
    with closing(sqlite3.connect(company.home / "state.sqlite")) as state:
        state.execute("UPDATE notice_version SET files = replace(files, '60', '90')")
        state.commit()
    assert [one["intact"] for one in versions(company)["versions"]] == [False]
    longer(notice)
    with pytest.raises(TamperedError):
        publish(at(company, AFTER), notice, SECOND, "en")


def forged(company: House, change: str) -> None:
    with closing(sqlite3.connect(company.home / "state.sqlite")) as state, state:
        assert state.execute(f"UPDATE notice_version SET {change}").rowcount == 1


def test_a_changed_version_turns_its_sentences_red(company: House, notice: Path) -> None:
    bound = Bound(notice.parent, [AFTER])
    assert bound.lights(["P106", "P137"]) == {"P106": "kept", "P137": "kept"}
    forged(company, "files = replace(files, '60', '90')")
    bound.is_red("P106", "version 1 was changed since")
    bound.is_red("P137", "version 1 was changed since")


def test_a_version_that_holds_before_everybody_was_told_turns_its_sentence_red(
    company: House, notice: Path
) -> None:
    longer(notice)
    told = publish(at(company, AFTER), notice, SECOND, "en")
    bound = Bound(notice.parent, [LATE])
    forged(company, "state = 'active' WHERE number = 2")
    assert bound.told("P108")["status"] == "broken"
    forged(company, "state = 'published' WHERE number = 2")
    sent(at(company, AFTER), "", "by e-mail on 2 January")
    if told["outbox"]["unreachable"]:
        sent(at(company, AFTER), "", "by letter on 3 January", others=True)
    assert activate(at(company, LATE))["blocked"] == ""
    assert bound.told("P108")["status"] == "kept"


def test_everybody_can_read_each_version_and_what_it_changed(company: House, notice: Path) -> None:
    first = public_notice.version(company, 1, "da")
    assert first is not None
    assert (first["first"], first["changes"]) == (True, [])
    longer(notice)
    publish(at(company, AFTER), notice, SECOND, "en")
    told = public_notice.version(company, 2, "en")
    assert told is not None
    assert told["effective"].isoformat() == SECOND
    (change,) = [one for one in told["changes"] if one["material"]]
    assert change["why"]
    assert any(SECOND in line["words"] for line in told["lines"])
    again = public_notice.version(company, 1, "en")
    assert again is not None
    assert not any(SECOND in line["words"] for line in again["lines"])
    assert public_notice.version(company, 3, "en") is None
    page = public_notice.page(company, "en")
    assert page is not None
    assert [(one["number"], one["material"]) for one in page["versions"]] == [(2, True), (1, False)]


def test_what_everybody_reads_is_what_holds_until_the_next_version_does(company: House, notice: Path) -> None:
    """The page and whom to turn to: a draft in the folder is nobody's to read, whether or not the evidence can be trusted."""
    house = at(company, AFTER)

    def read() -> tuple[str, bool, tuple[str, ...]]:
        told = public_notice.page(house, "en")
        assert told is not None
        said = " ".join(line["words"] for line in told["lines"])
        return said, told["proved"], public_notice.facts(house, "en")["officer"]

    def drafted() -> None:
        longer(notice)
        path = notice / "notice.yaml"
        text = path.read_text(encoding="utf-8")
        assert "dpo.contact: dpo@" in text
        path.write_text(text.replace("dpo.contact: dpo@", "dpo.contact: draft@"), encoding="utf-8")

    check(house)
    before = read()
    assert before[1]
    drafted()
    assert read() == before
    with closing(sqlite3.connect(company.home / "state.sqlite")) as state, state:
        state.execute("UPDATE evidence_record SET verdict = verdict || 'x' WHERE id = 1")
    assert read() == (before[0], False, before[2])
    forged(company, "files = replace(files, '60', '90')")
    _, proved, officer = read()
    assert not proved, "neither the version nor its evidence is what it was: the folder's words, and no light"
    assert "draft@havgry.example" in officer
