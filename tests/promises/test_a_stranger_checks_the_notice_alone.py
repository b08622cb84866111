"""Whoever reads the notice checks what was signed on a machine of their own, with what is public and nothing else, and sees later
that nothing older was changed (P106, P112, P167).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bound_company import Bound

from troth.ledger.note import Signer
from troth.terms.errors import TamperedError, UsageError
from troth.workflows.checks import check
from troth.workflows.handed_out import verify_other
from troth.workflows.notice_proof import key, notice_proof

TESTED = ["P112", "P106", "P167"]


@pytest.fixture
def tested(bound: Bound) -> Bound:
    check(bound.house, TESTED)
    return bound


def fetched(bound: Bound, tmp_path: Path, name: str = "notice.json", since: int = 0) -> Path:
    data = notice_proof(bound.house, "en", since)
    assert data is not None
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_with_the_public_file_and_the_public_key_alone(tested: Bound, tmp_path: Path) -> None:
    file, pinned = fetched(tested, tmp_path), key(tested.house)
    told = verify_other(file, pinned)
    assert told is not None
    assert (told["what"], told["signer"], told["lights"]["kept"]) == ("notice", pinned.partition("+")[0], 2)
    assert told["entries"] == 1, "three promises, one run"
    assert verify_other(file, None) == {**told, "signer": None}
    words = {line["words"]: line["light"] for line in json.loads(file.read_bytes())["statement"]["lines"]}
    assert words["It exists in Danish and English, and both texts promise the same."] == "kept"


def test_what_an_entry_says_stays_in_the_house(tested: Bound, tmp_path: Path) -> None:
    text = fetched(tested, tmp_path).read_text(encoding="utf-8")
    assert "evidence_collected" not in text
    assert "commitment" not in text
    assert str(tested.folder) not in text


def test_a_later_file_grows_out_of_the_earlier_one(tested: Bound, tmp_path: Path) -> None:
    first, pinned = fetched(tested, tmp_path), key(tested.house)
    size = verify_other(first, pinned)["of"]  # type: ignore[index]
    assert verify_other(first, pinned, first)["grown"] == 0  # type: ignore[index]
    tested.later(days=1)
    check(tested.house, TESTED)
    with pytest.raises(UsageError, match="does not lead from the earlier file") as refused:
        verify_other(fetched(tested, tmp_path, "blank.json"), pinned, first)
    assert f"?since={size}" in str(refused.value.remedy)
    later = fetched(tested, tmp_path, "later.json", size)
    assert verify_other(later, pinned, first)["grown"] == 1  # type: ignore[index]
    with pytest.raises(TamperedError, match="of another log, or of a later day"):
        verify_other(first, pinned, later)


def kept_without_a_test(told: Any) -> None:
    promises = [one for line in told["statement"]["lines"] for one in line["promises"]]
    untested = next(one for one in promises if all(check["entry"] is None for check in one["checks"]))
    untested["light"] = "kept"


FORGED: dict[str, tuple[Callable[[Any], object], str]] = {
    "a greener light": (kept_without_a_test, "another statement was signed"),
    "another sentence": (lambda told: told["statement"]["lines"][3].update(words="We sell everything"), "another statement was signed"),
    "another hash of a test": (
        lambda told: next(iter(told["statement"]["entries"].values())).update(hash="A" * 43 + "="), "another statement was signed",
    ),
    "nothing signed": (lambda told: told.pop("note"), "a part of it is missing"),
    "no way to the root": (lambda told: told["statement"].pop("entries"), "another statement was signed"),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_page_is_seen(tested: Bound, tmp_path: Path, how: str) -> None:
    change, says = FORGED[how]
    file = fetched(tested, tmp_path)
    told = json.loads(file.read_bytes())
    change(told)
    file.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(TamperedError, match=says):
        verify_other(file, key(tested.house))


def signed_again(file: Path, signer: Signer, change: Callable[[Any], object]) -> Path:
    """What a company could do that forges its own page, with its own key."""
    from troth.ledger import note
    from troth.workflows import notice_proof as made

    told = json.loads(file.read_bytes())
    change(told)
    told["note"] = note.sign(made._text(told["statement"]), signer).decode()
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def test_the_company_itself_cannot_claim_a_test_that_is_not_in_its_log(tested: Bound, tmp_path: Path) -> None:
    signer = Signer.parse((tested.house.home / "signer.key").read_text().strip())
    pinned = key(tested.house)
    file = signed_again(fetched(tested, tmp_path), signer, kept_without_a_test)
    with pytest.raises(TamperedError, match="it is called kept, and names no entry of the log"):
        verify_other(file, pinned)
    other = signed_again(
        fetched(tested, tmp_path),
        signer,
        lambda told: next(iter(told["statement"]["entries"].values())).update(hash="A" * 43 + "="),
    )
    with pytest.raises(TamperedError):
        verify_other(other, pinned)


def test_another_key_is_seen_and_none_is_said(tested: Bound, tmp_path: Path) -> None:
    with pytest.raises(TamperedError, match="another key signed it"):
        verify_other(fetched(tested, tmp_path), str(Signer("elsewhere.example", bytes(32)).verifier))


def without_ids(told: Any) -> None:
    for line in told["statement"]["lines"]:
        for one in line["promises"]:
            one.pop("id")


@pytest.mark.parametrize("change", [
    without_ids, lambda told: told["statement"].pop("company"), lambda told: told["statement"].update(lines=7),
])  # fmt: skip
def test_a_page_that_lacks_a_part_is_told_though_it_was_signed(
    tested: Bound, tmp_path: Path, change: Callable[[Any], object]
) -> None:
    signer = Signer.parse((tested.house.home / "signer.key").read_text().strip())
    with pytest.raises(TamperedError, match="a part of it is missing"):
        verify_other(signed_again(fetched(tested, tmp_path), signer, change), key(tested.house))


def test_brackets_without_end_are_no_page(tmp_path: Path) -> None:
    file = tmp_path / "notice.json"
    file.write_bytes(b'{"statement": ' + b"[" * 200_000)
    assert verify_other(file, None) is None


def test_before_anything_was_signed_there_is_no_file(bound: Bound) -> None:
    assert notice_proof(bound.house, "en") is None
    assert key(replace(bound.house, settings=bound.house.settings)) == ""


def test_statements_do_not_grow_with_what_was_tested(tested: Bound) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            notice_proof(tested.house, "en")
        return len(seen.captured_queries)

    few = asked()
    for promise in TESTED:
        check(tested.house, [promise])
    assert asked() == few
