"""The letters of a case tell what is true of this person: where they are, what was done, what stays and who has it."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import shutil
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from after_world import Clocked
from case_desk import Desk

import troth.example
from troth.example import HERO
from troth.example.estate import build
from troth.requests import commands as do
from troth.stores.sqlite import STORE
from troth.terms.settings import Settings
from troth.workflows.cases import Opened

EXAMPLE = Path(troth.example.__file__).parent


@dataclass
class Havgry:
    """The example company with its notice and rules."""

    folder: Path

    def house(self) -> Clocked:
        at = [datetime(2026, 11, 23, 9, tzinfo=UTC)]
        return Clocked(Settings(), {"sqlite": STORE}, {}, self.folder / "troth.map.yaml", clock=at)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("havgry")
    build(folder, people=40)
    for name in ("troth.map.yaml", "troth.retention.yaml"):
        shutil.copy(EXAMPLE / name, folder / name)
    shutil.copytree(EXAMPLE / "notice", folder / "notice")
    return folder


@pytest.fixture
def desk(pristine: Path, tmp_path: Path) -> Desk:
    shutil.copytree(pristine, tmp_path / "havgry")
    return Desk(Havgry(tmp_path / "havgry"))  # type: ignore[arg-type]  # reason: it has a house, which is all a desk asks


def granted(desk: Desk, kind: str, **more: Any) -> Opened:
    case = desk.known(kind, who=HERO.email, **more)
    desk.work()
    desk.do(case, do.Decide(kind, "granted"))
    desk.work()
    return case


def letters(desk: Desk, case: Opened) -> dict[str, str]:
    """What each letter of the case says, by its kind."""
    from troth.workflows import cases

    with cases.at_desk(desk.house) as books:
        found = [one for one in cases.papers(books, case.name, desk.house.now()) if one["kind"] == "letter"]
        pages = {
            one["letter"]: cases.paper(books, case.name, one["name"], desk.house.now()).decode()
            for one in found
        }
    return {kind: " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)).split())
            for kind, page in pages.items()}  # fmt: skip


def test_the_copys_letter_tells_of_this_persons_data_alone(desk: Desk) -> None:
    case = granted(desk, "access")
    copy = letters(desk, case)["copy"]
    for words in ("Klippeø Hosting A/S", "Havgry Software Inc.", "artikel 6, stk. 1, litra b", "Du har selv givet os dem.",
                  "2 år efter: kontoen blev lukket", "alene ved automatik", "Datatilsynet", "standardkontrakt"):  # fmt: skip
        assert words in copy, words
    for foreign in ("Måge Medier", "At måle webstedet", "Kurser, undersøgelser"):
        assert foreign not in copy, f"{foreign}: none of their data serves it"
    for value in (HERO.email, HERO.phone, HERO.cpr, HERO.street):
        assert value not in copy


def test_a_partial_erasures_letter_is_danish_to_its_reasons(desk: Desk) -> None:
    case = desk.known("erasure", who=HERO.email)
    desk.work()
    desk.erased(case)
    partial = letters(desk, case)["partial"]
    assert "regnskabsmateriale" in partial
    assert "accounting record" not in partial
    assert re.search(r"31\. december 20\d\d", partial), "a day is set as Danes set it"
    assert not re.search(r"\d{4}-\d\d-\d\d", partial)
    assert "§ 12" in partial
    assert "domstolene" in partial


def test_what_can_be_moved_is_delivered_with_its_letter(desk: Desk) -> None:
    case = granted(desk, "portability", language="en")
    archive = zipfile.ZipFile(io.BytesIO(desk.paper(case, "copy")))
    assert json.loads(archive.read("data.json"))["format"] == "troth-portable/1"
    portable = letters(desk, case)["portable"]
    assert "crm.contact" in portable
    assert "crm.note We use it neither with your consent nor for a contract with you." in portable
    assert "Article 20(2)" in portable
    (paper,) = desk.papers(case, "copy")
    last = paper["expires"] - timedelta(days=1)
    assert f"up to and including {last.day} {last:%B %Y}" in portable, "not longer than it lies there"


def test_californias_letter_says_what_is_held_back(desk: Desk) -> None:
    case = granted(desk, "know_specific", regime="california", country="US", language="en")
    archive = zipfile.ZipFile(io.BytesIO(desk.paper(case, "copy")))
    assert HERO.cpr
    assert HERO.cpr not in archive.read("data.json").decode()
    assert "Official identity number" in letters(desk, case)["copy"]


def test_the_bundle_for_an_authority_lists_what_is_in_it(desk: Desk) -> None:
    from troth.workflows.desk_proofs import rehearsal

    granted(desk, "access")
    name, data = rehearsal(desk.house, "en")
    archive = zipfile.ZipFile(io.BytesIO(data))
    listed = json.loads(archive.read("index.json"))
    assert name == "rehearsal-2026-11-23.zip"
    assert {one["file"] for one in listed["files"]} == set(archive.namelist()) - {"index.html", "index.json"}
    for one in listed["files"]:
        assert hashlib.sha256(archive.read(one["file"])).hexdigest() == one["sha256"]
    assert {"breaches", "processors"} <= {one["part"] for one in listed["missing"]}
    whole = b"".join(archive.read(one) for one in archive.namelist()).decode()
    assert not [value for value in (HERO.email, HERO.cpr, HERO.last, "Alma Vind") if value and value in whole]
