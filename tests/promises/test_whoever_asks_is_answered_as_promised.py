"""What is promised to those who ask turns red by what became of their cases, and stays undecided while there is none
(P44, P48, P49, P50, P51, P53, P55, P110, P124, P125, P132, P136, P138, P149, P150, P157, P160, P165, P168, P191).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from promise_cases import act, opened
from promise_world import Kept

from live import Live
from troth.requests import commands as do
from troth.requests.commands import Refusal
from troth.workflows import cases
from troth.workflows.cases import Opened

CONTROLS = {
    "P1": "{name: request-deadline, parameters: {regime: eu}, deadline: P1M}",
    "P2": "{name: request-deadline, parameters: {regime: california}, deadline: P45D}",
    "P3": "{name: contact, deadline: P3D}",
    "P4": "{name: request-agent, parameters: {confirmed: true}}",
    "P5": "{name: identity, parameters: {by: request}, deadline: PT0S}",
    "P6": "{name: request-refusal, parameters: {names: authority}}",
    "P7": "{name: recipients-noted, deadline: P1M}",
    "P8": "{name: request-retention, parameters: {keep: P3Y}}",
    "P9": "{name: equal-service}",
    "P10": "{name: request-intake, parameters: {channels: [phone]}, deadline: P10D}",
}


@pytest.fixture
def kept(new_live: Callable[..., Live], tmp_path: Path) -> Kept:
    return Kept(new_live("sqlite", "crm"), tmp_path / "company", CONTROLS)


KNOWN = (do.Acknowledge(), do.AskIdentity(), do.ShowIdentity(frozenset({"email_code"}), enough=True))
GIVEN = (do.Searched(found=True), do.Decide("access", "granted"), do.Act("access"), do.Deliver())


def lights(kept: Kept) -> dict[str, str]:
    return {name: str(one["status"]) for name, one in kept.check().items()}


def test_without_a_case_nothing_was_shown(kept: Kept) -> None:
    assert set(lights(kept).values()) == {"stale"}
    kept.later(hours=1)
    assert set(lights(kept).values()) == {"stale"}, "there is a ledger now, and still no case"
    assert "no cases to look at yet" in kept.why("P1")
    assert "names no `entitlements`" in kept.why("P9")


def test_a_case_met_in_time_keeps_its_promises_alone(kept: Kept) -> None:
    act(kept, opened(kept, "access"), *KNOWN, *GIVEN)
    found = lights(kept)
    assert {name for name, light in found.items() if light == "kept"} == {"P1", "P3", "P5", "P10"}
    assert {light for name, light in found.items() if name not in ("P1", "P3", "P5", "P10")} == {"stale"}


def test_an_answer_that_is_late_stays_late(kept: Kept) -> None:
    case = opened(kept, "access")
    act(kept, case, *KNOWN)
    kept.later(days=31)
    assert kept.light("P1") == "kept", "the month ends on 1 April"
    kept.later(days=1)
    assert kept.light("P1") == "broken"
    assert "1 of 1 requests were not answered in time" in kept.why("P1")
    act(kept, case, *GIVEN)
    assert kept.light("P1") == "broken", "answered, but late"
    kept.later(days=340)
    assert kept.light("P1") == "stale", "twelve months later nobody asks any more"


def test_more_time_that_was_told_is_no_delay(kept: Kept) -> None:
    case = opened(kept, "access")
    act(kept, case, *KNOWN)
    longer = kept.clock[0].date().replace(month=4)
    act(kept, case, do.Extend("many systems", longer))
    kept.later(days=50)
    assert kept.light("P1") == "kept"


def test_whoever_hears_nothing_turns_it_red(kept: Kept) -> None:
    case = opened(kept, "question", channel="phone")
    kept.later(days=3)
    assert kept.light("P3") == "kept"
    kept.later(days=1)
    assert kept.light("P3") == "broken"
    assert "1 of 1 heard nothing within 3 days" in kept.why("P3")
    assert kept.light("P10") == "kept"
    act(kept, case, do.Acknowledge())
    assert kept.light("P3") == "broken", "four days are four days"


def broken_into(kept: Kept, monkeypatch: pytest.MonkeyPatch, case: Opened, name: str, **data: Any) -> None:
    """Puts an event into a case that the rules of its life would have refused."""
    from troth.requests.case import Event

    at = kept.clock[0]
    monkeypatch.setattr(cases, "decide", lambda *_: (Event(name, at, "olga", data),))
    cases.change(kept.house(), case.name, do.Note(), "olga")
    monkeypatch.undo()


def test_an_agent_taken_at_their_word(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened(kept, "access", agent=True)
    act(kept, case, *KNOWN)
    assert kept.light("P4") == "kept"
    broken_into(kept, monkeypatch, case, "searched", found=True, manual=[])
    assert kept.light("P4") == "broken"
    act(kept, case, do.ConfirmAgent())
    assert "1 cases were searched without permission" in kept.why("P4"), (
        "a permission that came later is none"
    )


def test_a_question_that_nobody_may_be_asked(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened(kept, "unsubscribe")
    assert "no cases" in kept.why("P5"), "nobody was answered yet"
    broken_into(kept, monkeypatch, case, "identity_asked")
    assert kept.light("P5") == "broken"
    assert "1 cases somebody was asked without cause" in kept.why("P5")


def test_a_copy_given_without_proof(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened(kept, "access")
    act(kept, case, do.Acknowledge())
    broken_into(kept, monkeypatch, case, "acted", kind="access")
    assert kept.light("P5") == "broken"
    assert "1 cases were carried out without enough proof" in kept.why("P5")


def test_an_officers_word_is_counted(kept: Kept) -> None:
    case = opened(kept, "access")
    act(kept, case, do.Acknowledge(), do.ShowIdentity(frozenset({"by_hand"}), enough=True), *GIVEN)
    (one,) = [one for one in kept.check("P5")["P5"]["checks"] if one["name"] == "identity.proven"]
    assert (one["verdict"], one["facts"]["by_hand"]) == ("holds", 1)


def test_a_refusal_without_reasons(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened(kept, "access", "portability")
    act(
        kept,
        case,
        *KNOWN,
        do.Searched(found=True),
        do.Decide("access", "refused", ("eu.excessive",), "asked weekly"),
    )
    assert kept.light("P6") == "kept"
    broken_into(kept, monkeypatch, case, "decided", kind="portability", outcome="refused", grounds=[], why="")
    assert kept.light("P6") == "broken"
    assert "1 refusals without ground or reasons" in kept.why("P6")


def test_a_refusal_that_names_nowhere_to_complain(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.evidence.on_requests.missing", lambda *_: ())
    assert kept.light("P6") == "broken"
    assert "a refusal without complaint is sent" in kept.why("P6")


def test_a_recipient_who_waits(kept: Kept) -> None:
    from troth.requests.models import CaseNotice

    case = opened(kept, "erasure")
    with cases.at_desk(kept.house()) as books:
        row = CaseNotice(
            tenant=books.tenant, case=case.name, recipient="carrier", state="due", changed=kept.clock[0]
        )
        row.save(force_insert=True)
    assert kept.light("P7") == "kept"
    kept.later(days=32)
    assert kept.light("P7") == "broken"
    assert "a recipient has waited 32 days" in kept.why("P7")
    with cases.at_desk(kept.house()) as books:
        CaseNotice.objects.of(books.tenant).update(state="told")
    assert kept.light("P7") == "kept"


def test_a_record_past_its_time(kept: Kept) -> None:
    from troth.workflows.case_ends import expire_cases

    case = opened(kept, "access")
    act(kept, case, do.Retract())
    assert kept.light("P8") == "kept"
    kept.later(days=3 * 365 + 1)
    assert kept.light("P8") == "kept", "the day itself is the run's"
    kept.later(days=2)
    assert kept.light("P8") == "broken"
    assert "1 records are kept too long" in kept.why("P8")
    from troth.records.models import Job

    with cases.at_desk(kept.house()) as books:
        Job.objects.of(books.tenant).update(state="done")
        assert expire_cases(books, kept.clock[0]) == 1
    assert kept.light("P8") == "stale"


def test_an_entitlement_that_nobody_declared(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    from troth.workflows.entitled import remember

    kept.write(
        "troth.map.yaml",
        kept.read("troth.map.yaml").replace(
            "        key: [id]\n", "        key: [id]\n        entitlements: [name]\n", 1
        ),
    )
    case = opened(kept, "access")
    with cases.at_desk(kept.house()) as books, transaction.atomic():
        remember(books, case.name, kept.clock[0], {})
    assert kept.light("P9") == "kept"
    cases.change(
        kept.house(), case.name, do.Note(), "system", "entitlement changed undeclared: crm.person.name: ends"
    )
    assert kept.light("P9") == "broken"
    assert "1 cases terms changed undeclared" in kept.why("P9")


@pytest.mark.parametrize(
    ("control", "light", "says"),
    [
        ("{name: request-deadline, parameters: {regime: mars}}", "broken", "there is no regime 'mars'"),
        ("{name: request-deadline, parameters: {regime: processor}}", "stale", "give the control a deadline"),
        ("{name: request-deadline, parameters: {regime: processor}, deadline: P3D}", "stale", "about a customer's rows yet"),
        ("{name: request-deadline, parameters: {regime: eu}, deadline: P5D}", "stale", "a shorter time was promised"),
        ("{name: request-intake, parameters: {channels: [pigeon]}, deadline: P10D}", "broken", "no channel 'pigeon'"),
        ("{name: request-intake, parameters: {channels: [email]}, deadline: P10D}", "stale", "no mailbox is read"),
        ("{name: identity, parameters: {points: 2}}", "broken", "3 details are asked for"),
        ("{name: identity, parameters: {grades: [0, 2]}}", "broken", "the grades are 0, 2, 3"),
        ("{name: identity, parameters: {by: mood}}", "broken", "goes by no 'mood'"),
        ("{name: request-refusal, parameters: {names: king}}", "broken", "names no 'king'"),
        ("{name: request-agent, parameters: {confirmed: maybe}}", "broken", "confirmed must be true"),
        ("{name: request-retention, parameters: {keep: P1Y}}", "broken", "kept for 36 months"),
        ("{name: contact}", "stale", "give the control a deadline"),
    ],
)  # fmt: skip
def test_a_control_told_wrongly_or_too_much(kept: Kept, control: str, light: str, says: str) -> None:
    kept.bind({"P1": control})
    act(kept, opened(kept, "access"), *KNOWN, *GIVEN)
    assert kept.light("P1") == light
    assert says in kept.why("P1")


@pytest.mark.parametrize("told", ["{points: 3}", "{grades: [0, 2, 3]}", "{by: request}", "{by: doubt}"])
def test_what_may_be_asked_goes_by_the_law(kept: Kept, told: str) -> None:
    kept.bind({"P1": f"{{name: identity, parameters: {told}}}"})
    act(kept, opened(kept, "access"), *KNOWN, *GIVEN)
    assert kept.light("P1") == "kept"


@pytest.mark.parametrize(
    ("control", "lax", "does", "says"),
    [
        ("P4", "on_identity.decide", lambda *_: (), "an agent without permission is accepted"),
        ("P5", "on_identity.may_ask", lambda *_: {"email_code"}, "people are asked who they are"),
        ("P10", "on_requests.decide", lambda *_: Refusal("closed"), "cannot be taken in"),
    ],
)
def test_what_is_tried_turns_red_where_it_is_let_through(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, control: str, lax: str, does: Callable[..., Any], says: str
) -> None:
    monkeypatch.setattr(f"troth.evidence.{lax}", does)
    assert kept.light(control) == "broken"
    assert says in kept.why(control)


def test_cases_are_read_a_part_at_a_time(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from troth.workflows import checks_requests

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            found = checks_requests.requests(kept.house(), kept.house().map(), kept.clock[0])
        counts.append(sum(found.acknowledged.values()))
        return len(seen.captured_queries)

    counts: list[int] = []
    act(kept, opened(kept, "access"), do.Acknowledge())
    few = asked()
    for _ in range(4):
        act(kept, opened(kept, "access"), do.Acknowledge())
    assert asked() == few
    monkeypatch.setattr(checks_requests, "PART", 2)
    asked()
    assert counts == [1, 5, 5]


def test_cases_that_ended_long_ago_are_not_opened(kept: Kept) -> None:
    """Neither statements nor memory grow with them: were one read, there would be no key to open it with."""
    import tracemalloc

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from troth.requests.models import CaseRow
    from troth.workflows import checks_requests
    from troth.workflows.cases import at_desk

    def asked() -> tuple[Any, int, int]:
        house, datamap = kept.house(), kept.house().map()
        checks_requests.requests(house, datamap, kept.clock[0])  # what is only imported once costs nobody
        tracemalloc.start()
        with CaptureQueriesContext(connection) as seen:
            found = checks_requests.requests(house, datamap, kept.clock[0])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found, len(seen.captured_queries), most

    act(kept, opened(kept, "access"), *KNOWN, *GIVEN)
    first, few, small = asked()
    now = kept.clock[0]
    ended = (now - timedelta(days=400)).date()
    with at_desk(kept.house()) as books:
        CaseRow.objects.bulk_create(
            CaseRow(
                tenant=books.tenant, name=f"old {at}", number=1_000 + at, year=ended.year, key="gone", kinds=["access"], regime="eu",
                country="DK", language="da", channel="mail", state="closed", received=ended - timedelta(days=20), opened=now,
                changed=now, closed=ended, link=f"{at}", sealed=b"x" * 500,
            )
            for at in range(3_000)
        )  # fmt: skip
    again, many, large = asked()
    assert (again, many) == (replace(first, kept=first.kept + 3_000), few)
    assert large < small * 1.5, (small, large)


def test_a_case_that_ended_within_the_year_counts_however_old_it_is(kept: Kept) -> None:
    """Its refusal is of this year, though it came in before."""
    case = opened(kept, "access")
    act(kept, case, *KNOWN)
    kept.later(days=300)
    act(
        kept,
        case,
        do.Searched(found=True),
        do.Decide("access", "refused", ("eu.unfounded",), "asked every week"),
        do.Deliver(),
        do.Close(),
    )
    from troth.workflows import checks_requests

    def refusals() -> int:
        return checks_requests.requests(kept.house(), kept.house().map(), kept.clock[0]).refusals

    kept.later(days=300)
    assert refusals() == 1
    kept.later(days=80)
    assert refusals() == 0
