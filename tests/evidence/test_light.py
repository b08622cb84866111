"""The light of a promise never says more than its checks showed: no check, no green; doubt, age and a person's word are never green."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.evidence.check import (
    KINDS,
    Answer,
    Check,
    Control,
    Evidence,
    Promise,
    about,
    collect,
    digest,
)
from troth.evidence.facts import Attestation, World
from troth.evidence.register import OURS, WAITING, every, waiting
from troth.evidence.status import LIGHTS, bound, due, fresh, light, standing
from troth.terms.bilingual import Both
from troth.terms.errors import MapError, StoreError, StoreUnreachableError, UsageError

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAYS = Both("prøver", "tests")


def made(kind: str = "live", name: str = "drift.covered", ask: Any = None) -> Check:
    return Check(
        name,
        "drift",
        cast(Any, kind),
        "positive",
        timedelta(days=1),
        SAYS,
        ask or (lambda *_: Answer("holds", SAYS)),
    )


def answered(verdict: str, age: timedelta = timedelta(0)) -> Evidence:
    then = AT - age
    return Evidence(
        "drift.covered",
        "0" * 64,
        "live",
        "positive",
        cast(Any, verdict),
        SAYS,
        {},
        then,
        then + timedelta(days=1),
    )


ages = st.integers(-3, 3).map(lambda days: timedelta(days=days))
answers = st.one_of(
    st.none(), st.builds(answered, st.sampled_from(["holds", "fails", "unknown", "error"]), ages)
)
pairs = st.lists(st.tuples(st.sampled_from(KINDS).map(made), answers), max_size=5)
words = st.one_of(
    st.none(),
    st.builds(
        lambda days, until: Attestation("P1", "Olga", "I looked at it", AT + days, AT.date() + until),
        ages,
        ages,
    ),
)


@given(pairs, words)
def test_green_needs_a_fresh_holding_answer_of_every_check(found: list[Any], word: Any) -> None:
    shown = light(found, word, AT)
    asked = [answer for check, answer in found if check.kind != "attested"]
    if shown == "kept":
        assert found
        assert all(check.kind != "attested" for check, _ in found)
        assert all(answer is not None and answer.verdict == "holds" for answer in asked)
        assert all(answer.collected <= AT <= answer.expires for answer in asked)
    if any(answer is not None and answer.verdict == "fails" for _, answer in found):
        assert shown == "broken"
    if not found:
        assert shown in ("unbound", "attested", "stale")
    if shown == "attested":
        assert word is not None
        assert word.at <= AT
        assert word.until >= AT.date()


@given(pairs, words)
def test_a_persons_word_makes_nothing_green_and_hides_nothing_broken(found: list[Any], word: Any) -> None:
    alone, said = light(found, None, AT), light(found, word, AT)
    assert (said == "kept") == (alone == "kept")
    assert (said == "broken") == (alone == "broken")
    assert alone != "attested"


@given(pairs, words, st.integers(1, 400))
def test_time_alone_turns_nothing_green(found: list[Any], word: Any, days: int) -> None:
    if not any(answer is not None and answer.collected > AT for _, answer in found):
        before, later = light(found, word, AT), light(found, word, AT + timedelta(days=days))
        assert later != "kept" or before == "kept"


def test_each_light_there_is() -> None:
    live, said = made(), made("attested")
    word = Attestation("P1", "Olga", "I looked at it", AT, date(2026, 6, 1))
    over = replace(word, until=date(2026, 2, 1))
    told = {
        "kept": light([(live, answered("holds"))], None, AT),
        "stale": light([(live, answered("holds", timedelta(days=2)))], None, AT),
        "broken": light([(live, answered("fails", timedelta(days=90)))], word, AT),
        "attested": light([(live, answered("unknown")), (said, None)], word, AT),
        "unbound": light([], None, AT),
    }
    assert told == {name: name for name in LIGHTS}
    assert light([(said, None)], over, AT) == "stale"
    assert light([], over, AT) == "stale"
    assert light([(live, None)], word, AT) == "stale"
    assert not fresh(answered("error"), AT)


class _World:
    at = AT


def collected(fault: Exception) -> Evidence:
    def ask(*_: Any) -> Answer:
        raise fault

    return collect(made(ask=ask), cast(World, _World()), Promise("P1", Control("drift")), Control("drift"))


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (ValueError("alma@vindheim.example"), "error"),
        (StoreUnreachableError("nothing listens", place="crm"), "error"),
        (StoreError("refused", permanent=True, place="crm"), "error"),
        (UsageError("there is no such rule", place="P1"), "fails"),
        (MapError("it contradicts itself", place="map:3"), "fails"),
    ],
)
def test_a_check_that_crashes_is_never_green_and_quotes_nothing(fault: Exception, verdict: str) -> None:
    found = collected(fault)
    assert found.verdict == verdict
    assert "vindheim" not in str(found)
    assert light([(made(), found)], None, AT) in ("broken", "stale")


def test_facts_that_cannot_be_kept_break_the_check_and_nothing_else() -> None:
    check = made(ask=lambda *_: Answer("holds", SAYS, {"at": cast(Any, AT)}))
    found = collect(check, cast(World, _World()), Promise("P1", Control("drift")), Control("drift"))
    assert found.verdict == "error"
    assert digest([found])


def test_one_answer_serves_no_other_question() -> None:
    promise, control = Promise("P1", Control("retention")), Control("retention", {"rule": "notes"})
    asked = about(promise, control)
    assert asked == about(replace(promise, id="P2"), control)
    others = [
        about(promise, Control("retention", {"rule": "orders"})),
        about(promise, Control("retention", {"rule": "notes"}, "P1D")),
        about(replace(promise, keep="P1Y"), control),
        about(replace(promise, purposes=("deliver",)), control),
        about(replace(promise, categories=("email",)), control),
    ]
    assert len({asked, *others}) == 6


def test_a_changed_answer_has_another_digest() -> None:
    one = answered("fails")
    changes = [
        replace(one, verdict="holds"),
        replace(one, expires=AT + timedelta(days=9)),
        replace(one, facts={"rows": 1}),
    ]
    assert len({digest([one]), *(digest([change]) for change in changes), digest([one, one])}) == 5
    assert digest([replace(one, entry=7)]) == digest([one])


def test_every_check_has_its_own_name_both_languages_and_a_control() -> None:
    assert len({check.name for check in OURS}) == len(OURS)
    for check in OURS:
        assert check.says.da != check.says.en
        assert check.control not in WAITING
    assert all(text.da != text.en for text in WAITING.values())


def test_a_plug_in_may_not_take_the_name_of_another() -> None:
    mine = made(name="drift.mine")
    assert mine in every([mine])
    with pytest.raises(UsageError, match=r"drift\.covered"):
        every([made()])


def test_what_nothing_tests_says_what_it_waits_for() -> None:
    for control, waits in (("consent", "consent"), ("nobody-knows-this", "no check knows")):
        one = standing(Promise("P1", Control(control)), OURS, {}, None, AT)
        assert one.light == "unbound"
        assert waits in waiting(one.promise).en
    assert "names none" in waiting(Promise("P1")).en
    assert bound(Promise("P1"), OURS) == ()


def test_a_check_is_due_before_its_answer_is_over() -> None:
    check = made()
    assert due(check, None, AT)
    assert not due(check, answered("holds"), AT)
    assert due(check, answered("holds", timedelta(hours=20)), AT)
    for verdict in ("fails", "error"):
        assert not due(check, answered(verdict), AT)
        assert due(check, answered(verdict, timedelta(hours=3)), AT)
