"""A provider outside can show who somebody is: it learns a reference and what the person wrote, and tells one word."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from after_world import ALMA, START
from case_desk import Desk

from troth.requests import commands as do
from troth.requests.provider import Provider, Verdict
from troth.terms.errors import UsageError
from troth.workflows import case_identity, case_provider, cases
from troth.workflows.jobrun import Worker


class Outside:
    """A provider that keeps what it is told, and answers as the test says."""

    name = "Fyrtårn ID"

    def __init__(self, needs: frozenset[str] = frozenset(), address: str = "https://id.example/x") -> None:
        self.needs, self.address = needs, address
        self.told: list[tuple[str, str, Mapping[str, str]]] = []
        self.says: Verdict = "open"

    def begin(self, reference: str, back: str, given: Mapping[str, str]) -> str:
        self.told.append((reference, back, given))
        return self.address

    def verdict(self, reference: str) -> Verdict:
        assert reference == self.told[-1][0]
        return self.says


def doubted(desk: Desk) -> Any:
    """A case in California's grave tier: the code alone is not enough."""
    case = desk.open("know_specific", regime="california", country="US")
    desk.do(case, do.Acknowledge())
    with cases.at_desk(desk.house) as books:
        case_identity.shown(desk.house, books, case.name, {"email_code"})
        cases.amend(
            books,
            case.name,
            {"skipped": ["invoice_number", "billing_address", "card_digits"], "tax": "secret canary"},
        )
    return case


def asked(desk: Desk) -> Any:
    """A case whose person may be sent to a provider."""
    case = desk.open("access")
    desk.do(case, do.Acknowledge())
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"skipped": ["email_code"]})
    return case


def outside(desk: Desk, provider: Outside) -> Any:
    return replace(desk.house, provider=provider)


def test_it_is_a_provider() -> None:
    assert isinstance(Outside(), Provider)
    assert not isinstance(object(), Provider)


def test_without_one_nothing_is_asked_of_it(desk: Desk) -> None:
    case = doubted(desk)
    assert "provider" not in case_identity.questions(desk.house, case.name)
    with pytest.raises(UsageError):
        case_provider.begin(desk.house, case.name, "https://here.example/")


@pytest.mark.parametrize(("needs", "given"), [
    (frozenset(), {}), (frozenset({"name"}), {"name": "Alma Vind"}), (frozenset({"name", "email", "words", "tax"}), {"name": "Alma Vind"}),
])  # fmt: skip
def test_it_learns_no_more_than_the_least(desk: Desk, needs: frozenset[str], given: dict[str, str]) -> None:
    provider, case = Outside(needs), asked(desk)
    house = outside(desk, provider)
    assert case_identity.questions(house, case.name) == {"provider"}
    assert case_provider.begin(house, case.name, "https://here.example/") == provider.address
    (reference, back, told) = provider.told[0]
    assert (back, dict(told)) == ("https://here.example/", given)
    assert len(reference) >= 32
    assert case.name not in reference
    assert ALMA not in f"{reference}{back}{told}"


def test_its_word_shows_the_person_once(desk: Desk) -> None:
    provider, case = Outside(), asked(desk)
    house = outside(desk, provider)
    case_provider.begin(house, case.name, "https://here.example/")
    case_provider.settle(house, case.name)
    assert desk.load(case).case.verified is None, "open is no word"
    provider.says = "shown"
    case_provider.settle(house, case.name)
    assert desk.load(case).case.points == {"provider"}
    assert desk.load(case).case.verified is not None
    provider.told.clear()
    case_provider.settle(house, case.name)  # would fail in `verdict` if it asked again


def test_it_is_asked_by_itself_for_whoever_does_not_come_back(desk: Desk) -> None:
    provider, case = Outside(), asked(desk)
    house = outside(desk, provider)
    desk.work()
    case_provider.begin(house, case.name, "https://here.example/")
    seen = []
    for after in case_provider.ASKED_AFTER:
        house.clock[0] = START + after - timedelta(minutes=1)
        Worker(house, threading.Event()).off()
        seen.append(desk.load(case).case.verified)
        provider.says = "shown" if after == case_provider.ASKED_AFTER[-1] else "open"
        house.clock[0] = START + after
        Worker(house, threading.Event()).off()
    assert seen == [None] * len(case_provider.ASKED_AFTER)
    assert desk.load(case).case.points == {"provider"}


def test_sent_there_twice_in_a_minute_it_is_asked_for_once(desk: Desk) -> None:
    from troth.records.models import Job

    case = asked(desk)
    for _ in range(2):
        case_provider.begin(outside(desk, Outside()), case.name, "https://here.example/")
    with cases.at_desk(desk.house) as books:
        waiting = Job.objects.of(books.tenant).filter(kind="provider", case=case.name, state="waiting")
        assert waiting.count() == len(case_provider.ASKED_AFTER)


def test_a_word_against_it_shows_nothing(desk: Desk) -> None:
    provider, case = Outside(), asked(desk)
    house = outside(desk, provider)
    case_provider.begin(house, case.name, "https://here.example/")
    provider.says = "failed"
    case_provider.settle(house, case.name)
    assert desk.load(case).case.points == frozenset()
    assert not case_identity.answer(house, case.name, "provider", "yes"), "typing it does not show it"


def test_a_word_that_comes_after_the_end_changes_nothing(desk: Desk) -> None:
    provider, case = Outside(), asked(desk)
    house = outside(desk, provider)
    case_provider.begin(house, case.name, "https://here.example/")
    desk.do(case, do.Retract(), by="person")
    assert desk.load(case).case.closed
    before = len(desk.load(case).events)
    provider.says = "shown"
    case_provider.settle(house, case.name)
    assert len(desk.load(case).events) == before


def test_one_that_fails_has_not_answered_yet(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Outside):
        def verdict(self, reference: str) -> Verdict:
            raise ConnectionError(f"{ALMA} is not known here")

    case = asked(desk)
    broken, provider = Broken(), Outside()
    case_provider.begin(outside(desk, broken), case.name, "https://here.example/")
    provider.told = broken.told
    case_provider.settle(outside(desk, broken), case.name)
    assert [one.getMessage() for one in caplog.records if one.name == "troth.provider"] == ["provider failed"]
    assert ALMA not in str([vars(one) for one in caplog.records])
    provider.says = "shown"
    case_provider.settle(outside(desk, provider), case.name)
    assert desk.load(case).case.points == {"provider"}


def test_an_address_in_the_clear_is_refused(desk: Desk) -> None:
    case = asked(desk)
    with pytest.raises(UsageError, match="https"):
        case_provider.begin(
            outside(desk, Outside(address="javascript:alert(1)")), case.name, "https://here.example/"
        )
