"""What the card search takes for a payment card, and what it does not."""

from __future__ import annotations

import random
import re
from uuid import UUID

import pytest

from troth.datamap.discovery.numbers import is_card
from troth.workflows.checks_traces import _CARD, card_in

CARD = b"4539148803436467"


@pytest.mark.parametrize("text", [
    CARD, b"visa" + CARD, b"(4539 1488 0343 6467)", b"no:4539-1488-0343-6467,", b"card_" + CARD, b"kort\xc3\xb8" + CARD,
    b'{"ref": "9f3c", "pan": "' + CARD + b'"}', b"a 4539 1488 0343 6467",
])  # fmt: skip
def test_a_card_is_found_as_people_and_programs_write_it(text: bytes) -> None:
    assert card_in(text)


@pytest.mark.parametrize("text", [
    b"4539148803436468", b"9" + CARD, CARD + b"1", b"1.4539148803436467", b"a" + CARD + b"f", b"95cfec26-29c8-47f1-a596-594945785014",
])  # fmt: skip
def test_what_only_holds_its_digits_is_none(text: bytes) -> None:
    assert not card_in(text)


def test_no_random_key_is_a_card() -> None:
    """Erasing writes random hexadecimal words where a column must be unique: some of 10,000 hold a card's digits."""
    dice = random.Random(20261123)
    words = [f"{dice.getrandbits(bits):0{bits // 4}x}" for bits in (80, 128, 256) for _ in range(20_000)]
    words += [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(20_000)]
    alike = [
        w for w in words if any(is_card(re.sub(r"\D", "", n[0].decode())) for n in _CARD.finditer(w.encode()))
    ]
    assert len(alike) > 5, "the words are of no use for this test"
    assert not [w for w in alike if card_in(w.encode())]
