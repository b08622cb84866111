"""The rights that are used turn red by what became of them, and by what a case would let through
(P43, P46, P52, P95, P101, P104, P107, P121, P122, P123, P126, P132, P145, P156, P163, P193).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from promise_cases import act, opened
from promise_world import START, Kept

from live import Live
from troth.requests import commands as do
from troth.requests.case import Event
from troth.requests.commands import Refusal
from troth.requests.kinds import KINDS
from troth.workflows import cases, desk_letters, lifting
from troth.workflows.case_papers import add_paper
from troth.workflows.cases import Opened
from troth.workflows.checks import attest
from troth.workflows.jobs import claim
from troth.workflows.resting import rest

CONTROLS = {
    "P1": "{name: request-rectify, parameters: {regime: eu}, deadline: P1M}",
    "P2": "{name: request-restrict, deadline: P1M}",
    "P3": "{name: request-portable, deadline: P1M}",
    "P4": "{name: request-opt-out, parameters: {regime: california}, deadline: P15D}",
    "P5": "{name: objection, parameters: {marketing: true}, deadline: PT24H}",
    "P6": "{name: objection, deadline: P1M}",
    "P7": "{name: request-regime, parameters: {regime: california}}",
    "P8": "{name: request-free}",
    "P9": "{name: identity-provider}",
    "P10": "{name: request-deadline, parameters: {regime: processor}, deadline: P3D}",
}


@pytest.fixture
def kept(new_live: Callable[..., Live], tmp_path: Path) -> Kept:
    return Kept(new_live("sqlite", "crm"), tmp_path / "company", CONTROLS)


def at_rest(kept: Kept, case: Opened) -> None:
    """What the job `stop` does of it."""
    from django.db import transaction

    with cases.at_desk(kept.house()) as books, transaction.atomic():
        file = cases.file_of(books, case.name)
        rest(books, file.case, file.events, file.asker, "DK", kept.clock[0])


def broken_into(kept: Kept, monkeypatch: pytest.MonkeyPatch, case: Opened, name: str, **data: Any) -> None:
    """Puts an event into a case that the rules of its life would have refused."""
    monkeypatch.setattr(cases, "decide", lambda *_: (Event(name, kept.clock[0], "olga", data),))
    cases.change(kept.house(), case.name, do.Note(), "olga")
    monkeypatch.undo()


KNOWN = (do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), enough=True))


def verdict(kept: Kept, promise: str, check: str) -> str:
    return next(one["verdict"] for one in kept.check(promise)[promise]["checks"] if one["name"] == check)


def test_what_is_only_tried_holds_before_the_first_case(kept: Kept) -> None:
    found = {name: one["status"] for name, one in kept.check().items()}
    assert {name for name, light in found.items() if light == "kept"} == {"P7", "P8", "P9"}
    tried = {
        one["name"]: one["verdict"]
        for told in kept.check().values()
        for one in told["checks"]
        if one["name"].endswith(".tried")
    }
    assert tried == dict.fromkeys(tried, "holds")
    assert len(tried) == 5


# -- corrections, portability --------------------------------------------------------------------------------------------


def test_a_correction_that_is_late(kept: Kept) -> None:
    case = opened(kept, "rectification")
    act(
        kept,
        case,
        *KNOWN,
        do.Searched(found=True),
        do.Decide("rectification", "granted"),
        do.Act("rectification"),
    )
    assert kept.light("P1") == "kept"
    kept.later(days=32)
    assert kept.light("P1") == "broken"
    assert "1 of 1 were not answered in time" in kept.why("P1")


def test_a_correction_under_the_other_law_is_not_counted(kept: Kept) -> None:
    opened(kept, "rectification", regime="california", country="US")
    assert "no cases to look at yet" in kept.why("P1")


def test_a_copy_to_take_along_needs_its_basis_and_its_origin(kept: Kept) -> None:
    act(kept, opened(kept, "portability"), *KNOWN)
    assert kept.light("P3") == "broken"
    assert "nobody has written what can be taken along: crm.note" in kept.why("P3")
    kept.write("notice/promises.yaml", kept.read("notice/promises.yaml") + BASED)
    text = kept.read("troth.map.yaml")
    for name in ("person", "orders", "note"):
        text = text.replace(
            f"      {name}:\n", f"      {name}:\n        purposes: [deliver]\n        origin: provided\n"
        )
    kept.write("troth.map.yaml", text)
    assert kept.light("P3") == "kept", kept.why("P3")
    kept.write("troth.map.yaml", text.replace("        origin: provided\n", "", 1))
    assert kept.light("P3") == "broken"
    assert "crm.person.id,email,name,closed" in kept.why("P3")


BASED = """- id: P99
  kind: C
  purposes: [deliver]
  basis: contract
  categories: [account]
"""


# -- what rests ----------------------------------------------------------------------------------------------------------


def test_a_restriction_for_which_nothing_rests(kept: Kept) -> None:
    case = opened(kept, "restriction")
    act(kept, case, *KNOWN)
    kept.later(minutes=30)
    assert verdict(kept, "P2", "request-restrict.rests") == "holds", "the worker has it in hand"
    kept.later(hours=1)
    assert kept.light("P2") == "broken"
    assert "in 1 cases nothing rests" in kept.why("P2")
    at_rest(kept, case)
    assert verdict(kept, "P2", "request-restrict.rests") == "holds"
    assert kept.light("P6") == "stale", "no objection was made yet"


def ended(kept: Kept) -> None:
    """The register says that nothing rests any more, and nobody lifted it."""
    from troth.requests.models import Resting

    with cases.at_desk(kept.house()) as books:
        assert Resting.objects.of(books.tenant).filter(until=None).update(until=kept.clock[0])


def test_what_rested_and_was_ended_rests_no_more_than_what_never_began(kept: Kept) -> None:
    case = opened(kept, "restriction")
    act(kept, case, *KNOWN)
    at_rest(kept, case)
    kept.later(hours=2)
    assert verdict(kept, "P2", "request-restrict.rests") == "holds"
    ended(kept)
    assert verdict(kept, "P2", "request-restrict.rests") == "fails"
    assert verdict(kept, "P2", "request-restrict.told-first") == "fails", "and nobody was told of an end"
    at_rest(kept, case)
    assert still_rests(kept)
    assert verdict(kept, "P2", "request-restrict.rests") == "holds"


def test_a_refusal_taken_back_has_an_hour_to_rest_again(kept: Kept) -> None:
    case = opened(kept, "restriction")
    no = do.Decide("restriction", "refused", ("eu.claims",), "it is right as it stands")
    act(kept, case, *KNOWN)
    at_rest(kept, case)
    kept.later(hours=2)
    act(kept, case, no, do.Deliver())
    at_rest(kept, case)
    assert not still_rests(kept)
    kept.later(hours=2)
    assert verdict(kept, "P2", "request-restrict.rests") == "unknown", "nothing is wanted"
    act(kept, case, do.Decide("restriction", "granted"))
    kept.later(minutes=50)
    assert verdict(kept, "P2", "request-restrict.rests") == "holds", "the worker has it in hand"
    assert verdict(kept, "P2", "request-restrict.told-first") == "unknown", "it was refused, not lifted"
    kept.later(minutes=20)
    assert verdict(kept, "P2", "request-restrict.rests") == "fails"
    at_rest(kept, case)
    assert still_rests(kept)
    assert verdict(kept, "P2", "request-restrict.rests") == "holds"


def test_what_others_must_obey_is_attested_at_most(kept: Kept) -> None:
    case = opened(kept, "objection")
    act(kept, case, *KNOWN)
    at_rest(kept, case)
    assert kept.light("P6") == "stale"
    attest(kept.house(), "P6", "Olga Holm", "Every program of ours asks before it uses data", "2026-06-30")
    assert kept.light("P6") == "attested"


def announced(kept: Kept, monkeypatch: pytest.MonkeyPatch, means: str) -> Opened:
    """A restriction that was granted, and is to be lifted on the fifth day; its letter left the house by these means, or not."""

    def write(house: Any, books: Any, name: str, letter: str, *_: Any, **__: Any) -> None:
        head = {"file": f"{letter}.html", "letter": letter, "means": means}
        add_paper(books, name, house.now(), kind="letter", head=head, data=b"")
        cases.change_within(books, house.now(), name, do.Write(letter, means), "system")

    case = opened(kept, "restriction")
    act(kept, case, *KNOWN, do.Decide("restriction", "granted"), do.Act("restriction"))
    at_rest(kept, case)
    monkeypatch.setattr(lifting, "write", write)
    lifting.announce(kept.house(), case.name, "restriction", "olga", "it is right now", date(2026, 3, 5))
    monkeypatch.undo()
    return case


def lift(kept: Kept) -> None:
    task = claim(kept.house().settings.tenant, "worker", kept.clock[0])
    while task is not None:
        if task.kind == "lift":
            lifting.lift(kept.house(), task)
        else:
            task.done(kept.clock[0])
        task = claim(kept.house().settings.tenant, "worker", kept.clock[0])


def still_rests(kept: Kept) -> bool:
    from troth.requests.models import Resting

    with cases.at_desk(kept.house()) as books:
        return bool(Resting.objects.of(books.tenant).filter(until=None).exists())


@pytest.mark.parametrize(("means", "found"), [("mail", "holds"), ("post", "fails"), ("held", "fails")])
def test_whoever_is_not_told_before_a_restriction_is_lifted(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, means: str, found: str
) -> None:
    from troth.requests.models import Resting

    announced(kept, monkeypatch, means)
    kept.later(days=4)
    with cases.at_desk(kept.house()) as books:
        Resting.objects.of(books.tenant).update(until=kept.clock[0])
    assert verdict(kept, "P2", "request-restrict.told-first") == found


def test_a_letter_that_lies_in_the_house_lifts_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    case = announced(kept, monkeypatch, "post")
    kept.later(days=5)
    lift(kept)
    assert still_rests(kept), "printed, and in nobody's post"
    (letter,) = [one for one in desk_letters.printing(kept.house()) if one["case"] == case.name]
    desk_letters.posted(kept.house(), case.name, letter["name"], "olga")
    kept.later(days=1)
    lift(kept)
    assert not still_rests(kept)
    assert verdict(kept, "P2", "request-restrict.told-first") == "holds"
    assert verdict(kept, "P2", "request-restrict.rests") == "holds", "lifted is not forgotten"
    at_rest(kept, case)
    assert not still_rests(kept)


def test_a_letter_that_was_mailed_lifts_on_its_day(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    announced(kept, monkeypatch, "mail")
    kept.later(days=3)
    lift(kept)
    assert still_rests(kept), "the day has not come"
    kept.later(days=1)
    lift(kept)
    assert not still_rests(kept)


# -- a no takes effect ---------------------------------------------------------------------------------------------------


def test_a_no_to_marketing_is_measured_by_the_hour(kept: Kept) -> None:
    case = opened(kept, "marketing_objection")
    kept.later(hours=24)
    assert verdict(kept, "P5", "objection.in-time") == "holds"
    kept.later(minutes=1)
    assert verdict(kept, "P5", "objection.in-time") == "fails", (
        "twenty-four hours and a minute, and nothing done"
    )
    assert "a no took 25 hours" in kept.why("P5")
    act(kept, case, do.Decide("marketing_objection", "granted"), do.Act("marketing_objection"))
    kept.later(days=3)
    assert "a no took 25 hours" in kept.why("P5"), "done, but late"


def test_an_opt_out_that_came_by_letter_counts_from_its_own_day(kept: Kept) -> None:
    came = {
        "regime": "california",
        "country": "US",
        "channel": "letter",
        "received": START.date() - timedelta(days=16),
    }
    case = opened(kept, "opt_out", **came)
    at_rest(kept, case)
    act(kept, case, do.Decide("opt_out", "granted"), do.Act("opt_out"))
    assert kept.light("P4") == "broken"
    assert "a no took 37" in kept.why("P4")


def test_an_opt_out_in_time(kept: Kept) -> None:
    case = opened(kept, "opt_out", regime="california", country="US")
    act(kept, case, do.Decide("opt_out", "granted"), do.Act("opt_out"))
    assert kept.light("P4") == "kept"


def test_an_agent_who_shows_no_permission_has_said_nothing(kept: Kept) -> None:
    case = opened(kept, "opt_out", regime="california", country="US", agent=True)
    kept.later(days=20)
    assert verdict(kept, "P4", "request-opt-out.took-effect") == "unknown"
    act(kept, case, do.ConfirmAgent())
    assert verdict(kept, "P4", "request-opt-out.took-effect") == "fails", "it was said on the day it came in"


# -- customers -----------------------------------------------------------------------------------------------------------


def waiting_customer(kept: Kept, case: Opened, passed: str = "") -> None:
    waits = {"name": "vindheim", "mail": "", "passed": passed, "said": {}}
    with cases.at_desk(kept.house()) as books:
        cases.amend(books, case.name, {"customers": {"m": waits}})


def test_a_customer_who_is_told_late(kept: Kept) -> None:
    case = opened(kept, "access")
    act(kept, case, *KNOWN, do.Searched(found=True))
    waiting_customer(kept, case)
    kept.later(days=3)
    assert kept.light("P10") == "kept"
    kept.later(days=1)
    assert kept.light("P10") == "broken"
    assert "a customer heard of it only after 4 days" in kept.why("P10")
    waiting_customer(kept, case, "2026-03-02")
    assert kept.light("P10") == "kept"


def test_a_second_search_begins_no_new_time(kept: Kept) -> None:
    case = opened(kept, "access")
    act(kept, case, *KNOWN, do.Searched(found=True))
    waiting_customer(kept, case)
    kept.later(days=4)
    act(kept, case, do.Searched(found=True))
    assert kept.light("P10") == "broken"
    assert "a customer heard of it only after 4 days" in kept.why("P10")
    waiting_customer(kept, case, "2026-03-05")
    assert kept.light("P10") == "broken", "told, but late"


def test_closing_a_case_tells_no_customer(kept: Kept) -> None:
    case = opened(kept, "access")
    act(kept, case, *KNOWN, do.Searched(found=True))
    waiting_customer(kept, case)
    act(kept, case, do.Decide("access", "granted"), do.Act("access"), do.Deliver(), do.Close())
    assert kept.light("P10") == "broken", "within its days, and nobody will tell them any more"
    assert "customers who were never told before the case was closed: 1" in kept.why("P10")
    waiting_customer(kept, case, "2026-03-02")
    assert kept.light("P10") == "kept"


def test_a_case_that_was_taken_back_waits_for_no_customer(kept: Kept) -> None:
    case = opened(kept, "access")
    act(kept, case, *KNOWN, do.Searched(found=True))
    waiting_customer(kept, case)
    kept.later(days=2)
    act(kept, case, do.Retract())
    kept.later(days=30)
    assert kept.light("P10") == "kept"


# -- what a case would let through ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promise", "where", "does", "says"),
    [
        ("P1", "trial.decide", lambda *_: (), "could be done: rectification decided unknown"),
        ("P1", "trial.missing", lambda *_: (), "rectified without corrected"),
        ("P1", "tried.may_ask", lambda *_: frozenset({"email_code"}), "asked for what is wrong: email_code"),
        ("P2", "trial.against", lambda *_: (), "used while restriction is open"),
        ("P2", "trial.missing", lambda *_: (), "lifting without lifted"),
        ("P3", "trial.missing", lambda *_: (), "portable without formats"),
        ("P4", "trial.wanted", lambda *_: (), "used while opt_out is open"),
        ("P4", "trial.law.never_verified", lambda *_: frozenset(), "opt_out asked who"),
        ("P4", "tried.law.wait_months", lambda *_: None, "asked again at once"),
        ("P5", "trial.law.never_verified", lambda *_: frozenset(), "marketing_objection asked who"),
        ("P6", "trial.wanted", lambda *_: (), "used while objection is granted"),
        ("P7", "tried.regime_of", lambda *_: "eu", "under another law: US-CA"),
        ("P7", "tried.law.clocks", lambda *_: {}, "cannot be used: erasure (california)"),
        ("P7", "trial.decide", lambda *_: Refusal("unpaid"), "cannot be used"),
        ("P8", "trial.decide", lambda *_: Refusal("unpaid"), "a step beyond the law's: access (eu, unpaid)"),
        ("P9", "on_outside.minimum", lambda _, told: dict(told), "more than it takes: given address"),
        ("P9", "on_outside.may_ask", lambda *_: {"provider"}, "asked for"),
    ],
)  # fmt: skip
def test_what_is_tried_turns_red_where_it_is_let_through(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, promise: str, where: str, does: Callable[..., Any], says: str
) -> None:
    monkeypatch.setattr(f"troth.evidence.{where}", does)
    assert kept.light(promise) == "broken"
    assert says in kept.why(promise)


def test_a_no_to_marketing_that_can_be_refused(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    from troth.requests import life

    monkeypatch.setitem(life.KINDS, "marketing_objection", KINDS["objection"]) if isinstance(
        life.KINDS, dict
    ) else (
        monkeypatch.setattr(
            life, "KINDS", {**KINDS, "marketing_objection": replace(KINDS["objection"], name="objection")}
        )
    )
    assert kept.light("P5") == "broken"
    assert "marketing_objection refused" in kept.why("P5")


class Visgavl:
    name = "Visgavl ID ApS"
    needs = frozenset({"name"})

    def begin(self, reference: str, back: str, given: object) -> str:
        return "https://id.example"

    def verdict(self, reference: str) -> str:
        return "open"


def test_only_the_provider_that_was_named_may_see_anybody(kept: Kept) -> None:
    asked = kept.house(provider=Visgavl())
    assert kept.light("P9", provider=asked.provider) == "kept", "the promise names nobody"
    greedy = Visgavl()
    greedy.needs = frozenset({"name", "national_id"})
    assert kept.light("P9", provider=greedy) == "broken"
    kept.write("notice/notice.yaml", kept.read("notice/notice.yaml") + RECIPIENTS)
    promises = kept.read("notice/promises.yaml").replace(
        "- id: P9\n  kind: C\n", "- id: P9\n  kind: C\n  recipients: [prover]\n"
    )
    kept.write("notice/promises.yaml", promises)
    assert kept.light("P9", provider=Visgavl()) == "broken"
    kept.write("notice/notice.yaml", kept.read("notice/notice.yaml").replace("Anden", "Visgavl"))
    assert kept.light("P9", provider=Visgavl()) == "kept"


RECIPIENTS = """recipients:
  prover: {da: Anden ID ApS, en: Anden ID ApS, role: processor, countries: [DK]}
"""


@pytest.mark.parametrize(
    ("control", "says"),
    [
        ("{name: request-rectify, parameters: {regime: mars}}", "there is no regime 'mars'"),
        ("{name: objection, parameters: {marketing: perhaps}}", "marketing must be true"),
        ("{name: request-opt-out, parameters: {regime: eu}, deadline: P15D}", "regime eu knows no request of the kind opt_out"),
        ("{name: request-free, parameters: {regime: eu}}", "takes no parameter 'regime'"),
    ],
)  # fmt: skip
def test_a_control_told_wrongly(kept: Kept, control: str, says: str) -> None:
    kept.bind({"P1": control})
    assert kept.light("P1") == "broken"
    assert says in kept.why("P1")


def test_a_law_that_does_not_know_the_kind_is_said_with_its_place_and_remedy() -> None:
    from troth.evidence.check import Control
    from troth.evidence.tried import under
    from troth.terms.errors import UsageError

    assert under(Control("request-opt-out", {"regime": "california"}, ""), "opt_out") == ("california",)
    with pytest.raises(UsageError) as fault:
        under(Control("request-opt-out", {"regime": "eu"}, ""), "opt_out")
    assert (fault.value.place, fault.value.remedy) == (
        "control request-opt-out", "Name california, or leave the parameter out.",
    )  # fmt: skip


def test_a_request_typed_in_has_its_own_day() -> None:
    from troth.workflows.checks_rights import came_in

    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert came_in(date(2026, 3, 2), at) == at
    assert came_in(date(2026, 3, 1), at) == datetime(2026, 3, 2, tzinfo=UTC)
