"""Nobody is asked more than the law allows for what they want, and what was shown is enough only where the law says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal

import pytest
from damaged_law import damaging, forget
from hypothesis import given
from hypothesis import strategies as st

from troth.datamap.categories import CATEGORIES
from troth.law import identity as law
from troth.law.requests import never_verified
from troth.requests.case import Case
from troth.requests.identity import (
    PROVIDER,
    Situation,
    agent_settled,
    can_be_shown,
    may_ask,
    satisfied,
    situation,
)
from troth.requests.kinds import KINDS, REGIMES
from troth.terms.errors import UsageError

AT = date(2026, 11, 23)
HELD = frozenset({"email", "street", "postal_code", "payment_card", "reference", "full_name"})
PLAIN = HELD - {"payment_card"}
TO: tuple[Literal["person", "agent"], ...] = ("person", "agent")
THREE = {"email_code", "billing_address", "card_digits"}


def who(*kinds: str, regime: str = "eu", held: frozenset[str] = HELD, **more: Any) -> Situation:
    return Situation(regime, kinds, AT, held, **more)


def both(asked: Situation, shown: set[str] = frozenset(), skipped: set[str] = frozenset()) -> set[str]:  # type: ignore[assignment]
    return set().union(*(may_ask(asked, shown, skipped, to) for to in TO))


# what is asked for, and every question that may be put
TABLE: list[tuple[Situation, set[str]]] = [
    *((who(kind), set()) for kind in ("withdrawal", "marketing_objection", "unsubscribe", "question")),
    *((who(kind, doubt="why"), set()) for kind in ("withdrawal", "marketing_objection", "unsubscribe", "question")),
    *((who(kind, regime="california"), set())
      for kind in ("opt_out", "limit", "unsubscribe", "marketing_objection", "withdrawal", "shine", "question")),
    *((who(kind), {"email_code"})
      for kind in ("access", "portability", "rectification", "erasure", "restriction", "objection")),
    (who("access", signed_in=True), set()),
    (who("access", signed_in=True, doubt="another name"), {"email_code", "billing_address"}),
    (who("access", doubt="another name"), {"email_code", "billing_address"}),
    (who("erasure", "withdrawal", "objection", "unsubscribe"), {"email_code"}),
    (who("rectification", corrected=frozenset({"email"})), {"billing_address"}),
    (who("rectification", corrected=frozenset({"city"})), {"email_code"}),
    (who("know_categories", regime="california"), {"email_code", "billing_address"}),
    (who("know_specific", regime="california"), THREE | {"declaration"}),
    (who("portability", regime="california"), THREE | {"declaration"}),
    (who("know_specific", regime="california", signed_in=True), {"reauthentication"}),
    (who("know_specific", regime="california", signed_in=True, doubt="fraud"), THREE | {"declaration"}),
    (who("erasure", regime="california", held=PLAIN), {"email_code", "billing_address"}),
    (who("erasure", regime="california"), THREE | {"declaration"}),
    (who("erasure", regime="california", held=PLAIN | {"location"}),
     {"email_code", "billing_address", "invoice_number", "declaration"}),
    (who("erasure", "opt_out", "limit", regime="california", held=PLAIN), {"email_code", "billing_address"}),
    (who("rectification", regime="california", corrected=frozenset({"full_name"})), {"email_code", "billing_address"}),
    (who("rectification", regime="california", corrected=frozenset({"street"})), {"email_code", "card_digits"}),
    (who("rectification", regime="california", corrected=frozenset({"payment_card"})),
     {"email_code", "billing_address", "invoice_number", "declaration"}),
    (who("erasure", regime="california", signed_in=True), {"reauthentication"}),
    (who("opt_out", regime="california", agent=True), {"agent_permission"}),
    (who("limit", regime="california", agent=True, signed_in=True), {"agent_permission"}),
    (who("erasure", "opt_out", regime="california", agent=True, held=PLAIN), {"email_code", "billing_address", "agent_permission"}),
    (who("unsubscribe", agent=True), set()),
    (who("access", agent=True), {"email_code", "agent_permission", "person_confirms"}),
    (who("access", agent=True, signed_in=True), {"email_code", "agent_permission", "person_confirms"}),
    (who("know_categories", regime="california", agent=True),
     {"email_code", "billing_address", "agent_permission", "power_of_attorney", "person_confirms"}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "questions"), TABLE, ids=lambda told: getattr(told, "kinds", None) and "+".join(told.kinds))  # fmt: skip
def test_who_asks_for_this_may_be_asked_exactly_that(asked: Situation, questions: set[str]) -> None:
    assert both(asked) == questions


def situations() -> st.SearchStrategy[Situation]:
    def of(regime: str) -> st.SearchStrategy[Situation]:
        kinds = sorted(kind.name for kind in KINDS.values() if regime in kind.regimes)
        held = st.frozensets(st.sampled_from([*sorted(HELD), "location", "special", "photo"]))
        return st.builds(
            Situation, st.just(regime), st.lists(st.sampled_from(kinds), unique=True, min_size=1).map(tuple), st.just(AT), held,
            corrected=st.frozensets(st.sampled_from(["email", "street", "payment_card", "full_name"]), max_size=2),
            signed_in=st.booleans(), doubt=st.sampled_from(["", "another name"]), agent=st.booleans(),
        )  # fmt: skip

    return st.sampled_from(REGIMES).flatmap(of)


SHOWN = st.sets(st.sampled_from(sorted(law.questions())))


@given(situations(), SHOWN, SHOWN)
def test_a_page_never_asks_what_is_not_needed(asked: Situation, shown: set[str], skipped: set[str]) -> None:
    questions = both(asked, shown, skipped)
    assert not questions & shown
    free = never_verified(asked.regime, AT)
    if set(asked.kinds) <= free:
        assert questions <= ({"agent_permission"} if asked.agent else set())
    if satisfied(asked, shown):
        assert not may_ask(asked, shown, skipped) - {"person_confirms"}
    if agent_settled(asked, shown):
        assert not questions & {"agent_permission", "power_of_attorney", "person_confirms"}
    if not asked.agent:
        assert not may_ask(asked, shown, skipped, "agent")
    if asked.regime == "eu":
        assert not questions & {"declaration", "reauthentication", "power_of_attorney"}
        points = {name for name in questions | shown if law.questions()[name].point}
        if not asked.doubt and questions & points:
            assert len(questions & points) == 1, "one point, unless an officer wrote down a doubt"
    for name in questions:
        assert not law.questions()[name].compared_with & asked.corrected
        assert not law.questions()[name].point or law.questions()[name].compared_with & asked.held


@given(situations(), st.sets(st.sampled_from(sorted(law.questions()))))
def test_whoever_answers_all_that_is_asked_is_known(asked: Situation, shown: set[str]) -> None:
    for _ in range(3):
        shown = shown | both(asked, shown)
    assert not both(asked, shown)
    assert agent_settled(asked, shown)
    assert satisfied(asked, shown) == (can_be_shown(asked) or satisfied(asked, shown))


@given(situations(), SHOWN, SHOWN)
def test_more_shown_never_makes_somebody_less_known(
    asked: Situation, shown: set[str], more: set[str]
) -> None:
    assert satisfied(asked, shown) <= satisfied(asked, shown | more)
    assert agent_settled(asked, shown) <= agent_settled(asked, shown | more)


@given(situations(), st.sets(st.sampled_from(["agent_permission", "person_confirms", "declaration"])))
def test_words_alone_never_show_who_asks(asked: Situation, words: set[str]) -> None:
    if set(asked.kinds) - never_verified(asked.regime, AT) and not asked.signed_in:
        assert not satisfied(asked, words)


def test_specific_pieces_want_three_points_and_the_declaration() -> None:
    asked = who("know_specific", regime="california")
    assert not satisfied(asked, THREE)
    assert not satisfied(asked, {"email_code", "billing_address", "declaration"})
    assert satisfied(asked, THREE | {"declaration"})
    assert may_ask(asked, THREE) == {"declaration"}


def test_a_question_that_cannot_be_answered_gives_way_to_the_next() -> None:
    asked = who("know_categories", regime="california")
    assert may_ask(asked, skipped={"billing_address"}) == {"email_code", "card_digits"}
    assert may_ask(asked, {"email_code"}, {"billing_address", "card_digits"}) == {"invoice_number"}
    none = {"billing_address", "card_digits", "invoice_number"}
    assert may_ask(asked, skipped=none) == set(), "one point is not enough: then not even that is asked for"
    assert not can_be_shown(asked, none)
    assert can_be_shown(asked)


def test_the_datum_to_be_corrected_shows_nothing_even_if_it_is_known() -> None:
    asked = who("rectification", regime="california", corrected=frozenset({"street"}))
    assert not satisfied(asked, {"email_code", "billing_address"})
    assert satisfied(asked, {"email_code", "card_digits"})


def test_a_power_of_attorney_spares_the_person_and_a_permission_does_not() -> None:
    asked = who("know_specific", regime="california", agent=True)
    assert satisfied(asked, {"power_of_attorney"})
    assert not satisfied(asked, {"agent_permission"})
    assert both(asked, {"power_of_attorney"}) == set()
    everything = who("erasure", "opt_out", regime="california", agent=True)
    assert satisfied(everything, {"power_of_attorney"})
    assert agent_settled(everything, {"power_of_attorney"})
    assert not agent_settled(everything, {"person_confirms"}), "an opt-out wants the signed permission"
    assert not satisfied(who("access", agent=True), {"power_of_attorney"}), "it is California's"


def test_a_session_of_another_proves_nothing_of_the_person() -> None:
    for regime, kind in (("eu", "access"), ("california", "know_categories")):
        asked = who(kind, regime=regime, agent=True, signed_in=True)
        assert not satisfied(asked, {"reauthentication", "agent_permission"})


def test_a_session_is_begun_again_before_anything_is_shown_or_changed() -> None:
    for kind in ("know_categories", "know_specific", "erasure", "rectification"):
        asked = who(kind, regime="california", signed_in=True)
        assert not satisfied(asked, set())
        assert satisfied(asked, {"reauthentication"})


def test_a_case_tells_its_own_situation() -> None:
    case = Case(
        "c", ("rectification",), "california", received=AT, signed_in=True, agent="claimed", doubt="why"
    )
    told = situation(case, HELD, ["email"])
    assert told == Situation("california", ("rectification",), AT, HELD, frozenset({"email"}), True, "why", True)  # fmt: skip


# -- the data ------------------------------------------------------------------------------------------------------------


def test_every_kind_has_a_tier_or_is_never_verified() -> None:
    for kind in KINDS.values():
        for regime in kind.regimes:
            free = kind.name in never_verified(regime, AT)
            for grave in (True, False):
                assert (law.tier(regime, kind.name, grave, AT) is None) == free, (kind.name, regime)


def test_what_is_compared_and_what_is_grave_are_categories_of_the_map() -> None:
    for question in law.questions().values():
        assert question.compared_with <= CATEGORIES.keys()
        assert question.da.strip()
        assert question.en.strip()
        assert bool(question.compared_with) == (question.point and question.id != PROVIDER)
    assert law.grave_categories("california", AT) <= CATEGORIES.keys()
    assert law.grave_categories("california", date(2020, 1, 1)) == frozenset()
    assert law.grave_categories("eu", AT) == frozenset()


@pytest.fixture
def damaged() -> Iterator[dict[str, Any]]:
    with damaging(law.FILE) as data:
        yield data


DAMAGE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no source": (lambda data: data["tiers"][0].update(citation=""), "names no source"),
    "kind unknown": (lambda data: data["tiers"][0].update(kinds=["acces"]), "called acces"),
    "law unknown": (lambda data: data["grave"][0].update(regime="texas"), "no law texas"),
    "too many points": (lambda data: data["tiers"][0].update(doubted=9), "points that there are not"),
    "no point": (lambda data: data["tiers"][0].update(points=0), "points that there are not"),
    "worth of a session": (lambda data: data["tiers"][0].update(signed_in="yes"), "worth of a session"),
    "to nobody": (lambda data: data["questions"][0].update(to="officer"), "one to ask called officer"),
    "question unknown": (lambda data: data["agents"][0].update(accepts=["oath"]), "no question oath"),
    "asked but not accepted": (lambda data: data["agents"][0].update(accepts=["agent_permission"]), "accepts called"),
    "a hole": (lambda data: data["tiers"][0]["kinds"].remove("access"), "who may ask for access"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_data_about_identity_is_refused(name: str, damaged: dict[str, Any]) -> None:
    def read() -> None:
        law.questions(), law._tiers(), law._agents(), law.grave_categories("california", AT)
        law.tier("eu", "access", False, AT)

    damage, says = DAMAGE[name]
    read()
    forget()
    damage(damaged)
    with pytest.raises(UsageError, match=says) as refused:
        read()
    assert refused.value.place == law.PLACE
