"""The bundle for an authority is whole, the same twice, checked by a stranger offline, and speaks of nobody."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import troth.example
from troth.documents.rehearsal import PARTS
from troth.example import HERO, build
from troth.main import make_house
from troth.requests import commands as do
from troth.terms.errors import TamperedError
from troth.workflows import asking, cases, desk_lists
from troth.workflows.checks import attest
from troth.workflows.holding import place, placed
from troth.workflows.house import House
from troth.workflows.notice_versions import publish
from troth.workflows.rehearsing import rehearsal, verify_bundle

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CANARY = "Zebulon Kvist"
LATE = date(2026, 9, 1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The example company with a late case, a refusal, a hold and a word of somebody's, the canary in whatever may be written freely."""
    folder = tmp_path_factory.mktemp("rehearsal")
    build(folder, people=40)
    source = Path(troth.example.__file__).parent
    for name in ("troth.map.yaml", "troth.retention.yaml"):
        shutil.copy(source / name, folder)
    shutil.copytree(source / "notice", folder / "notice")
    made = replace(make_house(folder / "troth.map.yaml", lambda _: None), clock=lambda: NOW)
    made = replace(made, settings=replace(made.settings, operator=CANARY))
    publish(made, folder / "notice", "2027-01-01", "en")
    attest(made, "P41", CANARY, f"{CANARY} looked at the setting", "2027-05-31")
    _case(made, LATE)
    told = {
        "authority": "court", "ground": "claims", "note": f"The claim of {CANARY} needs it", "review": "2027-03-01", "people": [HERO.email],
        "on": [], "rows": [],
    }  # fmt: skip
    place(made, placed(told, made.map()))
    return made


def _case(house: House, received: date) -> None:
    came = do.Open(("access", "portability"), "eu", "DK", "da", "letter", received, frozenset())
    asker = {"name": CANARY, "email": "zebulon@kvist.example", "words": f"I am {CANARY}"}
    opened = asking.open_case(house, came, asker, CANARY)
    steps = (
        do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), enough=True), do.Searched(found=True),
        do.Decide("access", "granted"), do.Decide("portability", "refused", ("eu.not_portable",), f"{CANARY} gave us nothing"),
    )  # fmt: skip
    for step in steps:
        cases.change(house, opened.name, step, CANARY, f"{CANARY} again")


@pytest.fixture(scope="module")
def bundle(house: House) -> dict[str, bytes]:
    name, data = rehearsal(house)
    assert name == "rehearsal-2026-11-23.zip"
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


def told(bundle: dict[str, bytes], name: str) -> Any:
    return json.loads(bundle[name])


def test_every_part_is_there_or_said_to_be_missing(bundle: dict[str, bytes]) -> None:
    index = told(bundle, "index.json")
    parts = {one["part"] for one in index["files"]} | {one["part"] for one in index["missing"]}
    assert parts == set(PARTS)
    assert {one["part"] for one in index["missing"]} == {"breaches", "assessments", "processors"}, (
        "what Troth does not keep"
    )
    assert {one["file"] for one in index["files"]} == bundle.keys() - {
        "index.html",
        "index.json",
        "index.note",
    }


def test_who_was_late_is_named_by_number_and_clock(bundle: dict[str, bytes]) -> None:
    (case,) = told(bundle, "requests.json")
    assert case["number"] == "2026-0001"
    assert case["missed"] == [{"clock": "answer", "last_day": "2026-10-01"}]
    assert case["decisions"]["portability"] == {"outcome": "refused", "grounds": ["eu.not_portable"]}
    assert b"of which a deadline was missed" in bundle["index.html"]
    assert b"overskredet" in bundle["index.html"]
    page = bundle["index.html"].decode()
    assert "2026-0001" in page
    assert "1. oktober 2026" in page
    assert "1 October 2026" in page
    assert "to answer" in page


def test_the_notice_stands_word_for_word_as_it_was_published(bundle: dict[str, bytes], house: House) -> None:
    (version,) = told(bundle, "notice-versions.json")
    assert version["intact"]
    assert bundle["notice/1/da.md"] == (house.map_path.parent / "notice" / "da.md").read_bytes()


def test_nobody_and_no_folder_of_ours_is_in_it(bundle: dict[str, bytes], house: House) -> None:
    seen = desk_lists.inbox(house)[0]["name"]
    assert CANARY in str(cases.personal(house, seen, "olga", "answer")), "the sweep can find it"
    for name, data in bundle.items():
        for word in (CANARY, "kvist.example", HERO.email, str(house.map_path.parent), str(house.home)):
            assert word.encode() not in data, name


def test_the_same_state_gives_the_same_bytes(house: House) -> None:
    assert rehearsal(house)[1] == rehearsal(house)[1]


@pytest.fixture
def file(house: House, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(rehearsal(house)[1])
    return path


def key_of(house: House) -> str:
    return str(house.home / "troth.pub")


def test_a_stranger_checks_it_offline(house: House, file: Path) -> None:
    found = verify_bundle(file, key_of(house))
    assert (found["files"], found["missing"], bool(found["signer"])) == (
        len(told_of(file)["files"]) + 1,
        3,
        True,
    )
    assert verify_bundle(file, None)["signer"] is None


def told_of(path: Path) -> Any:
    return json.loads(zipfile.ZipFile(path).read("index.json"))


def rewritten(path: Path, change: Any) -> None:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def _list_again(files: dict[str, bytes]) -> None:
    """A forger who counts the digests again, but cannot sign."""
    import hashlib

    index = json.loads(files["index.json"])
    files["requests.json"] = b"[]"
    for one in index["files"]:
        if one["file"] == "requests.json":
            one["sha256"] = hashlib.sha256(b"[]").hexdigest()
    files["index.json"] = json.dumps(index).encode()


FORGED = {
    "a file changed": (lambda files: files.update({"requests.json": b"[]"}), "not the one that was listed"),
    "a file added": (lambda files: files.update({"extra.json": b"[]"}), "added, or is missing"),
    "a file taken away": (lambda files: files.pop("holds.json"), "added, or is missing"),
    "the first page changed": (lambda files: files.update({"index.html": b"all is well"}), "not the one that was listed"),
    "the list written again": (_list_again, "another list was signed"),
    "no signature": (lambda files: files.pop("index.note"), "nobody signed the list"),
    "no list": (lambda files: files.pop("index.json"), "no whole bundle"),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_bundle_is_seen(house: House, file: Path, how: str) -> None:
    change, says = FORGED[how]
    rewritten(file, change)
    with pytest.raises(TamperedError, match=says):
        verify_bundle(file, key_of(house))


def test_another_key_is_not_the_one_that_signed(file: Path) -> None:
    from troth.ledger.note import Signer

    with pytest.raises(TamperedError, match="another key signed it"):
        verify_bundle(file, str(Signer("elsewhere.example", bytes(32)).verifier))


def test_another_day_is_another_bundle(house: House) -> None:
    later = replace(house, clock=lambda: NOW + timedelta(days=1))
    name, data = rehearsal(later)
    assert name == "rehearsal-2026-11-24.zip"
    assert data != rehearsal(house)[1]
