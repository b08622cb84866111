"""On what something stays is decided by the laws themselves: counted as what it is, and cited whole and by the law of who asks."""

from __future__ import annotations

from typing import Any

import pytest
from case_desk import Desk

from troth.workflows.cases import Opened
from troth.workflows.desk_proofs import figures
from troth.workflows.portal import shown

OWN_WORDS = "arkivloven § 12, stk. 1, nr. 2; aftalen"
TENANT = ("subject: customer", "subject: customer\n        tenant: client")


def remap(desk: Desk, *changes: tuple[str, str]) -> None:
    path = desk.company.folder / "troth.map.yaml"
    told = path.read_text()
    for old, new in changes:
        assert old in told
        told = told.replace(old, new, 1)
    path.write_text(told)


def erased(desk: Desk, **more: Any) -> Opened:
    case = desk.known("erasure", **more)
    desk.work()
    desk.erased(case)
    return case


def decided(desk: Desk, case: Opened, language: Any) -> dict[str, Any]:
    (one,) = shown(desk.house, case.name, language)["decisions"]
    return dict(one)


@pytest.mark.parametrize("law", ["dk.bookkeeping", OWN_WORDS])
def test_what_a_law_keeps_of_an_erasure_is_published_as_exempt(desk: Desk, law: str) -> None:
    """11 CCR 7102(a)(2): by what the map names, whether we know the law or not."""
    from troth.requests import commands as do

    remap(desk, ("law: dk.bookkeeping", f"law: {law!r}"))
    case = erased(desk, regime="california", country="US", language="en")
    desk.do(case, do.Deliver())
    desk.company.clock[0] = desk.house.now().replace(year=desk.house.now().year + 1)
    told = figures(desk.house)["published"]
    deleted = dict(told["groups"])["delete"]
    assert deleted["complied"] == 1
    assert deleted["denials"] == {"unverifiable": 0, "not_consumer": 0, "exempt": 1, "other": 0}


def test_a_law_is_never_cut_in_two(desk: Desk) -> None:
    remap(desk, ("law: dk.bookkeeping", f"law: {OWN_WORDS!r}"))
    case = erased(desk)
    assert decided(desk, case, "da")["ground"] == OWN_WORDS


@pytest.mark.parametrize(
    ("regime", "country", "language", "ground"),
    [
        ("eu", "DK", "da", "GDPR artikel 28, stk. 3, litra a og artikel 29"),
        ("california", "US", "en", "Cal. Civ. Code 1798.105(c)(3)"),
    ],
)
def test_what_a_customer_keeps_is_cited_by_the_law_of_who_asks(
    desk: Desk, regime: str, country: str, language: str, ground: str
) -> None:
    from troth.workflows import customers

    desk.company.live.run(
        "ALTER TABLE person ADD client VARCHAR(80); UPDATE person SET client = 'Nordhavn'; DELETE FROM note;"
    )
    remap(
        desk, TENANT, ("id: key, email: email", "id: key, client: none, email: email"),
        ("\nsystems:", "\ncustomers: {Nordhavn: data@nordhavn.example}\nsystems:"),
    )  # fmt: skip
    case = desk.known("erasure", regime=regime, country=country, language=language)
    desk.work()
    (mail,) = desk.mails(case, "customer")
    link = mail["text"].partition("/opgave/")[2] or mail["text"].partition("/task/")[2]
    customers.answer(desk.house, link.split("/")[0], {"erase": False})
    desk.erased(case)
    told = decided(desk, case, language)
    assert (told["outcome"], told["ground"]) == ("refused", ground)
