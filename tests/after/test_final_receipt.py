"""A final receipt is a document of the person's own: signed, checked offline, in two languages, and no more than what is known."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, BO, Company
from hold_world import held, lifted

from live import Live
from troth.documents import receipt_words
from troth.documents.receipt import page
from troth.terms.errors import TamperedError, UsageError
from troth.workflows import certify, final
from troth.workflows.backups import Said, add, forget
from troth.workflows.checking import verify_certificate, verify_ledger

SAID = Said(("crm",), "", "age", ("role:dba",), "30d", True)


@pytest.fixture
def small(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


def backed(company: Company, name: str = "night") -> str:
    begun = company.clock[0].isoformat()
    add(company.house(), name, begun, SAID)
    company.later(hours=1)
    return begun


def over(company: Company, name: str = "night") -> list[Path]:
    company.later(hours=1)
    forget(company.house(), name)
    return [Path(path) for path in company.due()["backups"]["receipts"]]


def pinned(company: Company) -> str:
    return (company.home / "troth.pub").read_text().strip()


def test_each_person_gets_one_that_anybody_can_check(small: Company) -> None:
    backed(small)
    small.erase(ALMA, BO)
    paths = over(small)
    assert len(paths) == 2
    mine = []
    for path in paths:
        told = verify_certificate(path, pinned(small), ALMA)
        assert told["signer"]
        assert told["outcome"] == "in no registered backup"
        mine.append(told["about"])
        text = path.read_text()
        assert not [value for value in (ALMA, BO, "Alma", "Bo Holm") if value in text]
    assert sorted(mine) == [False, True]
    body = json.loads(paths[0].read_text())
    assert [one["backups"] for one in body["backups"]] == [1]
    issued = {path.stem for path in (small.home / "certificates").glob("*.json")}
    assert body["certificate"] in issued
    assert verify_ledger(small.house(), paths)["certificates"] == 2


@pytest.mark.parametrize(
    "change", [("erased", "2020-01-01T00:00:00+00:00"), ("unregistered", []), ("outcome", "erased")]
)
def test_one_that_was_changed_does_not_hold(small: Company, change: tuple[str, Any]) -> None:
    backed(small)
    small.erase(ALMA)
    (path,) = over(small)
    name, value = change
    told = json.loads(path.read_text())
    told[name] = value if told[name] != value else ["crm"]
    path.write_text(json.dumps(told))
    with pytest.raises(TamperedError):
        verify_certificate(path, pinned(small), None)


def test_it_cannot_be_passed_off_as_a_certificate_of_erasure(small: Company) -> None:
    backed(small)
    small.erase(ALMA)
    (path,) = over(small)
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "format": certify.FORMAT}))
    with pytest.raises(TamperedError, match="not of its kind"):
        verify_certificate(path, pinned(small), None)
    path.write_text(json.dumps({**told, "format": "another/1"}))
    with pytest.raises(UsageError):
        verify_certificate(path, pinned(small), None)


def test_its_page_says_it_in_both_languages_and_names_the_certificate(small: Company) -> None:
    backed(small)
    small.erase(ALMA)
    (path,) = over(small)
    told = json.loads(path.read_text())
    html = path.with_suffix(".html").read_text()
    assert html == page(told)
    for pair in (
        receipt_words.TITLE,
        receipt_words.OUTCOMES[told["outcome"]],
        receipt_words.LIMITS_TEXT,
        receipt_words.GONE,
    ):
        assert pair.da in html
        assert pair.en in html
    assert told["certificate"] in html
    assert ALMA not in html
    assert receipt_words.UNREGISTERED.en not in html
    unsure = {
        **told,
        "outcome": "in no registered backup, some systems have none",
        "unregistered": ["<shop>"],
    }
    assert "&lt;shop&gt;" in page(unsure)
    assert receipt_words.UNREGISTERED_TEXT.da in page(unsure)


def test_a_system_without_a_registered_backup_is_named(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed(small)
    small.erase(ALMA)
    monkeypatch.setattr(final, "beyond", lambda *_: {})
    (path,) = over(small)
    told = json.loads(path.read_text())
    assert told["unregistered"] == ["crm"]
    assert told["outcome"] == "in no registered backup, some systems have none"
    assert verify_certificate(path, pinned(small), None)["not_searched"] == 1


def test_one_that_is_withdrawn_goes_from_the_folder(small: Company) -> None:
    begun = backed(small)
    small.erase(ALMA)
    (path,) = over(small)
    assert add(small.house(), "forgotten", begun, SAID)["receipts_withdrawn"] == 1
    assert not path.exists()
    assert not path.with_suffix(".html").exists()
    (again,) = over(small, "forgotten")
    assert again != path


def test_a_cut_before_the_file_is_written_leaves_it_to_the_next(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed(small)
    small.erase(ALMA)

    def cut(*_: Any) -> list[Path]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(final, "write", cut)
        with pytest.raises(KeyboardInterrupt):
            over(small)
    told = small.due()["backups"]
    assert told["final_receipts"] == 0
    assert verify_certificate(Path(told["receipts"][0]), pinned(small), ALMA)["about"]


def test_what_a_hold_postpones_has_its_receipt_only_after_it_is_gone(small: Company) -> None:
    backed(small)
    name = held(small, ALMA)
    small.erase(ALMA)
    assert over(small) == []
    lifted(small, name)
    small.later(hours=1)
    backed(small, "later")
    small.due()
    assert len(over(small, "later")) == 1


def test_an_old_state_put_back_counts_the_erasure_still_and_enters_that_it_is_over(small: Company) -> None:
    small.erase(BO)
    small.later(hours=1)
    backed(small)
    saved = small.folder / "saved"
    shutil.copytree(small.home, saved)
    small.erase(ALMA)
    shutil.rmtree(small.home)
    shutil.copytree(saved, small.home)
    assert small.due()["backups"]["waiting"] == 1
    small.later(hours=1)
    forget(small.house(), "night")
    told = small.due()["backups"]
    assert (told["final_receipts"], told["receipts"]) == (1, [])
    assert small.due()["backups"]["final_receipts"] == 0


def test_an_old_state_put_back_writes_none_twice(small: Company) -> None:
    backed(small)
    small.erase(ALMA)
    saved = small.folder / "saved"
    shutil.copytree(small.home, saved)
    assert len(over(small)) == 1
    shutil.rmtree(small.home)
    shutil.copytree(saved, small.home)
    assert small.due()["backups"]["final_receipts"] == 0


def test_an_old_state_takes_back_what_was_withdrawn_since_and_not_what_came_after(small: Company) -> None:
    begun = backed(small)
    small.erase(ALMA)
    over(small)
    saved = small.folder / "saved"
    shutil.copytree(small.home, saved)
    add(small.house(), "forgotten", begun, SAID)
    shutil.rmtree(small.home)
    shutil.copytree(saved, small.home)
    assert small.due()["backups"]["waiting"] == 1
    (path,) = over(small, "forgotten")
    assert verify_certificate(path, pinned(small), ALMA)["about"]
    shutil.rmtree(small.home)
    shutil.copytree(saved, small.home)
    assert small.due()["backups"]["final_receipts"] == 0


def test_every_outcome_has_its_words() -> None:
    source = Path(final.__file__).read_text()
    told = set(re.findall(r'"(in no registered backup[^"]*)"', source))
    assert told == receipt_words.OUTCOMES.keys()
