"""Addresses are found in any text as a plain pattern would find them, and in a long one as quickly as it is long."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from troth.workflows.scanning import values_in

PLAIN = re.compile(rb"[A-Za-z0-9._%+\-\x80-\xff]+@[A-Za-z0-9\-\x80-\xff]+(?:\.[A-Za-z0-9\-\x80-\xff]+)+")


@given(st.text("ab@@..- _!ø", max_size=40).map(str.encode))
@example(b"a@b.c_d@e.fg")
@example(b"@d.ef@g.hi")
@example(b"a@b.c@d.ef")
@example(b"a@@b.c a@b@c.d")
def test_they_are_those_of_the_plain_pattern(text: bytes) -> None:
    found = sorted(value for category, value in values_in(text) if category == "email")
    assert found == sorted(one.decode("utf-8", "replace").strip(".-") for one in set(PLAIN.findall(text)))


def test_a_cell_of_megabytes_without_a_blank_is_read_once() -> None:
    word = b"y" * 4_000_000
    assert set(values_in(word + b" alma@example.dk " + word + b"@")) == {("email", "alma@example.dk")}
