"""The bundle for an authority is whole, the same twice, checked by a stranger offline, and speaks of nobody."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from contextlib import suppress
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
from troth.terms.errors import TamperedError, UsageError
from troth.workflows import asking, cases, desk_lists, rehearsing
from troth.workflows.checks import attest
from troth.workflows.handed_out import verify_other
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
        do.Decide("access", "granted"), do.Decide("portability", "refused", "eu.not_portable", f"{CANARY} gave us nothing"),
    )  # fmt: skip
    for step in steps:
        cases.change(house, opened.name, step, CANARY, f"{CANARY} again")


def made(house: House) -> tuple[str, bytes]:
    name, file = rehearsal(house)
    with file:
        return name, file.read()


@pytest.fixture(scope="module")
def packed(house: House) -> bytes:
    return made(house)[1]


@pytest.fixture(scope="module")
def bundle(packed: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(packed))
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
    assert case["decisions"]["portability"] == {"outcome": "refused", "ground": "eu.not_portable"}
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
    name, data = made(house)
    assert (name, data) == made(house)
    assert name == "rehearsal-2026-11-23.zip"


@pytest.fixture
def file(packed: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed)
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


def test_another_day_is_another_bundle(house: House, packed: bytes) -> None:
    name, data = made(replace(house, clock=lambda: NOW + timedelta(days=1)))
    assert name == "rehearsal-2026-11-24.zip"
    assert data != packed


@pytest.fixture
def small(house: House, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A bundle of which most could not be made: few bytes, and of each kind of entry at least one."""

    def unmade(_: House) -> bytes:
        raise UsageError("not now")

    monkeypatch.setattr(rehearsing, "WORK", dict.fromkeys(rehearsing.WORK, unmade))
    monkeypatch.setattr(rehearsing, "texts", lambda _: {})
    return made(house)[1]


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def structure(data: bytes) -> set[int]:
    """Where the zip tells of its files, which is all of it but their packed bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        packed = [
            (one.header_offset + 30 + len(one.filename), one.compress_size) for one in archive.infolist()
        ]
    return set(range(len(data))) - {at + byte for at, size in packed for byte in range(size)}


@pytest.mark.parametrize("bits", [0xFF, 0x04, 0x01])
def test_a_byte_that_changed_is_told_in_one_sentence(
    house: House, small: bytes, tmp_path: Path, bits: int
) -> None:
    """Encrypted, packed otherwise, of another size: whatever the byte says now, only the same files are called whole."""
    path, key, whole = tmp_path / "damaged.zip", key_of(house), contents(small)
    damaged, passed = bytearray(small), 0
    for at in sorted(structure(small) | set(range(0, len(small), 41))):
        damaged[at] ^= bits
        path.write_bytes(damaged)
        with suppress(TamperedError, UsageError):
            if verify_other(path, key) is not None:
                passed += 1
                assert contents(bytes(damaged)) == whole, at
        damaged[at] ^= bits
    assert 0 < passed < len(structure(small)), "a day of packing may change, a file may not"
    path.write_bytes(damaged)
    assert verify_bundle(path, key)["signer"]


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
def test_a_bundle_that_was_cut_is_none(small: bytes, tmp_path: Path, keep: float) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(small[: int(len(small) * keep)])
    with pytest.raises(TamperedError, match="no whole bundle"):
        verify_bundle(path, None)


@pytest.mark.parametrize(("name", "data"), [
    ("index.json", b"[" * 200_000), ("index.json", b"[]"), ("index.json", b'{"format": "troth-rehearsal/1", "files": [[]]}'),
    ("index.json", b"\xff"), ("index.note", b"\xff"), ("index.note", b""),
])  # fmt: skip
def test_a_list_that_is_none_is_told(house: House, file: Path, name: str, data: bytes) -> None:
    rewritten(file, lambda files: files.update({name: data}))
    with pytest.raises((TamperedError, UsageError)):
        verify_bundle(file, key_of(house))
