"""Versions of the notice never change, a material one waits until everybody was told, and nobody's address is left lying about."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, BO, Company
from notice_bakery import workshop

from troth.terms.errors import TamperedError, UsageError
from troth.workflows import public_notice
from troth.workflows.notice_outbox import outbox, sent, write
from troth.workflows.notice_versions import activate, publish, versions

SOON, LATER = "2026-03-10", "2026-04-01"


def published(company: Company, day: str = SOON, **changes: str) -> dict[str, Any]:
    return publish(company.house(), workshop(company.folder / "notice", **changes), day, "en")


def in_force(company: Company) -> None:
    """The first version holds: nobody had to be told."""
    assert published(company)["outbox"] == {"waiting": 0, "unreachable": 0, "theirs": 0}
    company.later(days=10)
    assert activate(company.house())["blocked"] == ""


def states(company: Company) -> list[tuple[int, str, bool]]:
    return [(one["number"], one["state"], one["intact"]) for one in versions(company.house())["versions"]]


def kinds(company: Company) -> list[str]:
    with closing(sqlite3.connect(company.home / "state.sqlite")) as state:
        found = state.execute(
            "SELECT kind FROM ledger_entry WHERE kind LIKE 'notice%' ORDER BY \"index\""
        ).fetchall()
    return [kind for (kind,) in found]


def test_a_material_change_waits_for_its_messages(company: Company) -> None:
    in_force(company)
    told = published(company, LATER, keep="P3Y")
    assert (told["material"], told["changes"][0]["kind"]) == (True, "longer_retention")
    assert told["outbox"] == {"waiting": 2, "unreachable": 0, "theirs": 0}
    assert activate(company.house())["blocked"] == "waiting"
    assert states(company) == [(1, "active", True), (2, "published", True)]
    with pytest.raises(UsageError, match="say how"):
        sent(company.house(), "", " ")
    assert sent(company.house(), "", "by letter, 12 March")["told"] == 2
    assert activate(company.house())["blocked"] == "early"
    company.later(days=30)
    assert activate(company.house())["blocked"] == ""
    assert states(company) == [(1, "superseded", True), (2, "active", True)]
    assert kinds(company) == [
        "notice_published",
        "notice_activated",
        "notice_published",
        "notice_sent",
        "notice_activated",
    ]


def test_nobodys_address_is_in_the_clear_or_stays(company: Company, tmp_path: Path) -> None:
    in_force(company)
    published(company, LATER, keep="P3Y")
    places = [company.home, company.home.with_name(".troth.copy")]

    def seen() -> list[str]:
        files = [path for place in places for path in place.rglob("*") if path.is_file()]
        assert files
        return [str(path) for path in files for one in (ALMA, BO) if one.encode() in path.read_bytes()]

    assert seen() == []
    out = tmp_path / "to.csv"
    assert write(company.house(), "", out)["written"] == 2
    assert sorted(out.read_text(encoding="utf-8").split()) == sorted(
        [ALMA, BO, "email"]
    )  # it can be seen where it is
    assert out.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="cannot be written"):
        write(company.house(), "", out)
    sent(company.house(), "workshop", "by hand")
    with closing(sqlite3.connect(company.home / "state.sqlite")) as state:
        assert state.execute("SELECT count(*) FROM notice_addressee").fetchone() == (0,)
    assert seen() == []


def test_whoever_is_erased_is_not_written_to(company: Company, tmp_path: Path) -> None:
    in_force(company)
    company.live.run("UPDATE person SET email = 'Alma@Vindheim.example' WHERE id = 1")
    published(company, LATER, keep="P3Y")
    company.erase(ALMA)
    write(company.house(), "", tmp_path / "to.csv")
    assert (tmp_path / "to.csv").read_text(encoding="utf-8").split() == ["email", BO]


def test_who_has_no_address_must_be_told_otherwise(company: Company) -> None:
    in_force(company)
    company.live.run("INSERT INTO person VALUES (3, NULL, 'Cai Dam', NULL)")
    company.live.run("INSERT INTO person VALUES (4, 'BO@vindheim.example', 'Bo', NULL)")
    told = published(company, LATER, keep="P3Y")
    assert told["outbox"] == {"waiting": 2, "unreachable": 1, "theirs": 0}  # one mailbox gets one message
    sent(company.house(), "", "by e-mail")
    assert activate(company.house())["blocked"] == "unreachable"
    assert outbox(company.house())["outbox"][0]["state"] == "waiting"
    sent(company.house(), "", "on the page", others=True)
    assert outbox(company.house())["outbox"][0]["state"] == "gone"
    company.later(days=30)
    assert activate(company.house())["blocked"] == ""


def test_told_too_late_is_not_told(company: Company) -> None:
    in_force(company)
    published(company, LATER, keep="P3Y")
    company.later(days=40)
    sent(company.house(), "", "by e-mail")
    assert activate(company.house())["blocked"] == "late"
    again = published(company, "2026-06-01", keep="P4Y")
    assert again["outbox"]["waiting"] == 2
    assert states(company) == [(1, "active", True), (2, "superseded", True), (3, "published", True)]


def test_what_is_not_material_needs_no_message(company: Company) -> None:
    in_force(company)
    told = published(company, LATER, keep="P1Y")
    assert (told["material"], told["outbox"]["waiting"]) == (False, 0)


def test_what_cannot_be_published(company: Company) -> None:
    in_force(company)
    for day, said in (("2026-03-05", "past"), ("soon", "no day"), (SOON, "already")):
        with pytest.raises(UsageError, match=said):
            published(company, "2026-03-11" if day == SOON else day)
    with pytest.raises(UsageError, match="before it holds"):
        published(company, "2026-03-11", keep="P9Y")
    folder = workshop(company.folder / "notice", keep="P3Y")
    head = folder / "notice.yaml"
    head.write_text(
        head.read_text(encoding="utf-8").replace("languages:", "effective: 2026-05-01\nlanguages:"),
        encoding="utf-8",
    )
    with pytest.raises(UsageError, match="holds from"):
        publish(company.house(), folder, LATER, "en")
    assert states(company) == [(1, "active", True)]


def test_a_notice_with_faults_is_not_published_unless_they_are_accepted(company: Company) -> None:
    folder = workshop(company.folder / "notice")
    page = folder / "en.md"
    page.write_text(
        page.read_text(encoding="utf-8").replace("Global Privacy Control", "It"), encoding="utf-8"
    )
    told = publish(company.house(), folder, SOON, "en")
    assert told["version"] is None
    assert [one["id"] for one in told["findings"]] == ["notice.N216"]
    assert versions(company.house()) == {"versions": []}
    with pytest.raises(UsageError, match="no finding"):
        publish(company.house(), folder, SOON, "en", ["notice.N999"])
    assert publish(company.house(), folder, SOON, "en", ["notice.N216"])["version"]["number"] == 1


def test_a_version_that_was_changed_is_seen(company: Company) -> None:
    in_force(company)
    with closing(sqlite3.connect(company.home / "state.sqlite")) as state:
        ((files,),) = state.execute("SELECT files FROM notice_version").fetchall()
        told = json.loads(files)
        told["en.md"] = told["en.md"].replace("2 years", "9 years")
        state.execute("UPDATE notice_version SET files = ?", [json.dumps(told)])
        state.commit()
    assert states(company) == [(1, "active", False)]
    with pytest.raises(TamperedError):
        published(company, LATER, keep="P3Y")


def test_the_page_of_a_changed_version_shows_no_text(company: Company) -> None:
    """And the one after it shows its own, but not what it changed in a text that nobody can vouch for."""
    in_force(company)
    published(company, LATER, keep="P3Y")
    before = public_notice.version(company.house(), 2, "en")
    assert before is not None
    assert (before["intact"], before["compared"], len(before["changes"])) == (True, True, 1)
    with closing(sqlite3.connect(company.home / "state.sqlite")) as state, state:
        state.execute(
            "UPDATE notice_version SET files = replace(files, '2 years', '9 years') WHERE number = 1"
        )
    first, second = (public_notice.version(company.house(), number, "en") for number in (1, 2))
    assert first is not None
    assert second is not None
    assert (first["intact"], first["lines"]) == (False, [])
    assert (second["intact"], second["compared"], second["changes"]) == (True, False, [])
    assert second["lines"] == before["lines"]


def test_a_state_put_back_knows_the_version_and_does_not_let_it_hold(
    company: Company, tmp_path: Path
) -> None:
    in_force(company)
    shutil.copytree(company.home, tmp_path / "saved")
    published(company, LATER, keep="P3Y")
    shutil.rmtree(company.home)
    shutil.copytree(tmp_path / "saved", company.home)
    assert states(company) == [(1, "active", True), (2, "lost", True)]
    company.later(days=60)
    assert activate(company.house())["blocked"] == "lost"
    again = published(company, "2026-07-01", keep="P3Y")
    assert again["outbox"]["waiting"] == 2
    assert states(company)[1:] == [(2, "superseded", True), (3, "published", True)]


def test_a_state_put_back_from_before_all_had_gone_writes_to_nobody_twice(
    company: Company, tmp_path: Path
) -> None:
    in_force(company)
    published(company, LATER, keep="P3Y")
    shutil.copytree(company.home, tmp_path / "saved")
    sent(company.house(), "", "by e-mail")
    shutil.rmtree(company.home)
    shutil.copytree(tmp_path / "saved", company.home)
    (one,) = outbox(company.house())["outbox"]
    assert (one["waiting"], one["state"]) == (0, "gone")


def test_an_interrupted_publication_leaves_nothing(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    in_force(company)
    from troth.workflows import notice_versions

    def torn(*_: Any) -> None:
        raise KeyboardInterrupt

    whole = notice_versions._finish
    monkeypatch.setattr(notice_versions, "_finish", torn)
    with pytest.raises(KeyboardInterrupt):
        published(company, LATER, keep="P3Y")
    monkeypatch.setattr(notice_versions, "_finish", whole)
    assert states(company) == [(1, "active", True)]
    assert published(company, LATER, keep="P3Y")["version"]["number"] == 2
    with closing(sqlite3.connect(company.home / "state.sqlite")) as state:
        assert state.execute("SELECT count(*) FROM notice_addressee").fetchone() == (2,)
