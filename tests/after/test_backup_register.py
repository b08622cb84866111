"""An erasure's final receipt is written once no registered backup may hold the person, and taken back when one turns up."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, BO, START, Company

from live import Live
from troth.terms.errors import UsageError
from troth.workflows.backups import Said, add, check, forget, listing, read
from troth.workflows.books import Books

SAID = Said(("crm",), "", "age", ("role:dba",), "30d", True)


@pytest.fixture
def small(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


def taken(company: Company, name: str, said: Said = SAID) -> dict[str, Any]:
    return add(company.house(), name, company.clock[0].isoformat(), said)


def erased(company: Company) -> str:
    """Erases Alma; the run that did it."""
    company.erase(ALMA)
    ((_, run),) = entries(company, "erasure_completed")
    return run


def entries(company: Company, *kinds: str) -> list[tuple[str, str]]:
    from troth.ledger.models import Entry

    books = Books(company.home, company.house().settings)
    try:
        rows = Entry.objects.of(books.tenant).filter(kind__in=kinds).order_by("index")
        return [(row.kind, row.run) for row in rows]
    finally:
        books.close()


def test_from_the_backup_to_the_final_receipt(small: Company) -> None:
    assert "backups" not in small.due(), "nobody registered one, so nothing is said"
    taken(small, "before")
    small.later(hours=1)
    run = erased(small)
    small.later(hours=1)
    taken(small, "after")
    small.later(days=2)
    told = small.due()["backups"]
    assert (told["final_receipts"], told["waiting"], told["overdue"]) == (0, 1, [])
    assert told["until"] == (START + timedelta(days=30)).isoformat(), (
        "the one that was begun after does not hold her"
    )
    small.later(days=30)
    told = small.due()["backups"]
    assert (told["final_receipts"], told["waiting"]) == (0, 1), "a day that has passed proves nothing"
    assert told["overdue"] == ["after", "before"]
    forget(small.house(), "before")
    told = small.due()["backups"]
    assert (told["final_receipts"], told["waiting"], told["until"]) == (1, 0, None)
    assert small.due()["backups"]["final_receipts"] == 0, "once"
    assert entries(small, "final_receipt") == [("final_receipt", run)]


def test_a_backup_that_turns_up_takes_the_receipt_back(small: Company) -> None:
    begun = small.clock[0].isoformat()
    taken(small, "before")
    small.later(hours=1)
    run = erased(small)
    small.later(hours=1)
    forget(small.house(), "before")
    assert small.due()["backups"]["final_receipts"] == 1
    assert add(small.house(), "forgotten", begun, SAID)["receipts_withdrawn"] == 1
    assert check(small.house())["waiting"] == 1
    forget(small.house(), "forgotten")
    assert small.due()["backups"]["final_receipts"] == 1
    kinds = ["final_receipt", "final_receipt_withdrawn", "final_receipt"]
    assert entries(small, *kinds) == [(kind, run) for kind in kinds]


def test_one_that_was_said_to_be_gone_is_there_again(small: Company, tmp_path: Path) -> None:
    def listed(*names: str) -> dict[str, Any]:
        found = [{"id": name, "time": "2026-02-20T03:00:00Z"} for name in names]
        (tmp_path / "restic.json").write_text(json.dumps(found))
        return read(small.house(), "restic", str(tmp_path / "restic.json"), SAID)

    begun = small.clock[0].isoformat()
    taken(small, "tape")
    assert listed("aa", "bb")["added"] == 2
    small.later(hours=1)
    erased(small)
    small.later(hours=1)
    assert listed("aa")["gone"] == 1
    forget(small.house(), "aa")
    forget(small.house(), "tape")
    assert small.due()["backups"]["final_receipts"] == 1
    assert listed("aa", "bb")["receipts_withdrawn"] == 1
    assert [one["name"] for one in listing(small.house())["backups"]] == ["aa", "bb"]
    assert add(small.house(), "tape", begun, SAID)["added"] == 1
    assert len(listing(small.house())["backups"]) == 3


def test_an_erasure_older_than_every_backup_ever_registered_gets_none(small: Company) -> None:
    small.erase(ALMA)
    small.later(hours=1)
    taken(small, "after")
    forget(small.house(), "after")
    assert small.due()["backups"]["final_receipts"] == 0


def test_an_old_state_put_back_still_knows_the_backup(small: Company, tmp_path: Path) -> None:
    taken(small, "first")
    shutil.copytree(small.home, tmp_path / "old")
    small.later(hours=1)
    taken(small, "second")
    shutil.rmtree(small.home)
    shutil.copytree(tmp_path / "old", small.home)
    assert [one["name"] for one in listing(small.house())["backups"]] == ["first", "second"]
    found = [one["id"] for one in check(small.house())["findings"] if one["place"] == "second"]
    assert found == ["backup.B003"], "who may read it is not in the copy, so it is asked for again"


def test_a_folder_is_looked_at_and_what_is_gone_from_it_is_gone(small: Company, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir(mode=0o700)
    for at, (name, head) in enumerate(
        {"crm-1.age": b"age-encryption.org/v1\n", "crm-2.dump": b"PGDMP", "notes.txt": b"hello"}.items()
    ):
        (vault / name).write_bytes(head)
        os.chmod(vault / name, 0o600)
        moment = (START - timedelta(days=3 - at)).timestamp()
        os.utime(vault / name, (moment, moment))
    told = read(small.house(), "folder", str(vault), SAID, pattern="crm-*")
    assert (told["added"], told["known"], told["gone"]) == (2, 0, 0)
    first, second = listing(small.house())["backups"]
    assert (first["encrypted"], second["encrypted"]) == ("age", "no")
    assert first["taken"] == (START - timedelta(days=4)).isoformat(), "the end is known, the begin is earlier"
    assert any(one.startswith("account:") for one in first["readers"])
    assert not first["isolated"], "its owner's account was not named"
    (vault / "crm-1.age").unlink()
    told = read(small.house(), "folder", str(vault), SAID, pattern="crm-*")
    assert (told["added"], told["known"], told["gone"]) == (0, 1, 1)
    os.utime(vault / "crm-2.dump", (START.timestamp(), START.timestamp()))
    told = read(small.house(), "folder", str(vault), SAID, pattern="crm-*")
    assert (told["added"], told["gone"]) == (1, 0), "a touched file is another backup, and the old one stays"
    (vault / "crm-2.dump").unlink()
    with pytest.raises(UsageError, match="none of the 2"):
        read(small.house(), "folder", str(vault), SAID, pattern="crm-*")
    assert len(listing(small.house())["backups"]) == 2


def test_named_readers_of_a_private_folder_make_it_isolated(small: Company, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir(mode=0o700)
    file = vault / "crm.age"
    file.write_bytes(b"age-encryption.org/v1\n")
    os.chmod(file, 0o644)
    moment = (START - timedelta(days=1)).timestamp()
    os.utime(file, (moment, moment))
    owner = f"account:{file.owner()}"
    read(small.house(), "folder", str(vault), Said(("crm",), "", "", (owner,), "30d", True))
    assert listing(small.house())["backups"][0]["isolated"], "the folder lets nobody else in"
    os.chmod(vault, 0o755)
    read(small.house(), "folder", str(vault), Said(("crm",), "", "", (owner,), "30d", True))
    assert {one["id"] for one in check(small.house())["findings"] if one["place"] == "crm.age"} == {
        "backup.B003", "backup.B004",
    }  # fmt: skip


def test_what_cannot_be_registered_changes_nothing(small: Company) -> None:
    taken(small, "one")
    for attempt in (
        lambda: taken(small, "one"),
        lambda: add(small.house(), "two", "2026-03-01T12:00", SAID),
        lambda: add(small.house(), "two", "2030-03-01T12:00Z", SAID),
        lambda: taken(small, "two", Said(("other",))),
        lambda: taken(small, "two", Said(("crm",), keep="a while")),
        lambda: forget(small.house(), "two"),
        lambda: read(small.house(), "tape", "-", SAID),
        lambda: read(small.house(), "restic", str(small.folder / "missing.json"), SAID),
    ):
        with pytest.raises(UsageError):
            attempt()
    assert [one["name"] for one in listing(small.house())["backups"]] == ["one"]
    assert BO in str(small.names())
