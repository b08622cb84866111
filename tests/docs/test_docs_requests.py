"""The page about requests tells the law as the product has it today: every clock, question, ground and part, with its source."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from doc_pages import page, sections

from troth.law import identity, letters, requests
from troth.law.dated import data, holding
from troth.requests.kinds import REGIMES

AT = date(2026, 11, 23)
PAGE = page("requests.md")


def names(kinds: Iterable[str]) -> str:
    return ", ".join(f"`{kind}`" for kind in sorted(kinds))


def clocks() -> list[str]:
    units = {"months": "month", "days": "day", "business_days": "business day"}
    return [
        f"| `{one.id}` | {one.clock} | {names(one.kinds)} | {one.count} {units[one.unit]}{'s' * (one.count > 1)} "
        f"| {one.citation} | {one.mark} |"
        for one in holding(requests._clocks(), AT)
    ]


def unverified() -> list[str]:
    held = holding(requests.entries(requests.FILE, "unverified", requests.Unverified), AT)
    return [f"| `{one.id}` | {names(one.kinds)} | {one.citation} | {one.mark} |" for one in held]


def tiers() -> list[str]:
    return [
        f"| `{one.id}` | {names(one.kinds)}{', grave' if one.grave else ''} | {one.points} | {'yes' if one.declaration else 'no'} "
        f"| {one.signed_in} | {one.doubted} | {one.citation} | {one.mark} |"
        for one in holding(identity._tiers(), AT)
    ]


def agents() -> list[str]:
    return [
        f"| `{one.id}` | {names(one.kinds)} | {names(one.asks)} | {one.citation} | {one.mark} |"
        for one in holding(identity._agents(), AT)
    ]


def limits() -> list[str]:
    windows = {"calendar_year": "a calendar year", "months": "12 months"}
    return [
        f"| `{one.id}` | {names(one.kinds)} | {one.count} in {windows[one.window]} | {one.citation} | {one.mark} |"
        for one in holding(requests._limits(), AT)
    ]


def refusals() -> list[str]:
    return [
        f"| `{one.id}` | {names(one.kinds)} | {one.en} | {'yes' if one.fee else 'no'} | {one.citation} | {one.mark} |"
        for one in holding(requests.entries(requests.FILE, "refusals", requests.Refused), AT)
    ]


def demands() -> list[str]:
    rows = []
    for regime in REGIMES:
        held = [one for one in holding(letters.demands(), AT) if one.regime == regime]
        for letter in sorted({name for one in held for name in one.letters}):
            told = (
                f"`{'`, `'.join(sorted(one.parts))}` ({one.citation})"
                for one in held
                if letter in one.letters
            )
            rows.append(f"| {regime} | `{letter}` | {'; '.join(told)} |")
    return rows


TABLES = {
    "Which clocks run": clocks, "Who is never asked": unverified, "What shows who asks": tiers, "Somebody asks for another": agents,
    "How often one may ask": limits, "On what a request may be refused": refusals, "What each letter must say": demands,
}  # fmt: skip


@pytest.mark.parametrize("heading", TABLES)
def test_each_table_is_the_law_as_the_product_has_it(heading: str) -> None:
    told = [line for line in sections(PAGE)[heading].splitlines() if line.startswith("|")][2:]
    assert told == TABLES[heading]()


def test_each_question_is_told_in_the_order_in_which_it_is_asked() -> None:
    told = sections(PAGE)["What shows who asks"]
    at = [told.index(f"`{name}`") for name, question in identity.questions().items() if question.point]
    assert at == sorted(at)


def test_every_uncertain_entry_is_named_among_the_open_words() -> None:
    told = sections(PAGE)["What the law leaves open"]
    tables = [
        table
        for file in (requests.FILE, identity.FILE, letters.FILE)
        for table in data(file).values()
        if isinstance(table, list)
    ]
    uncertain = [entry["id"] for table in tables for entry in table if entry.get("mark") == "?"]
    assert len(uncertain) > 5
    for name in uncertain:
        assert f"`{name}`" in told, name
