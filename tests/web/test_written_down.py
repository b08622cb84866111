"""Nothing that is written down in the clear holds a person: a whole story with a canary in every field, and then every file is read.

Log, ledger, jobs, sessions, the tables of the workflows, the mails that went out, the second copy: wherever our own state is.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from http_visitor import Page, Visitor
from portal_people import PDF, Person
from running_server import Served
from story_pages import case_at, until
from story_post import Post

CANARY = "qz9canary"
MAIL, NAME, STREET, PHONE = "qz9canary.mail@portal.example", "Qz9canary Navn", "Qz9canaryvej 7", "91827364"
WORDS = "qz9canary ord, +45 91 82 73 64"
ROUTES = tomllib.loads(Path(__file__).with_name("roles.toml").read_text(encoding="utf-8"))
STEPS = {
    "console/case/<slug:name>/act/": (
        "understand", "extend", "decide", "confirm_agent", "again", "doubt", "act", "note", "close", "posted", "let_go", "propose",
        "verify", "fail",
    ),
    "console/case/<slug:name>/others/act/": ("attest", "instruct", "hand_over", "told", "impossible", "address", "lift", CANARY),
    "console/holds/": ("place", "confirm", "lift", "review"),
}  # fmt: skip
FIELDS = (
    "how", "why", "words", "answer", "balancing", "because", "where", "year", "ground", "outcome", "kind", "paper", "job", "letter",
    "purpose", "what", "recipient", "system", "said", "people", "on", "rows", "note", "authority", "review", "hold", "row", "field",
    "identifier", "mail", "since", "until", "deputy", "name", "email", "address", "received", "home", "channel", "promise", "link",
)  # fmt: skip


def sessions(state: Path) -> Iterator[bytes]:
    """What each session holds, unpacked."""
    with closing(sqlite3.connect(state)) as db:
        for (data,) in db.execute("SELECT session_data FROM django_session").fetchall():
            packed = str(data).split(":")[0]
            text = packed.lstrip(".")
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            yield zlib.decompress(raw) if packed.startswith(".") else raw


def holding(served: Served) -> list[str]:
    """Every place of our own in which the canary stands, however it is written."""
    home = served.folder / ".troth"
    files = [
        path for place in (home, home.with_name(".troth.copy")) for path in place.rglob("*") if path.is_file()
    ]
    told = {str(path.name): path.read_bytes() for path in [*files, served.log]}
    told |= {f"session {at}": data for at, data in enumerate(sessions(home / "state.sqlite"))}
    marks = [mark.lower().encode(code) for mark in (CANARY, PHONE) for code in ("utf-8", "utf-16-le")]
    marks += [base64.b64encode(NAME.encode()), CANARY.encode().hex().encode()]
    return [
        name for name, data in told.items() if any(mark in data.lower() or mark in data for mark in marks)
    ]


def planted(served: Served) -> None:
    """A person of the company whose every cell is a canary."""
    with closing(sqlite3.connect(served.folder / "crm.sqlite")) as crm, crm:
        crm.execute(
            "INSERT INTO contact (contact_id, first_name, last_name, email, phone, street, postcode, city, country, created_by, created_at)"
            " SELECT max(contact_id) + 1, 'Qz9canary', 'Navn', ?, ?, ?, '4000', 'Qz9canaryby', 'DK', min(created_by), max(created_at)"
            " FROM contact",
            (MAIL, f"+45{PHONE}", STREET),
        )


def every_form(olga: Visitor, case: str) -> list[Page]:
    """Each address of the console that takes a form, and each step there is, with the canary in every field."""
    token = olga.get(case).form("act").fields["csrfmiddlewaretoken"]
    given = {
        "csrfmiddlewaretoken": token,
        **dict.fromkeys(FIELDS, WORDS),
        "proven": MAIL,
        f"kind-{CANARY}": "yes",
    }
    name = case.rstrip("/").rpartition("/")[2]
    pages = []
    for route in ROUTES:
        path = f"/{route}".replace("<slug:name>", name).replace("<slug:mark>", CANARY)
        for step in STEPS.get(route, (CANARY,)):
            pages.append(olga.post(path, {**given, "step": step}))
    pages.append(
        olga.get(f"/console/why/?row=crm.contact%3D{CANARY}&field={CANARY}", Referer=f"http://x/{CANARY}")
    )
    return pages


@pytest.fixture(scope="module")
def told(portal: Served, post: Post) -> Served:
    """The story: somebody asks in the portal, an officer tries everything, and at last they are erased."""
    planted(portal)
    person = Person(portal, post, "da", NAME, MAIL)
    person.sent(person.to_check("delete"), words=WORDS)
    page = person.enter()
    person.browser.send(page, "case", action="more", words=WORDS)
    for action in ("answer", "skip", "fetch", "retract?", CANARY):
        person.browser.send(page, "case", action=action, question=CANARY, answer=WORDS, paper=CANARY)
    person.browser.upload(
        page, "case", (f"{CANARY}.pdf", "application/pdf", PDF), action="permission", words=WORDS
    )
    wrong = Person(portal, post, "en", NAME, MAIL)
    wrong.ask("rectification", what="address", wrong=WORDS, right=WORDS)
    olga = portal.staff("officer")
    case = case_at(olga, wrong.number)
    statuses = {one.status for one in every_form(olga, case)}
    assert statuses <= {200, 302, 303, 400, 403, 404, 405, 409, 422}, statuses
    assert {302, 422} <= statuses, "some were taken, some refused"
    case = case_at(olga, person.number)
    olga.post(f"{case}show/", {**olga.get(case).form("show").fields, "what": "person", "purpose": "answer"})
    until(olga, case, "crm.contact")
    given = {
        "step": "decide",
        "kind": "objection",
        "outcome": "granted",
        "why": WORDS,
        "answer": WORDS,
        "balancing": WORDS,
    }
    assert olga.post(f"{case}act/", {**olga.get(case).form("act").fields, **given}).status == 302
    proposed = olga.send(olga.get(case), "act", step="propose", follow=True)
    done = portal.staff("approver").send(portal.staff("approver").get(case), "approve", follow=True)
    assert (proposed.status, done.status) == (200, 200)
    until(olga, case, "certificate")
    return portal


def test_no_file_of_ours_holds_a_canary(told: Served, post: Post) -> None:
    assert any(CANARY in str(one) for one in post.mails), "the mails that went to the person do"
    with closing(sqlite3.connect(told.folder / "crm.sqlite")) as crm:
        assert crm.execute("SELECT count(*) FROM contact WHERE email = ?", (MAIL,)).fetchone() == (0,)
    assert (told.folder / ".troth" / "workflows.sqlite").stat().st_size, "the erasure left its tables there"
    assert holding(told) == []


def test_no_session_keeps_a_form_to_send_it_again(told: Served) -> None:
    """A library that asks for the password once more would keep what was posted until then: none of ours asks it so."""
    found = [json.loads(one) for one in sessions(told.folder / ".troth" / "state.sqlite")]
    assert any("_auth_user_id" in one for one in found), "sessions are read as they are"
    assert not [one for one in found if "account_reauthentication_state" in one]


def test_the_sweep_finds_what_is_planted(told: Served) -> None:
    """In a file, in a table, and in a session, packed as sessions are."""
    home = told.folder / ".troth"
    (home / "planted.txt").write_bytes(b"x" + NAME.encode() + b"x")
    packed = (
        base64.urlsafe_b64encode(zlib.compress(json.dumps({"form": WORDS}).encode())).decode().rstrip("=")
    )
    with closing(sqlite3.connect(home / "state.sqlite")) as db, db:
        db.execute(
            "INSERT INTO django_session VALUES ('planted', ?, '2099-01-01 00:00:00')", (f".{packed}:x:y",)
        )
    try:
        found = holding(told)
        assert "planted.txt" in found
        assert [name for name in found if name.startswith("session")]
        with closing(sqlite3.connect(home / "state.sqlite")) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master").fetchall()}
        assert {
            "ledger_entry",
            "records_job",
            "mail_mailout",
            "requests_caseevent",
            "django_session",
        } <= tables
        assert "django_admin_log" not in tables, "nothing else logs what staff typed"
    finally:
        (home / "planted.txt").unlink()
        with closing(sqlite3.connect(home / "state.sqlite")) as db, db:
            db.execute("DELETE FROM django_session WHERE session_key = 'planted'")
