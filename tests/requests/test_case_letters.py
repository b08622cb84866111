"""The letters of a case tell what is true of this person: where they are, what was done, what stays and who has it."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import shutil
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from after_world import Clocked
from case_desk import OLGA, Desk

import troth.example
from troth.example import HERO
from troth.example.estate import build
from troth.requests import commands as do
from troth.requests.deadlines import dues
from troth.requests.punctual import late
from troth.stores.sqlite import STORE
from troth.terms.errors import UsageError
from troth.terms.settings import Settings
from troth.workflows import desk as desk_
from troth.workflows.cases import Opened
from troth.workflows.lifting import announce

EXAMPLE = Path(troth.example.__file__).parent


@dataclass
class Havgry:
    """The example company with its notice and rules."""

    folder: Path
    at: list[datetime] = field(default_factory=lambda: [datetime(2026, 11, 23, 9, tzinfo=UTC)])

    def house(self) -> Clocked:
        return Clocked(Settings(), {"sqlite": STORE}, {}, self.folder / "troth.map.yaml", clock=self.at)


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
    from troth.workflows import case_papers, cases

    with cases.at_desk(desk.house) as books:
        found = [
            one for one in case_papers.papers(books, case.name, desk.house.now()) if one["kind"] == "letter"
        ]
        pages = {
            one["letter"]: case_papers.paper(books, case.name, one["name"], desk.house.now()).decode()
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


def test_a_letter_never_calls_erased_what_is_still_personal(desk: Desk) -> None:
    path = desk.house.map_path
    coarse = "billing_email: {category: email, erased: {truncate: 4}}"
    path.write_text(path.read_text().replace("billing_email: email", coarse, 1))
    case = desk.known("erasure", who=HERO.email)
    desk.work()
    assert "still personal" in desk.erased(case).case.decisions["erasure"].why
    told = letters(desk, case)
    assert "erased" not in told
    for words in (
        "tømt for noget: resten er stadig om dig",
        "rækkerne er stadig oplysninger om dig",
        "GDPR artikel 4, nr. 5",
    ):
        assert words in told["partial"], words


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
    from troth.workflows.rehearsing import rehearsal

    granted(desk, "access")
    name, file = rehearsal(desk.house)
    archive = zipfile.ZipFile(file)
    listed = json.loads(archive.read("index.json"))
    assert name == "rehearsal-2026-11-23.zip"
    assert {one["file"] for one in listed["files"]} == set(archive.namelist()) - {
        "index.html",
        "index.json",
        "index.note",
    }
    for one in listed["files"]:
        assert hashlib.sha256(archive.read(one["file"])).hexdigest() == one["sha256"]
    assert {"breaches", "processors"} <= {one["part"] for one in listed["missing"]}
    whole = b"".join(archive.read(one) for one in archive.namelist()).decode()
    assert not [value for value in (HERO.email, HERO.cpr, HERO.last, "Alma Vind") if value and value in whole]


def test_who_received_data_for_marketing_is_told_also_where_nobody_did(desk: Desk) -> None:
    case = desk.known("shine", who=HERO.email, regime="california", country="US", language="en")
    desk.work()
    act = partial(desk_.act, desk.house, case.name, OLGA)
    said = {"kind": "shine", "outcome": "granted", "year": "2025"}
    with pytest.raises(UsageError, match="each line names a firm"):
        act("decide", {**said, "answer": "Gull Media"})
    act("decide", {**said, "answer": ""})
    act("act", {"kind": "shine"})
    desk.work()
    told = letters(desk, case)["disclosures"]
    assert "from 1 January 2025 to 31 December 2025" in told
    assert "Nobody received your data for their own marketing." in told
    assert "We passed no data on for that purpose." in told


def test_an_officers_words_hold_no_number_by_which_somebody_is_known(desk: Desk) -> None:
    case = desk.known("question", who=HERO.email)
    desk.work()
    act = partial(desk_.act, desk.house, case.name, OLGA)
    with pytest.raises(UsageError, match="repeats no e-mail address"):
        act("decide", {"kind": "question", "outcome": "granted", "answer": f"Vi har {HERO.cpr} om dig."})
    assert not desk.load(case).case.decisions
    act("decide", {"kind": "question", "outcome": "granted", "answer": "Ja, vi har dit nummer."})
    act("act", {"kind": "question"})
    desk.work()
    assert "Ja, vi har dit nummer." in letters(desk, case)["answered"]


def test_a_restriction_names_its_own_ground(desk: Desk) -> None:
    case = desk.known("restriction", who=HERO.email)
    desk.work()
    act = partial(desk_.act, desk.house, case.name, OLGA)
    given = {"kind": "restriction", "outcome": "granted", "answer": "Noter om dig"}
    with pytest.raises(UsageError, match="on which ground"):
        act("decide", given)
    act("decide", {**given, "because": "claims"})
    act("act", {"kind": "restriction"})
    desk.work()
    restricted = letters(desk, case)["restricted"]
    assert "litra c" in restricted
    assert "litra a" not in restricted


def test_a_restriction_is_lifted_by_a_letter_that_names_the_day(desk: Desk) -> None:
    case = granted(desk, "restriction")
    desk.do(case, do.Act("restriction"))
    day = desk.house.now().date() + timedelta(days=7)
    announce(desk.house, case.name, "restriction", OLGA, "the claim is over", day)
    said = letters(desk, case)["lifting"]
    assert "the claim is over" in said
    assert "30. november 2026" in said


def test_an_answer_by_post_has_come_when_it_is_posted_and_not_when_it_is_written(desk: Desk) -> None:
    """The clock of the answer runs on while the letter lies in the office."""
    from troth.workflows import case_papers, cases, desk_letters

    case = desk.known("access", who=HERO.email)
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"email": ""})
    desk.work()
    desk.do(case, do.Decide("access", "granted"))
    desk.work()
    assert "copy" in letters(desk, case)
    written = desk.load(case)
    assert written.case.delivered is None
    assert written.due is not None, "its deadline is still counted"
    with cases.at_desk(desk.house) as books:
        lying = case_papers.papers(books, case.name, desk.house.now())
    (copy,) = (one["name"] for one in lying if one.get("letter") == "copy")
    desk_letters.posted(desk.house, case.name, copy, "olga")
    assert desk.load(case).case.delivered == desk.house.now().date()


def test_a_case_is_not_closed_while_any_letter_of_it_lies_in_the_office(desk: Desk) -> None:
    from troth.workflows import case_papers, cases, desk_letters

    case = desk.open("access", who=HERO.email)
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"email": ""})
    desk.work()
    desk.do(case, do.ShowIdentity(frozenset({"email_code"}), True))
    desk.work()
    desk.do(case, do.Decide("access", "granted"))
    desk.work()

    def post(*wanted: str) -> None:
        with cases.at_desk(desk.house) as books:
            lying = case_papers.papers(books, case.name, desk.house.now())
        for one in lying:
            if one.get("letter") in wanted:
                desk_letters.posted(desk.house, case.name, one["name"], OLGA)

    post("copy")
    with pytest.raises(cases.DeclinedError, match="letters_wait"):
        desk_.act(desk.house, case.name, OLGA, "close", {})
    post("acknowledgement", "identity")
    desk_.act(desk.house, case.name, OLGA, "close", {})
    assert desk.load(case).case.closed


def test_the_copy_comes_first_and_the_erasure_when_the_person_was_told(desk: Desk) -> None:
    from troth.workflows import case_acts, cases

    case = desk.known("access", "erasure", who=HERO.email)
    desk.work()
    case_acts.propose(desk.house, case.name, "olga")
    with pytest.raises(cases.DeclinedError) as early:
        case_acts.approve(desk.house, case.name, "per")
    assert early.value.refusal.id == "copy_first"
    desk.do(case, do.Decide("access", "granted"))
    desk.work()
    told, ready = desk.load(case).case, letters(desk, case)
    assert (told.copies_first, set(told.offered), told.delivered) == ((), {"access"}, None)
    assert "copy" in ready
    assert "partial" not in ready
    file = desk.erased(case)
    names = [event.data.get("letter", event.name) for event in file.events]
    assert (names.count("copy"), file.case.done) == (1, {"access", "erasure"})
    assert names.index("copy") < names.index("offered") < names.index("approved") < names.index("partial")


def test_a_copy_by_post_is_there_when_it_was_posted(desk: Desk) -> None:
    from troth.workflows import case_papers, cases, desk_letters

    case = desk.known("access", "erasure", who=HERO.email)
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"email": ""})
    desk.work()
    desk.do(case, do.Decide("access", "granted"))
    desk.work()
    assert desk.load(case).case.copies_first == ("access",), "it lies in the office"
    with cases.at_desk(desk.house) as books:
        lying = case_papers.papers(books, case.name, desk.house.now())
    (copy,) = (one["name"] for one in lying if one.get("letter") == "copy")
    desk_letters.posted(desk.house, case.name, copy, "olga")
    assert desk.load(case).case.copies_first == ()


def test_more_cases_are_no_more_statements(desk: Desk) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from troth.workflows import desk as console
    from troth.workflows import desk_proofs, digest

    def opened(count: int) -> dict[str, int]:
        for _ in range(count):
            case = desk.open("question", received=date(2026, 10, 1))
        desk.work()
        assert "acknowledgement" in letters(desk, case)
        counts = {}
        for name, work in (
            ("inbox", console.board),
            ("figures", desk_proofs.figures),
            ("digest", digest.watched),
        ):
            with CaptureQueriesContext(connection) as seen:
                assert work(desk.house)
            counts[name] = len(seen.captured_queries)
        return counts

    assert opened(2) == opened(6)


def waiting_letter(desk: Desk, case: Opened, kind: str) -> str:
    from troth.workflows import desk_letters

    (name,) = (
        one["name"]
        for one in desk_letters.printing(desk.house)
        if one["case"] == case.name and one["letter"] == kind
    )
    return str(name)


def californian(desk: Desk) -> Opened:
    return desk.open("know_specific", who=HERO.email, regime="california", country="US", language="en")


def confirm(desk: Desk, case: Opened) -> Any:
    (due,) = (one for one in dues(desk.load(case).case) if one.clock.clock == "confirm")
    return due


def test_an_acknowledgement_by_post_counts_when_it_is_posted_and_its_clock_runs_until_then(
    desk: Desk,
) -> None:
    """Ten business days (11 CCR 7021(a)); meanwhile the case is worked on, and the daily mail speaks of it."""
    from troth.workflows import cases, desk_letters, digest

    case = californian(desk)
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"email": ""})
    desk.work()
    assert "acknowledgement" in letters(desk, case)
    file, last = desk.load(case), confirm(desk, case)
    assert (file.case.acknowledged, last.met, file.due) == (None, False, last.day)
    assert file.case.state == "identity", "nobody waits for the post to begin"
    assert "identity" in letters(desk, case)
    clock = desk.house.clock
    clock[0] += timedelta(days=(last.day - clock[0].date()).days + 1)
    assert [(one.number, one.why, one.due) for one in digest.watched(desk.house)] == [
        (case.number, "overdue", last.day)
    ]
    desk_letters.posted(desk.house, case.name, waiting_letter(desk, case, "acknowledgement"), OLGA)
    assert desk.load(case).case.acknowledged == clock[0].date()
    assert confirm(desk, case).met
    assert late(desk.load(case).case, desk.load(case).events, clock[0].date()), "it was posted a day late"


def test_an_acknowledgement_that_is_held_counts_when_it_is_let_go(desk: Desk) -> None:
    from troth.workflows import cases, desk_letters

    case = californian(desk)
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"answerable": False})
    desk.work()
    assert desk.load(case).case.acknowledged is None
    assert not confirm(desk, case).met
    held = desk_letters.unsent(desk.house, case.name)
    assert {one["state"] for one in held} == {"held"}
    for one in held:
        desk_letters.let_go(desk.house, case.name, one["name"], OLGA)
    assert desk.load(case).case.acknowledged == desk.house.now().date()
    assert confirm(desk, case).met


def test_a_retracted_cases_letter_can_still_be_posted(desk: Desk) -> None:
    from troth.workflows import cases, desk_letters

    case = californian(desk)
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"email": ""})
    desk.work()
    which = waiting_letter(desk, case, "acknowledgement")
    desk.do(case, do.Retract())
    desk_letters.posted(desk.house, case.name, which, OLGA)
    assert desk.load(case).case.acknowledged is None
