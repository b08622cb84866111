"""Both engines read the same patterns and agree on every line; a fast one that sees something else would be worse than none."""

# ruff: noqa: SIM905, RUF005 -- a list of pieces is read as pieces

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import MAKERS

from troth.datamap.discovery import patterns

NAMES = tuple(patterns.PATTERNS)
PIECES = st.sampled_from(
    (
        "@ . - : / , ; ( ) + { } [ ] < > $ * x 0 1 7 45 2b 12 1999 2024 010190 1234 AB E2 DK æ Ø ü a example dk com tlf "
        "Mozilla/ GA1 fb POINT urn:epc: eyJ sk_live_ https:// \\"
    ).split(" ")
    + [" ", "  ", "\n", "\r"]
)


def both(values: list[str]) -> None:
    if patterns.hyperscan is None:
        pytest.skip("hyperscan is not installed")
    lines = patterns.lines_of(values)
    assert patterns.matches(lines, NAMES) == patterns.matches(lines, NAMES, fast=False)
    assert patterns.read(lines) == patterns.read(lines, fast=False)


@settings(deadline=None)
@given(st.lists(st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=14).map("".join)), max_size=8))
def test_the_engines_agree_on_anything(values: list[str]) -> None:
    both(values)


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind != "nothing"])
def test_the_engines_agree_on_what_columns_hold(kind: str) -> None:
    r = random.Random(kind)
    how = ["a", "b"] if kind == "pick" else []
    both([str(MAKERS[kind](r, {"#": number}, how)) for number in range(60)])


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [("email", "email"), ("uuid", "uuid"), ("ip", "ip"), ("mac", "mac"), ("url", "url"), ("profile_url", "own_url"),
     ("iban", "iban"), ("bcrypt", "secret"), ("token", "secret"), ("sha256", "hex"), ("cookie", "cookie"),
     ("agent", "agent"), ("phone", "number"), ("cpr", "has_cpr"), ("plate", "plate"), ("epc", "tag"), ("point", "point"),
     ("street", "house"), ("json", "json"), ("xml", "xml"), ("clock", "time")],
)  # fmt: skip
def test_each_pattern_finds_its_own(kind: str, pattern: str) -> None:
    r = random.Random(7)
    values = [str(MAKERS[kind](r, {"#": number}, [])) for number in range(50)]
    found = patterns.matches(patterns.lines_of(values), (pattern,))[pattern]
    assert len(found) >= 48


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind not in ("nothing", "pick")])
def test_no_line_is_passed_over_for_how_it_begins(kind: str) -> None:
    r = random.Random(kind)
    lines = patterns.lines_of(
        [str(MAKERS[kind](r, {"#": number}, [])) for number in range(60)] + ["", "æ", "-", "  "]
    )
    found = patterns.matches(lines, patterns.FORMS, fast=False)
    for name in patterns.FORMS:
        plain = re.compile(patterns.PATTERNS[name].expression)
        assert found[name] == {at for at, line in enumerate(lines.split(b"\n")) if plain.match(line)}, name


def test_a_line_break_within_a_value_makes_no_second_line() -> None:
    lines = patterns.lines_of(["a\nb@example.dk", "c"])
    assert lines.count(b"\n") == 1
    assert patterns.matches(lines, ("email", "has_email")) == {
        "email": frozenset(),
        "has_email": frozenset({0}),
    }


def test_the_rate_is_measured() -> None:
    assert patterns.rate(["Kunden ringede og spurgte om regningen"] * 2_000) > 1
