"""Two who change one case at the same moment lose nothing of each other's, on a server that lets both read before either writes."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from after_world import Company
from case_desk import OLGA, Desk
from django.apps import apps
from django.db import transaction
from test_case_codes import codes
from test_provider import Outside

from live import Live
from postgres_server import PostgresServer
from troth import workflows
from troth.requests import commands as do
from troth.workflows import (
    case_identity,
    case_papers,
    case_points,
    case_provider,
    cases,
    customers,
    desk,
    desk_letters,
    desk_words,
    letters_out,
    mail_out,
)
from troth.workflows.cases import Opened
from troth.workflows.jobs import Task
from troth.workflows.mail_out import Posted

pytestmark = pytest.mark.postgres
AMENDS = ("amend", "amend_paper")
AMENDING = (case_identity, case_provider, customers, desk, desk_words)
TABLES = """
CREATE TABLE card (id INTEGER PRIMARY KEY, person INTEGER, number VARCHAR(20), street VARCHAR(80));
INSERT INTO card VALUES (1, 1, '4571 0000 0000 1234', 'Skovduevej 3');
"""
CARD = """\
      card:
        key: [id]
        fields: {id: key, person: key, number: payment_card, street: street}
        links:
          - {columns: [person], to: "person [id]", means: OWNED_BY}
    unmapped:
"""
WRONG, RIGHT = "9999", "1234"


@pytest.fixture(scope="module")
def server(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk whose own state is on PostgreSQL; the company's database is a file, and knows a card of Alma's."""
    from django.db import connection

    folder: Path = tmp_path_factory.mktemp("company")
    (folder / "crm.sqlite").touch()
    url = postgres_server.create()
    made = Desk(Company(Live("sqlite", f"sqlite:///{folder / 'crm.sqlite'}"), folder, {"database": url}))
    made.company.live.run(TABLES)
    path = folder / "troth.map.yaml"
    path.write_text(path.read_text().replace("    unmapped:\n", CARD, 1))
    yield made
    connection.close()
    postgres_server.drop(url)


class Meeting:
    """Two come to a place before either goes on; whoever is kept away from it is not waited for long."""

    def __init__(self) -> None:
        self.came, self._barrier = 0, threading.Barrier(2)

    def before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def met(*given: Any, **named: Any) -> Any:
            self.came += 1
            try:
                self._barrier.wait(0.3)
            except threading.BrokenBarrierError:
                self._barrier = threading.Barrier(1)
            return real(*given, **named)

        return met


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Whoever is about to put more into a case waits for the other."""
    found = Meeting()
    for module in AMENDING:
        monkeypatch.setattr(module, "amend", found.before(cases.amend))
    return found


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of them returned, done by threads of their own; the first fault is raised."""
    told: dict[int, Any] = {}
    faults: list[Exception] = []

    def one(at: int) -> None:
        from django.db import connection

        try:
            told[at] = works[at]()
        except Exception as fault:  # noqa: BLE001  (raised by the test's own thread)
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if faults:
        raise faults[0]
    return [told[at] for at in range(len(works))]


def put(server: Desk, case: Opened, **more: Any) -> None:
    with cases.at_desk(server.house) as books, transaction.atomic():
        cases.amend(books, case.name, more)


def doubted(server: Desk, *skipped: str) -> Opened:
    """A case in which two points are asked for."""
    case = server.open("access")
    server.do(case, do.Acknowledge(), do.Doubt("another name"))
    put(server, case, skipped=skipped)
    return case


def carded(server: Desk) -> Opened:
    """One in which a code and the last digits of a card are asked for."""
    case = doubted(server, "billing_address")
    assert case_identity.questions(server.house, case.name) == {"email_code", "card_digits"}
    return case


def guess(server: Desk, case: Opened, text: str = WRONG) -> Callable[[], bool]:
    return lambda: case_identity.answer(server.house, case.name, "card_digits", text)


def asker(server: Desk, case: Opened) -> Any:
    return server.load(case).asker


# -- guesses -------------------------------------------------------------------------------------------------------------


def test_however_many_guess_at_once_no_more_is_compared_than_there_are_attempts(
    server: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, compared, real = carded(server), [], case_points.compared
    together = threading.Barrier(case_identity.ATTEMPTS)

    def compare(house: Any, name: str, question: str, text: str) -> bool:
        compared.append(text)
        together.wait(10)  # everybody who may compare is here before anybody is judged
        return real(house, name, question, text)

    monkeypatch.setattr(case_points, "compared", compare)
    assert not any(at_once(*(guess(server, case) for _ in range(9))))
    assert len(compared) == case_identity.ATTEMPTS
    assert asker(server, case)["tries"] == case_identity.ATTEMPTS
    assert server.load(case).case.failed
    assert not guess(server, case, RIGHT)(), "not even the right one now"
    assert len(compared) == case_identity.ATTEMPTS


def test_however_many_try_a_code_at_once_it_is_tried_five_times(server: Desk) -> None:
    case = server.open("access")
    server.do(case, do.Acknowledge())
    case_identity.wish(server.house, case.name)
    server.work()
    code = codes(server, case)[-1]
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    tries = at_once(*(lambda: case_identity.check_code(server.house, case.name, wrong) for _ in range(8)))
    assert not any(tries)
    with cases.at_desk(server.house) as books:
        (row,) = apps.get_model("requests", "CaseCode").objects.of(books.tenant).filter(case=case.name)
    assert row.attempts == case_identity.ATTEMPTS
    assert not case_identity.check_code(server.house, case.name, code)


def test_a_right_answer_among_wrong_ones_costs_no_attempt(server: Desk) -> None:
    case = carded(server)
    assert sorted(at_once(guess(server, case), guess(server, case, RIGHT), guess(server, case))) == [
        False,
        False,
        True,
    ]
    assert asker(server, case)["tries"] == 2
    assert "card_digits" in server.load(case).case.points


def test_what_could_not_be_compared_is_no_attempt(server: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = carded(server)

    def away(*given: Any) -> bool:
        raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr(case_points, "compared", away)
        for _ in range(case_identity.ATTEMPTS + 1):
            with pytest.raises(OSError, match="away"):
                guess(server, case)()
    assert (asker(server, case)["tries"], server.load(case).case.failed) == (0, False)
    assert guess(server, case, RIGHT)()


def test_the_last_attempt_that_ends_after_it_is_known_who_asks_fails_nobody(
    server: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = carded(server)
    put(server, case, tries=case_identity.ATTEMPTS - 1)

    def slow(*given: Any) -> bool:
        server.do(case, do.ShowIdentity(frozenset({"by_hand"}), True))
        return False

    monkeypatch.setattr(case_points, "compared", slow)
    assert not guess(server, case)()
    file = server.load(case)
    assert (file.case.known, file.case.failed) == (True, False)


# -- both are kept -------------------------------------------------------------------------------------------------------


def test_two_questions_that_cannot_be_answered_are_both_passed_over(server: Desk, meeting: Meeting) -> None:
    case, asked = doubted(server), {"billing_address", "email_code"}
    assert case_identity.questions(server.house, case.name) == asked
    at_once(*(lambda one=one: case_identity.skip(server.house, case.name, one) for one in asked))
    assert set(asker(server, case)["skipped"]) == asked
    case_identity.skip(server.house, case.name, "no question of ours")
    assert set(asker(server, case)["skipped"]) == asked


def test_two_that_show_the_last_two_points_are_known_together(server: Desk, meeting: Meeting) -> None:
    case = carded(server)
    case_identity.wish(server.house, case.name)
    server.work()
    code = codes(server, case)[-1]
    shown = at_once(
        lambda: case_identity.check_code(server.house, case.name, code), guess(server, case, RIGHT)
    )
    assert shown == [True, True]
    assert meeting.came, "so the meeting can take place"
    assert server.load(case).case.known


def test_an_address_that_is_proven_while_an_officer_proves_another(server: Desk, meeting: Meeting) -> None:
    case = server.open("access")
    server.do(case, do.Acknowledge())
    put(server, case, proven=[])
    with cases.at_desk(server.house) as books:
        code = case_identity.new_code(books, case.name, server.house.now())
    by_hand = {"proven": "+45 20 30 40 50", "how": "she called"}
    at_once(
        lambda: case_identity.check_code(server.house, case.name, code),
        lambda: desk.act(server.house, case.name, OLGA, "verify", by_hand),
    )
    assert meeting.came == 2
    assert asker(server, case)["proven"] == ["+45 20 30 40 50", "alma@vindheim.example"]


class Ended(Task):
    """A job that nobody asked for, and which ends nothing."""

    def done(self, at: datetime) -> None:
        assert at


def test_what_an_officer_says_and_who_got_the_request_are_both_told(
    server: Desk, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters_out, "write", lambda *given, **named: None)
    case, marks = server.known("question"), ("a", "b")
    known = {mark: {"name": mark, "mail": "", "passed": "2026-03-01", "said": {}} for mark in marks}
    put(server, case, customers=known)
    task = Ended("default", "x", "forwarded", case.name, 1, "w")
    at_once(
        lambda: customers.tell_person(server.house, task),
        lambda: desk_words.say(server.house, case.name, "question", {"answer": "yes, we do"}),
    )
    assert meeting.came == 2
    assert asker(server, case)["facts"].keys() == {"forwarded", "answered"}


def test_the_addresses_of_two_customers_are_both_kept(server: Desk, meeting: Meeting) -> None:
    case = server.known("access")
    names = ("Nordhavn", "Sydhavn")
    with cases.at_desk(server.house) as books:
        marks = {customers.mark_of(books, one): one for one in names}
    put(
        server,
        case,
        customers={mark: {"name": one, "mail": "", "passed": "", "said": {}} for mark, one in marks.items()},
    )
    at_once(
        *(
            lambda one=one: customers.set_address(server.house, case.name, one, f"{one}@havn.example", OLGA)
            for one in names
        )
    )
    assert meeting.came == 2
    told = asker(server, case)["customers"].values()
    assert sorted(one["mail"] for one in told) == [f"{one}@havn.example" for one in names]


def test_a_letter_that_two_let_go_at_once_goes_once(server: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Meeting()
    monkeypatch.setattr(desk_letters, "amend_paper", found.before(case_papers.amend_paper))
    case = server.open("question")
    put(server, case, answerable=False)
    server.do(case, do.Acknowledge())
    letter = Posted("Hej", "Hej", automatic=True)
    with cases.at_desk(server.house) as books, transaction.atomic():
        head = {
            "file": "x.html",
            "letter": "acknowledgement",
            "means": mail_out.post(server.house, books, case.name, letter, "x"),
        }
        case_papers.add_paper(books, case.name, server.house.now(), kind="letter", head=head, data=b"<p>")
    (held,) = desk_letters.unsent(server.house, case.name)
    at_once(*(lambda: desk_letters._gone(server.house, case.name, OLGA) for _ in range(2)))
    assert (head["means"], held["state"], found.came) == ("held", "held", 1)
    assert [event.name for event in server.load(case).events].count("written") == 1


def test_the_word_of_a_provider_is_taken_once(server: Desk, meeting: Meeting) -> None:
    provider, case = Outside(), server.open("access")
    server.do(case, do.Acknowledge())
    house = replace(server.house, provider=provider)
    provider.begin("reference", "https://here.example/", {})
    put(server, case, provider="reference")
    provider.says = "failed"
    at_once(*(lambda: case_provider.settle(house, case.name) for _ in range(2)))
    assert sum(bool(note) for note in server.load(case).notes.values()) == 1


# -- everywhere ----------------------------------------------------------------------------------------------------------


def test_whoever_amends_a_case_has_locked_it_before_they_read_it() -> None:
    """Read off the code, so that the next one does too."""
    found = {
        f"{path.name} {one.name}": _locks_first(one)
        for path in sorted(Path(workflows.__path__[0]).glob("*.py"))
        if "amend" in (text := path.read_text(encoding="utf-8"))
        for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.FunctionDef) and one.name not in AMENDS and _calls(one, *AMENDS)
    }
    assert len(found) > 10
    assert [name for name, locks in found.items() if not locks] == []


def _calls(function: ast.FunctionDef, *names: str) -> list[ast.Call]:
    calls = (one for one in ast.walk(function) if isinstance(one, ast.Call))
    return sorted((one for one in calls if getattr(one.func, "id", "") in names), key=lambda one: one.lineno)


def _locks_first(function: ast.FunctionDef) -> bool:
    first = _calls(function, "row_of", "file_of", "papers", *AMENDS)[0]
    return any(word.arg == "lock" for word in first.keywords)
